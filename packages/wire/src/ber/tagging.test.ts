import { describe, expect, it } from 'vitest';
import { checkInvalid, checkVectors, decodeFailure, read, write } from './ber.test-support.js';
import { optional, required } from './field.js';
import { integer } from './numbers.js';
import { sequence } from './sequence.js';
import { sequenceOf } from './sequence-of.js';
import { tagKey } from './tag.js';
import { explicit, tolerating, wrapped } from './tagging.js';

describe('explicit', () => {
  it('keeps the header of a type under a tag', () => {
    const Both = sequence('Both', {
      implicit: required(0, integer),
      explicit: required(1, explicit(integer)),
    });
    expect(write(Both, { implicit: 5, explicit: 5 })).toBe('3008800105a103020105');
    expect(read(Both, '3008 800105 a103 020105').value).toEqual({ implicit: 5, explicit: 5 });
  });

  it('makes an empty structure mean something', () => {
    const Inner = sequence('Inner', { number: optional(0, integer) });
    const Outer = sequence('Outer', { inner: optional(1, explicit(Inner)) });
    expect(read(Outer, '3004 a102 3000')).toEqual({ value: { inner: {} }, deviations: [] });
    expect(write(Outer, { inner: {} })).toBe('3004a1023000');
  });
});

describe('wrapped', () => {
  const Message = wrapped(tagKey('application', 11), integer);
  checkVectors(Message, [{ title: 'a value in a tag of its own', value: 5, bytes: '6b03 020105' }]);
  checkInvalid(Message, [
    { title: 'another tag', bytes: '6c03020105', code: 'mistyped', offset: 0 },
    { title: 'nothing inside', bytes: '6b00', code: 'malformed', offset: 2 },
    { title: 'two values inside', bytes: '6b06 020105 020105', code: 'badly-structured', offset: 5 },
    { title: 'a primitive encoding', bytes: '4b03020105', code: 'mistyped', offset: 2 },
    { title: 'no end of the indefinite form', bytes: '6b80 020105', code: 'incomplete', offset: 5 },
  ]);

  it('reads the indefinite form', () => {
    expect(read(Message, '6b80 020105 0000')).toEqual({ value: 5, deviations: [] });
  });
});

describe('tolerating', () => {
  const List = sequenceOf(integer);
  const Report = sequence('Report', {
    numbers: optional(
      1,
      tolerating(explicit(List), {
        type: List,
        code: 'no-list-header',
        message: 'numbers without the header of their list',
        applies: (bytes, contents) => bytes[contents] === 0x02,
      }),
    ),
  });

  it('reads and writes the right encoding', () => {
    expect(read(Report, '3007 a105 3003 020105')).toEqual({ value: { numbers: [5] }, deviations: [] });
    expect(write(Report, { numbers: [5] })).toBe('3007a1053003020105');
  });

  it('reads the wrong one with its deviation, and not strictly', () => {
    expect(read(Report, '3008 a106 020105 020106')).toEqual({
      value: { numbers: [5, 6] },
      deviations: [{ code: 'no-list-header', offset: 4, path: 'numbers' }],
    });
    expect(decodeFailure(() => read(Report, '3005 a103 020105', { isStrict: true }))).toMatchObject({
      code: 'deviation',
      offset: 4,
    });
  });

  it('refuses what is neither', () => {
    expect(decodeFailure(() => read(Report, '3005 a103 040105'))).toMatchObject({
      code: 'mistyped',
      offset: 4,
    });
    expect(decodeFailure(() => read(Report, '3005 8103 020105'))).toMatchObject({
      code: 'mistyped',
      path: 'numbers',
    });
    expect(decodeFailure(() => read(Report, '3002 a100'))).toMatchObject({ code: 'malformed', offset: 4 });
  });
});
