import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFailure, encodeFailure, octets } from './ber.test-support.js';
import { readBer, writeBer } from './codec.js';
import { optional, required } from './field.js';
import { integer } from './numbers.js';
import { sequence } from './sequence.js';
import { visibleString } from './strings.js';

const Parcel = sequence('Parcel', {
  packer: required(0, visibleString),
  inner: optional(1, sequence('Inner', { grams: required(0, integer) })),
});
const bytes = octets('300a 800141 a105 800301f20c');

describe('readBer', () => {
  it('reads one whole value', () => {
    expect(readBer(Parcel, bytes)).toEqual({
      message: { packer: 'A', inner: { grams: 127_500 } },
      deviations: [],
    });
  });

  it('reads a part of a larger buffer', () => {
    const buffer = new Uint8Array(40);
    buffer.set(bytes, 17);
    expect(readBer(Parcel, buffer.subarray(17, 17 + bytes.length)).message.packer).toBe('A');
  });

  it('refuses what follows', () => {
    expect(decodeFailure(() => readBer(Parcel, Uint8Array.of(...bytes, 0)))).toEqual({
      code: 'trailing-data',
      offset: bytes.length,
      path: '',
    });
  });

  it('calls every beginning of a value incomplete', () => {
    for (let end = 0; end < bytes.length; end++) {
      expect(decodeFailure(() => readBer(Parcel, bytes.slice(0, end)))).toMatchObject({
        code: 'incomplete',
        offset: 0,
      });
    }
  });

  it('gives a value or its own error for any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (random) => {
        try {
          readBer(Parcel, random);
        } catch (error) {
          expect(error).toMatchObject({ name: 'DecodeError' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('writeBer', () => {
  it('says where a value cannot be said', () => {
    const value = { packer: 'A', inner: { grams: 'many' } };
    expect(encodeFailure(() => writeBer(Parcel, value as never))).toEqual({
      code: 'invalid-value',
      path: 'inner.grams',
    });
  });

  it('can be called while it runs', () => {
    const Sneaky = {
      packer: 'A',
      get inner() {
        return { grams: writeBer(integer, 5).length };
      },
    };
    expect(writeBer(Parcel, Sneaky)).toEqual(octets('3008 800141 a103 800103'));
  });
});
