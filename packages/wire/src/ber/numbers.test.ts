import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInvalid, checkVectors, decodeFailure, encodeFailure, read, write } from './ber.test-support.js';
import { writeBer } from './codec.js';
import { boolean, enumerated, integer, integerBetween, nullValue } from './numbers.js';
import { toHex } from './text.js';

describe('BOOLEAN', () => {
  checkVectors(boolean, [
    { title: 'TRUE', value: true, bytes: '01 01 ff' },
    { title: 'FALSE', value: false, bytes: '01 01 00' },
  ]);
  checkInvalid(boolean, [
    { title: 'no contents', bytes: '0100', code: 'malformed', offset: 2 },
    { title: 'two octets', bytes: '0102ffff', code: 'malformed', offset: 2 },
    { title: 'a constructed encoding', bytes: '2101ff', code: 'malformed', offset: 2 },
    { title: 'another tag', bytes: '0201ff', code: 'mistyped', offset: 0 },
  ]);

  it('takes any octet but zero for TRUE', () => {
    for (let octet = 1; octet < 256; octet++) {
      expect(read(boolean, `0101${octet.toString(16).padStart(2, '0')}`)).toEqual({
        value: true,
        deviations: [],
      });
    }
  });

  it('writes TRUE with the octet that is asked for', () => {
    expect(toHex(writeBer(boolean, true, { trueOctet: 1 }))).toBe('010101');
    expect(toHex(writeBer(boolean, false, { trueOctet: 1 }))).toBe('010100');
  });

  it.each([1, 'true', null])('cannot say %j', (value) => {
    expect(encodeFailure(() => write(boolean, value))).toMatchObject({ code: 'invalid-value' });
  });
});

describe('INTEGER', () => {
  checkVectors(integer, [
    { title: '0', value: 0, bytes: '02 01 00' },
    { title: '127', value: 127, bytes: '02 01 7f' },
    { title: '128', value: 128, bytes: '02 02 0080' },
    { title: '256', value: 256, bytes: '02 02 0100' },
    { title: '-1', value: -1, bytes: '02 01 ff' },
    { title: '-128', value: -128, bytes: '02 01 80' },
    { title: '-129', value: -129, bytes: '02 02 ff7f' },
    { title: '2^31', value: 2 ** 31, bytes: '02 05 0080000000' },
    { title: 'the largest', value: Number.MAX_SAFE_INTEGER, bytes: '02 07 1fffffffffffff' },
    { title: 'the smallest', value: Number.MIN_SAFE_INTEGER, bytes: '02 07 e0000000000001' },
  ]);
  checkInvalid(integer, [
    { title: 'no contents', bytes: '0200', code: 'malformed', offset: 2 },
    { title: '2^53', bytes: '0207 20000000000000', code: 'limit', offset: 2 },
    { title: '-2^53', bytes: '0207 e0000000000000', code: 'limit', offset: 2 },
    { title: 'a number of sixteen octets', bytes: `0210 ${'7f'.repeat(16)}`, code: 'limit', offset: 2 },
    { title: 'a constructed encoding', bytes: '220100', code: 'malformed', offset: 2 },
  ]);

  it.each([
    ['0201ff', -1, false],
    ['020200ff', 255, false],
    ['0202ff7f', -129, false],
    ['02020001', 1, true],
    ['0202ffff', -1, true],
    ['020400000080', 128, true],
    [`0220${'00'.repeat(31)}05`, 5, true],
  ])('reads %s as %d, padded: %s', (hex, value, isPadded) => {
    const deviations = isPadded ? [{ code: 'padded-integer', offset: 2, path: '' }] : [];
    expect(read(integer, hex)).toEqual({ value, deviations });
  });

  it('reads what it wrote, in as few octets as can be', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const hex = write(integer, value);
        expect(read(integer, hex)).toEqual({ value, deviations: [] });
      }),
    );
  });

  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null])('cannot say %s', (value) => {
    expect(encodeFailure(() => write(integer, value))).toMatchObject({ code: 'invalid-value' });
  });
});

describe('INTEGER with a range', () => {
  const units = integerBetween(1, 9999);

  it('is silent within it', () => {
    expect(read(units, '02020001').deviations.map(({ code }) => code)).toEqual(['padded-integer']);
    expect(read(units, '0202270f')).toEqual({ value: 9999, deviations: [] });
    expect(write(units, 1)).toBe('020101');
  });

  it('reads a number outside with a deviation and does not write it', () => {
    expect(read(units, '020100')).toEqual({
      value: 0,
      deviations: [{ code: 'integer-range', offset: 0, path: '' }],
    });
    expect(decodeFailure(() => read(units, '02022710', { isStrict: true }))).toMatchObject({
      code: 'deviation',
    });
    expect(encodeFailure(() => write(units, 10_000))).toMatchObject({ code: 'invalid-value' });
  });
});

describe('NULL', () => {
  checkVectors(nullValue, [{ title: 'nothing', value: null, bytes: '05 00' }]);
  checkInvalid(nullValue, [
    { title: 'contents', bytes: '050100', code: 'malformed', offset: 2 },
    { title: 'a constructed encoding', bytes: '2500', code: 'malformed', offset: 2 },
  ]);

  it('cannot say anything else', () => {
    expect(encodeFailure(() => write(nullValue, false))).toMatchObject({ code: 'invalid-value' });
  });
});

describe('ENUMERATED', () => {
  const Colour = enumerated('Colour', { red: 1, blue: 200, 'dark-green': -3 });
  checkVectors(Colour, [
    { title: 'a name', value: 'red', bytes: '0a 01 01' },
    { title: 'a number of two octets', value: 'blue', bytes: '0a 02 00c8' },
    { title: 'a negative number', value: 'dark-green', bytes: '0a 01 fd' },
  ]);
  checkInvalid(Colour, [
    { title: 'an INTEGER', bytes: '020101', code: 'mistyped', offset: 0 },
    { title: 'no contents', bytes: '0a00', code: 'malformed', offset: 2 },
  ]);

  it('keeps an unknown code as a number', () => {
    const { value, deviations } = read(Colour, '0a0107');
    expect({ value, deviations }).toEqual({
      value: 7,
      deviations: [{ code: 'unknown-enum-value', offset: 2, path: '' }],
    });
    expect(write(Colour, value)).toBe('0a0107');
    expect(decodeFailure(() => read(Colour, '0a0107', { isStrict: true }))).toMatchObject({
      code: 'deviation',
    });
  });

  it('gives the name of a padded number', () => {
    expect(read(Colour, '0a020001')).toMatchObject({
      value: 'red',
      deviations: [{ code: 'padded-integer' }],
    });
  });

  it.each(['green', 'toString', '1', null, 1.5])('cannot say %j', (value) => {
    expect(encodeFailure(() => write(Colour, value))).toMatchObject({ code: 'invalid-value' });
  });
});
