import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFailure, octets } from './ber.test-support.js';
import { readBer, writeBer } from './codec.js';
import { integer } from './numbers.js';
import { octetString } from './octets.js';
import { sequenceOf } from './sequence-of.js';
import { visibleString } from './strings.js';
import { toHex } from './text.js';
import { Writer } from './writer.js';

const written = (write: (writer: Writer) => void): string => {
  const writer = new Writer();
  writer.reset({});
  write(writer);
  return toHex(writer.toBytes());
};

const character = fc
  .oneof(fc.nat(0x7ff), fc.nat(0xffff), fc.nat(0x10ffff))
  .map((point) => String.fromCodePoint(point >= 0xd800 && point <= 0xdfff ? 0x41 : point));

describe('prependText', () => {
  it('writes UTF-8 as the engine does', () => {
    fc.assert(
      fc.property(fc.array(character, { maxLength: 50 }), (characters) => {
        const text = characters.join('');
        expect(written((writer) => writer.prependText(text))).toBe(toHex(new TextEncoder().encode(text)));
      }),
    );
  });

  it.each(['\ud800', '\udc00', 'a\udc00b', '\ud800\ud800\udc00'])(
    'cannot say half a surrogate pair: %j',
    (text) => {
      expect(encodeFailure(() => written((writer) => writer.prependText(text)))).toMatchObject({
        code: 'unsayable-character',
      });
    },
  );
});

describe('prependHeader', () => {
  it.each([
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ])('says %d octets of contents in as few octets as can be', (length, expected) => {
    const hex = toHex(writeBer(octetString, '00'.repeat(length)));
    expect(hex.slice(0, expected.length)).toBe(expected);
    expect(hex).toHaveLength(expected.length + 2 * length);
  });
});

describe('a writer', () => {
  it('grows with what it is given', () => {
    const list = Array.from({ length: 3000 }, (_, index) => index);
    expect(readBer(sequenceOf(integer), writeBer(sequenceOf(integer), list)).message).toEqual(list);
    const text = 'x'.repeat(60_000);
    expect(readBer(visibleString, writeBer(visibleString, text)).message).toBe(text);
  });

  it('gives octets that a later message does not change', () => {
    const first = writeBer(visibleString, 'first');
    writeBer(visibleString, 'second');
    expect(first).toEqual(octets('1a05 6669727374'));
  });

  it('writes the next message after one that could not be said', () => {
    expect(encodeFailure(() => writeBer(visibleString, 'ü'))).toMatchObject({ code: 'unsayable-character' });
    expect(toHex(writeBer(visibleString, 'A'))).toBe('1a0141');
  });
});
