import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatTag,
  identifierOctets,
  isUniversal,
  largestTagNumber,
  type TagClass,
  tagKey,
  tagNumber,
  Universal,
} from './tag.js';
import { toHex } from './text.js';

const classes: readonly TagClass[] = ['universal', 'application', 'context', 'private'];

describe('identifierOctets', () => {
  it.each([
    ['the low form up to 30', tagKey('context', 30), false, '9e'],
    ['the high form from 31', tagKey('context', 31), false, '9f1f'],
    ['a constructed tag of ISO 10161-1', tagKey('context', 49), true, 'bf31'],
    ['two octets of number from 128', tagKey('application', 128), true, '7f8100'],
    ['the largest number', tagKey('private', largestTagNumber), false, 'dfffff7f'],
    ['a universal tag', Universal.sequence, true, '30'],
  ])('writes %s', (_title, key, isConstructed, expected) => {
    expect(toHex(identifierOctets(key, isConstructed))).toBe(expected);
  });

  it('tells any two tags and forms apart', () => {
    const tag = fc.tuple(fc.constantFrom(...classes), fc.nat(largestTagNumber), fc.boolean());
    fc.assert(
      fc.property(tag, tag, (left, right) => {
        const octetsOf = ([tagClass, number, isConstructed]: typeof left) =>
          toHex(identifierOctets(tagKey(tagClass, number), isConstructed));
        expect(octetsOf(left) === octetsOf(right)).toBe(left.every((part, index) => part === right[index]));
      }),
    );
  });
});

describe('tagKey', () => {
  it('keeps class and number', () => {
    fc.assert(
      fc.property(fc.constantFrom(...classes), fc.nat(largestTagNumber), (tagClass, number) => {
        const key = tagKey(tagClass, number);
        expect(tagNumber(key)).toBe(number);
        expect(isUniversal(key)).toBe(tagClass === 'universal');
      }),
    );
  });
});

describe('formatTag', () => {
  it('uses the notation of ASN.1', () => {
    expect(formatTag(tagKey('context', 5))).toBe('[5]');
    expect(formatTag(tagKey('application', 3))).toBe('[APPLICATION 3]');
    expect(formatTag(Universal.sequence)).toBe('[UNIVERSAL 16]');
    expect(formatTag(tagKey('private', 1))).toBe('[PRIVATE 1]');
  });
});
