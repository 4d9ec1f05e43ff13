import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInvalid, checkVectors, encodeFailure, read, write } from './ber.test-support.js';
import { objectIdentifier } from './object-identifier.js';

describe('OBJECT IDENTIFIER', () => {
  checkVectors(objectIdentifier, [
    { title: 'an extension of ISO 10161', value: '1.0.10161.13.3', bytes: '06 05 28cf310d03' },
    { title: 'the Z39.50 prompt object', value: '1.2.840.10003.8.1', bytes: '06 07 2a8648ce130801' },
    { title: 'two arcs', value: '2.5', bytes: '06 01 55' },
    { title: 'a large second arc', value: '2.999.3', bytes: '06 03 883703' },
    { title: 'the first', value: '0.0', bytes: '06 01 00' },
    { title: 'root 1 at its end', value: '1.39', bytes: '06 01 4f' },
    { title: 'root 2 at its beginning', value: '2.0', bytes: '06 01 50' },
  ]);
  checkInvalid(objectIdentifier, [
    { title: 'no contents', bytes: '0600', code: 'malformed', offset: 2 },
    { title: 'an arc cut off', bytes: '06022a86', code: 'malformed', offset: 2 },
    { title: 'an endless arc', bytes: `0610${'ff'.repeat(15)}7f`, code: 'limit', offset: 2 },
    { title: 'a constructed encoding', bytes: '26012a', code: 'malformed', offset: 2 },
  ]);

  it.each([
    '',
    '1',
    '3.1',
    '1.40',
    '0.40',
    '1..2',
    '1.02',
    '1.-2',
    'oid',
    '1.2.',
    '1.2.9999999999999999',
    12,
  ])('cannot say %j', (value) => {
    expect(encodeFailure(() => write(objectIdentifier, value))).toMatchObject({ code: 'invalid-value' });
  });

  it('reads what it wrote', () => {
    const arc = fc.nat(2 ** 31 - 1);
    fc.assert(
      fc.property(fc.nat(2), arc, fc.array(arc, { maxLength: 12 }), (root, second, arcs) => {
        const value = [root, root < 2 ? second % 40 : second, ...arcs].join('.');
        expect(read(objectIdentifier, write(objectIdentifier, value))).toEqual({ value, deviations: [] });
      }),
    );
  });
});
