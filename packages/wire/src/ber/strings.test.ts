import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInvalid, checkVectors, decodeFailure, encodeFailure, read, write } from './ber.test-support.js';
import { writeBer } from './codec.js';
import { printableString, visibleString } from './strings.js';
import { toHex } from './text.js';

describe('VisibleString', () => {
  checkVectors(visibleString, [
    { title: 'a date', value: '20240103', bytes: '1a 08 3230323430313033' },
    { title: 'nothing', value: '', bytes: '1a 00' },
    { title: 'the first and the last character', value: ' ~', bytes: '1a 02 207e' },
    { title: '200 characters', value: 'x'.repeat(200), bytes: `1a 81c8 ${'78'.repeat(200)}` },
  ]);
  checkInvalid(visibleString, [
    { title: 'another string type', bytes: '130141', code: 'mistyped', offset: 0 },
    { title: 'a segment that is no string', bytes: '3a03 020141', code: 'mistyped', offset: 2 },
    { title: 'a segment with a context tag', bytes: '3a03 800141', code: 'mistyped', offset: 2 },
    { title: 'a segment longer than the string', bytes: '3a03 040241', code: 'malformed', offset: 2 },
    { title: 'a segmented string without an end', bytes: '3a80 040141', code: 'incomplete', offset: 5 },
  ]);

  it.each([
    ['two segments', '3a06 040141 040142', 'AB'],
    ['segments of indefinite length', '3a80 040141 040142 0000', 'AB'],
    ['nested segments', '3a80 2480 040141 0000 2403 040142 0400 0000', 'AB'],
    ['no segments', '3a00', ''],
  ])('joins %s', (_title, hex, value) => {
    expect(read(visibleString, hex)).toEqual({ value, deviations: [] });
  });

  it('reads segments that have the tag of a string type, with a deviation each', () => {
    expect(read(visibleString, '3a06 1a0141 1a0142')).toEqual({
      value: 'AB',
      deviations: [
        { code: 'segment-tag', offset: 2, path: '' },
        { code: 'segment-tag', offset: 5, path: '' },
      ],
    });
  });

  it.each([
    ['UTF-8', '1a02c3bc', 'ü'],
    ['not UTF-8', '1a01fc', 'ü'],
    ['control characters', '1a0109', '\t'],
  ])('reads what it must not hold, with a deviation: %s', (_title, hex, value) => {
    expect(read(visibleString, hex)).toEqual({
      value,
      deviations: [{ code: 'string-character', offset: 2, path: '' }],
    });
    expect(decodeFailure(() => read(visibleString, hex, { isStrict: true }))).toMatchObject({
      code: 'deviation',
      offset: 2,
    });
  });

  it('tells the offset of a segmented string that holds a wrong character', () => {
    expect(read(visibleString, '3a06 040141 0401fc').deviations).toEqual([
      { code: 'string-character', offset: 2, path: '' },
    ]);
  });

  it.each(['ü', 'a\u007f', '\n'])('cannot say %j', (value) => {
    expect(encodeFailure(() => write(visibleString, value))).toMatchObject({ code: 'unsayable-character' });
  });

  it.each([7, null, ['a']])('cannot say %j, which is no text', (value) => {
    expect(encodeFailure(() => write(visibleString, value))).toMatchObject({ code: 'invalid-value' });
  });

  it('is limited, whole or in segments', () => {
    const limits = { stringOctets: 4 };
    expect(read(visibleString, '1a0441414141', { limits }).value).toBe('AAAA');
    expect(decodeFailure(() => read(visibleString, '1a054141414141', { limits }))).toMatchObject({
      code: 'limit',
    });
    expect(read(visibleString, '3a08 04024141 04024141', { limits }).value).toBe('AAAA');
    expect(
      decodeFailure(() => read(visibleString, '3a0b 04024141 04024141 040141', { limits })),
    ).toMatchObject({
      code: 'limit',
    });
  });

  it('does not reach the end of the stack, however deep its segments nest', () => {
    expect(decodeFailure(() => read(visibleString, `3a80${'2480'.repeat(100_000)}`))).toMatchObject({
      code: 'limit',
    });
  });

  it('reads what was cut into segments anywhere', () => {
    const text = fc.string({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (value, places) => {
        const bytes = new TextEncoder().encode(value);
        const cuts = [...new Set([0, ...places.map((place) => place % bytes.length), bytes.length])].sort(
          (a, b) => a - b,
        );
        const segments = cuts.slice(1).map((end, index) => {
          const part = bytes.subarray(cuts[index], end);
          return `04${toHex(Uint8Array.of(part.length))}${toHex(part)}`;
        });
        expect(read(visibleString, `3a80${segments.join('')}0000`)).toEqual({ value, deviations: [] });
      }),
    );
  });
});

describe('strings of a message', () => {
  it('are the same in a message too long to be made text at once', () => {
    const long = 'Long examples. '.repeat(2000);
    expect(read(visibleString, toHex(writeBer(visibleString, long))).value).toBe(long);
  });
});

describe('PrintableString', () => {
  checkVectors(printableString, [{ title: 'a currency', value: 'EUR', bytes: '13 03 455552' }]);
});
