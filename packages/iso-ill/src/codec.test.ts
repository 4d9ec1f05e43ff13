import { toHex } from '@interlend/wire/ber';
import { describe, expect, it } from 'vitest';
import { createFramer, decode, encode } from './codec.js';
import { ascii, decodeFailure, octets } from './codec.test-support.js';
import { ApduNumbers } from './messages/index.js';
import { cancel, smallest, vectors } from './small-apdus.test-support.js';

describe('an APDU', () => {
  it('has one smallest form each', () => {
    expect(smallest.map(({ value }) => value.apdu)).toEqual(Object.keys(ApduNumbers));
  });

  it.each(vectors)('is read: $title', ({ value, bytes }) => {
    const { message, deviations } = decode(octets(bytes));
    expect(message).toEqual(value);
    const known = 'itemId' in value && typeof value.itemId.titleOfArticle === 'object' ? ['not-utf-8'] : [];
    expect(deviations.map(({ code }) => code)).toEqual(known);
  });

  it.each(vectors)('is written: $title', ({ value, bytes }) => {
    expect(toHex(encode(value))).toBe(toHex(octets(bytes)));
  });

  it('is plain JSON', () => {
    for (const { value, bytes } of vectors) {
      expect(JSON.parse(JSON.stringify(decode(octets(bytes)).message))).toStrictEqual(value);
    }
  });
});

describe('createFramer', () => {
  it('cuts a stream into APDUs', () => {
    const framer = createFramer();
    const stream = octets(cancel + cancel);
    expect(framer.push(stream.slice(0, 50)).map(toHex)).toEqual([toHex(octets(cancel))]);
    expect(framer.push(stream.slice(50)).map(toHex)).toEqual([toHex(octets(cancel))]);
    framer.end();
  });

  it.each(['GET / HTTP/1.1', '\u0016\u0003\u0001', '0', '\u007f'])(
    'refuses %j at the first octet',
    (text) => {
      expect(decodeFailure(() => createFramer().push(octets(ascii(text))))).toMatchObject({
        code: 'not-a-message',
        offset: 0,
      });
    },
  );
});
