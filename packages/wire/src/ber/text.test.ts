import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, fromHex, latin1, textByOctet, toHex, utf8 } from './text.js';

const every = Uint8Array.from({ length: 256 }, (_, octet) => octet);

describe('latin1', () => {
  it('gives every octet its own character, in short and in long texts', () => {
    const expected = Array.from(every, (octet) => String.fromCharCode(octet)).join('');
    expect(latin1(every, 0, 256)).toBe(expected);
    for (let at = 0; at < 256; at++) expect(latin1(every, at, at + 1)).toBe(expected[at]);
    expect(latin1(every, 0xa0, 0x100)).toBe(expected.slice(0xa0));
  });

  it('reads any part of any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), fc.nat(60), (bytes, a, b) => {
        const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
        const text = latin1(bytes, start, end);
        expect(Array.from(text, (character) => character.charCodeAt(0))).toEqual([
          ...bytes.slice(start, end),
        ]);
      }),
    );
  });
});

describe('ascii', () => {
  it('refuses an octet beyond 7F', () => {
    expect(ascii(Uint8Array.of(0x41, 0x7f, 0x00), 0, 3)).toBe('A\u007f\u0000');
    expect(ascii(Uint8Array.of(0x41, 0x80), 0, 2)).toBeUndefined();
    expect(ascii(Uint8Array.of(0x41, 0x80), 0, 1)).toBe('A');
  });
});

describe('textByOctet', () => {
  it('has one character for each octet, the right one for ASCII', () => {
    const text = textByOctet(every);
    expect(text).toHaveLength(256);
    expect(text.slice(0, 0x80)).toBe(latin1(every, 0, 0x80));
  });

  it('does not show what it was given before', () => {
    textByOctet(Uint8Array.of(0x41, 0x42, 0x43));
    expect(textByOctet(Uint8Array.of(0x58))).toBe('X');
  });
});

describe('utf8', () => {
  it('reads what the engine writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = new TextEncoder().encode(text);
        expect(utf8(bytes, 0, bytes.length)).toBe(text);
      }),
    );
  });

  it('keeps a byte order mark', () => {
    expect(utf8(Uint8Array.of(0xef, 0xbb, 0xbf), 0, 3)).toBe('\ufeff');
  });

  it.each(['c3', 'c080', 'eda080', 'f4908080', 'ff', '41e4'])('refuses %s', (hex) => {
    const bytes = fromHex(hex) ?? new Uint8Array();
    expect(utf8(bytes, 0, bytes.length)).toBeUndefined();
  });
});

describe('hex', () => {
  it('goes both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
  });

  it('skips white space and takes upper case', () => {
    expect(fromHex(' 0A\n ff ')).toEqual(Uint8Array.of(10, 255));
  });

  it.each(['0', '0g', '0x00', '00,'])('refuses %j', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});
