import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type Condition,
  Conditions,
  type LocationsReason,
  type ReasonFor,
  Reasons,
  type ReasonUse,
  type RetryReason,
  type ShippedCondition,
  type UnfilledReason,
  type WillSupplyReason,
} from './reasons.js';

function doubled(values: readonly (string | number)[]): (string | number)[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

function numbersFor(use: ReasonUse): number[] {
  return Reasons.filter((row) => (row.uses as readonly ReasonUse[]).includes(use)).map((row) => row.number);
}

describe('the reasons', () => {
  test('have each a number, a word and a title of its own', () => {
    expect(doubled(Reasons.map((row) => row.number))).toEqual([]);
    expect(doubled(Reasons.map((row) => row.reason))).toEqual([]);
    expect(doubled(Reasons.map((row) => row.title))).toEqual([]);
  });

  test('stand in the order of their numbers', () => {
    const numbers = Reasons.map((row) => row.number);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  });

  test('are words that can be searched for', () => {
    for (const { reason, title } of Reasons) {
      expect(reason).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(title).toMatch(/^[A-Z]/);
    }
  });

  test('are those of the four lists of ISO 10161, number by number', () => {
    const upTo = (last: number, ...more: number[]): number[] => [
      ...Array.from({ length: last }, (_, index) => index + 1),
      ...more,
    ];
    expect(numbersFor('unfilled')).toEqual(upTo(24, 27, 28));
    expect(numbersFor('retry')).toEqual([1, 2, 6, 7, 8, 13, 14, 15, 16, 17, 19, 27, 28]);
    expect(numbersFor('locations')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 19, 27, 28]);
    expect(numbersFor('will-supply')).toEqual([1, 2, 6, 8, 19, 26, 27, 28, 30]);
  });

  test('are types: a word is allowed only where its row says so, any number is', () => {
    expectTypeOf<'not-owned'>().toExtend<UnfilledReason>();
    expectTypeOf<'not-owned'>().not.toExtend<RetryReason>();
    expectTypeOf<'charges'>().toExtend<RetryReason>();
    expectTypeOf<'charges'>().not.toExtend<LocationsReason>();
    expectTypeOf<'being-processed-for-supply'>().toExtend<WillSupplyReason>();
    expectTypeOf<'being-processed-for-supply'>().not.toExtend<UnfilledReason>();
    expectTypeOf<'no-such-reason'>().not.toExtend<UnfilledReason>();
    expectTypeOf<99>().toExtend<UnfilledReason>();
    expectTypeOf<ReasonFor<'will-supply'>>().toEqualTypeOf<
      | 'in-use-on-loan'
      | 'in-process'
      | 'on-order'
      | 'at-bindery'
      | 'on-hold'
      | 'being-processed-for-supply'
      | 'other'
      | 'responder-specific'
      | 'electronic-delivery'
    >();
  });
});

describe('the conditions', () => {
  test('have each a number and a word of its own, in order', () => {
    const numbers = Conditions.map((row) => row.number);
    expect(numbers).toEqual([13, 14, 15, 16, 22, 23, 24, 25, 27, 28, 30]);
    expect(doubled(Conditions.map((row) => row.condition))).toEqual([]);
  });

  test('of a shipment are five of them', () => {
    expect(Conditions.filter((row) => row.onShipment).map((row) => row.number)).toEqual([22, 23, 24, 25, 27]);
  });

  test('are types', () => {
    expectTypeOf<'charges'>().toExtend<Condition>();
    expectTypeOf<'charges'>().not.toExtend<ShippedCondition>();
    expectTypeOf<'no-reproduction'>().toExtend<ShippedCondition>();
    expectTypeOf<'not-owned'>().not.toExtend<Condition>();
  });
});

const moduleFile = join(import.meta.dirname, '../../../../shared/reference/iso-ill/asn1/ill9702.asn');
const isThere = existsSync(moduleFile);

describe.skipIf(!isThere)(
  `the protocol module of ISO 10161${isThere ? '' : ' (skipped: ../shared/reference with the module is not here)'}`,
  () => {
    const asn1 = isThere ? readFileSync(moduleFile, 'utf8') : '';
    /** Words and numbers of the enumeration that follows `anchor`. */
    const enumeration = (anchor: RegExp): (readonly [string, number])[] => {
      const from = asn1.search(anchor);
      expect(from).toBeGreaterThan(0);
      const [, body = ''] = /ENUMERATED\s*\{([^}]*)\}/.exec(asn1.slice(from)) ?? [];
      return [...body.matchAll(/([\w-]+)\s*\((\d+)\)/g)].map(
        ([, word = '', number]) => [word, Number(number)] as const,
      );
    };

    test.each([
      ['unfilled', /^Reason-Unfilled ::=/m],
      ['retry', /reason-not-available\s/],
      ['locations', /^Reason-Locs-Provided ::=/m],
      ['will-supply', /reason-will-supply\s/],
    ] as const)('has the same reasons for %s', (use, anchor) => {
      const rows = Reasons.filter((row) => (row.uses as readonly ReasonUse[]).includes(use));
      expect(rows.map((row) => [row.reason, row.number])).toEqual(enumeration(anchor));
    });

    test('has the same conditions', () => {
      const pairs = Conditions.map((row) => [row.condition, row.number]);
      expect(pairs).toEqual(enumeration(/^\s*conditions\s+\[0\]/m));
    });

    test('has the same conditions of a shipment', () => {
      const pairs = Conditions.filter((row) => row.onShipment).map((row) => [row.condition, row.number]);
      expect(pairs).toEqual(enumeration(/shipped-conditions\s/));
    });
  },
);
