import { describe, expect, it } from 'vitest';
import { checkInvalid, checkVectors, encodeFailure, read, write } from './ber.test-support.js';
import { choice } from './choice.js';
import { optional, required, untagged } from './field.js';
import { boolean, integer } from './numbers.js';
import { anyValue } from './octets.js';
import { sequence } from './sequence.js';
import { visibleString } from './strings.js';
import { explicit } from './tagging.js';

const Carrier = choice('Carrier', {
  post: required(0, visibleString),
  courier: required(1, explicit(integer)),
  own: untagged(boolean),
});

describe('CHOICE', () => {
  checkVectors(Carrier, [
    { title: 'an arm under an IMPLICIT tag', value: { post: 'A' }, bytes: '800141' },
    { title: 'an arm under an explicit tag', value: { courier: 5 }, bytes: 'a103 020105' },
    { title: 'an arm with its own tag', value: { own: true }, bytes: '0101ff' },
  ]);
  checkInvalid(Carrier, [
    { title: 'a tag of no arm', bytes: '820141', code: 'mistyped', offset: 0 },
    { title: 'a mistake in an arm', bytes: 'a103 040105', code: 'mistyped', offset: 2, path: 'courier' },
  ]);

  it('has one arm as its only key', () => {
    expect(Object.keys(read(Carrier, '800141').value)).toEqual(['post']);
    expect(Object.getPrototypeOf(read(Carrier, '800141').value)).toBe(Object.prototype);
  });

  it.each([
    ['no arm', {}],
    ['two arms', { post: 'A', own: true }],
    ['an arm that does not exist', { pigeon: 1 }],
    ['what every object has', { toString: 1 }],
    ['null', null],
    ['a text', 'post'],
  ])('cannot say %s', (_title, value) => {
    expect(encodeFailure(() => write(Carrier, value))).toEqual({ code: 'invalid-value', path: '' });
  });

  it('names the arm that cannot be said', () => {
    expect(encodeFailure(() => write(Carrier, { post: 5 }))).toEqual({ code: 'invalid-value', path: 'post' });
  });

  it('keeps its own header under a tag, which cannot be IMPLICIT', () => {
    const Parcel = sequence('Parcel', { carrier: optional(3, Carrier) });
    expect(write(Parcel, { carrier: { post: 'A' } })).toBe('3005a303800141');
    expect(read(Parcel, '3005 a303 800141').value).toEqual({ carrier: { post: 'A' } });
  });

  it('gives what no arm is for to the arm that takes any', () => {
    const Item = choice('Item', { known: untagged(integer), any: untagged(anyValue) });
    expect(read(Item, '020105').value).toEqual({ known: 5 });
    expect(read(Item, '3080 0500 0000').value).toEqual({ any: '30020500' });
    expect(write(Item, { any: '0500' })).toBe('0500');
  });
});
