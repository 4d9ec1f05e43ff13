import { describe, expect, it } from 'vitest';
import { checkInvalid, checkVectors, decodeFailure, encodeFailure, read, write } from './ber.test-support.js';
import { anyValue, bitString, octetString } from './octets.js';

describe('OCTET STRING', () => {
  checkVectors(octetString, [
    { title: 'octets', value: '00ff41', bytes: '04 03 00ff41' },
    { title: 'nothing', value: '', bytes: '04 00' },
  ]);

  it('joins segments', () => {
    expect(read(octetString, '2480 040100 0402ff41 0000')).toEqual({ value: '00ff41', deviations: [] });
  });

  it.each(['0', 'xx', 7, null])('cannot say %j', (value) => {
    expect(encodeFailure(() => write(octetString, value))).toMatchObject({ code: 'invalid-value' });
  });
});

describe('BIT STRING', () => {
  checkVectors(bitString, [
    { title: 'no bits', value: '00', bytes: '03 01 00' },
    { title: 'twelve bits', value: '040ff0', bytes: '03 03 040ff0' },
  ]);
  checkInvalid(bitString, [
    { title: 'no count of unused bits', bytes: '0300', code: 'malformed', offset: 2 },
    { title: 'more than seven unused bits', bytes: '03020800', code: 'malformed', offset: 2 },
    { title: 'a segment behind unused bits', bytes: '2308 0302040f 03020000', code: 'malformed', offset: 8 },
    { title: 'a segment without a count', bytes: '2302 0300', code: 'malformed', offset: 4 },
    { title: 'a segment of another type', bytes: '2304 02020000', code: 'mistyped', offset: 2 },
  ]);

  it('joins segments, each with its own count', () => {
    expect(read(bitString, '2380 0302000a 030304fff0 0000')).toEqual({ value: '040afff0', deviations: [] });
  });

  it.each(['', '08ff', 'xx'])('cannot say %j', (value) => {
    expect(encodeFailure(() => write(bitString, value))).toMatchObject({ code: 'invalid-value' });
  });

  it('is limited', () => {
    const limits = { stringOctets: 3 };
    expect(read(bitString, '0303000000', { limits }).value).toBe('000000');
    expect(decodeFailure(() => read(bitString, '030400000000', { limits }))).toMatchObject({ code: 'limit' });
  });
});

describe('ANY', () => {
  checkVectors(anyValue, [
    { title: 'a primitive value', value: '020105', bytes: '020105' },
    { title: 'a constructed value', value: 'a10302012a', bytes: 'a103 02012a' },
  ]);
  checkInvalid(anyValue, [
    { title: 'nothing', bytes: '', code: 'incomplete', offset: 0 },
    { title: 'contents cut off', bytes: '040201', code: 'incomplete', offset: 0 },
    { title: 'a second value', bytes: '0500 0500', code: 'trailing-data', offset: 2 },
  ]);

  it('keeps an indefinite value with definite lengths', () => {
    expect(read(anyValue, '3080 0500 0000').value).toBe('30020500');
  });

  it.each(['', '30', '0402ff', '05000500', 'zz', 'ff', '3080'])(
    'cannot say %j, which is not one value',
    (value) => {
      expect(encodeFailure(() => write(anyValue, value))).toMatchObject({ code: 'invalid-value' });
    },
  );
});
