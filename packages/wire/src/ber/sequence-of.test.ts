import { describe, expect, it } from 'vitest';
import {
  checkInvalid,
  checkVectors,
  decodeFailure,
  encodeFailure,
  read,
  tlv,
  write,
} from './ber.test-support.js';
import { integer } from './numbers.js';
import { sequenceOf } from './sequence-of.js';

describe('SEQUENCE OF', () => {
  const Numbers = sequenceOf(integer, { least: 1, most: 3 });
  checkVectors(Numbers, [
    { title: 'one member', value: [5], bytes: '3003 020105' },
    { title: 'as many as may be', value: [1, 2, 3], bytes: '3009 020101 020102 020103' },
  ]);
  checkInvalid(Numbers, [
    { title: 'another tag', bytes: '3103020105', code: 'mistyped', offset: 0 },
    { title: 'a primitive encoding', bytes: '1003020105', code: 'mistyped', offset: 2 },
    {
      title: 'a member of another type',
      bytes: '3006 020101 040102',
      code: 'mistyped',
      offset: 5,
      path: '[1]',
    },
    { title: 'a member that is longer', bytes: '3003 020201', code: 'malformed', offset: 2, path: '[0]' },
    { title: 'no end', bytes: '3080 020101', code: 'incomplete', offset: 5, path: '[0]' },
  ]);

  it('reads the indefinite form', () => {
    expect(read(Numbers, '3080 020101 020102 0000')).toEqual({ value: [1, 2], deviations: [] });
  });

  it.each([
    ['too few members', [], '3000'],
    ['too many', [1, 1, 1, 1], tlv('30', '020101'.repeat(4))],
  ])('reads %s with a deviation and does not write them', (_title, value, hex) => {
    expect(read(Numbers, hex)).toEqual({ value, deviations: [{ code: 'list-size', offset: 2, path: '' }] });
    expect(decodeFailure(() => read(Numbers, hex, { isStrict: true }))).toMatchObject({
      code: 'deviation',
      offset: 2,
    });
    expect(encodeFailure(() => write(Numbers, value))).toMatchObject({ code: 'invalid-value' });
  });

  it('names the member that cannot be said', () => {
    expect(encodeFailure(() => write(Numbers, [1, 2, 0.5]))).toEqual({ code: 'invalid-value', path: '[2]' });
    expect(encodeFailure(() => write(Numbers, 1))).toEqual({ code: 'invalid-value', path: '' });
  });

  it('is limited in members', () => {
    const Any = sequenceOf(integer);
    const limits = { listMembers: 2 };
    expect(read(Any, '3006 020101 020102', { limits }).value).toEqual([1, 2]);
    expect(decodeFailure(() => read(Any, '3009 020101 020102 020103', { limits }))).toEqual({
      code: 'limit',
      offset: 8,
      path: '',
    });
  });
});
