import { describe, expect, it } from 'vitest';
import { differences, shortfalls } from './matching.js';

const message = { apdu: 'Shipped', stamp: { date: '20240304', time: '100000' }, items: [{ n: 1 }, { n: 2 }] };

describe('differences', () => {
  it('finds none between equal messages', () => {
    expect(differences(message, structuredClone(message))).toEqual([]);
  });

  it('names the path of a field that is different', () => {
    expect(differences(message, { ...message, items: [{ n: 1 }, { n: 3 }] })).toEqual([
      { path: 'items.1.n', expected: 2, got: 3 },
    ]);
  });

  it('names a field that is absent, and one that nobody expected', () => {
    const { apdu: _, ...rest } = message;
    expect(differences(message, { ...rest, note: 'x' })).toEqual([
      { path: 'apdu', expected: 'Shipped', got: undefined },
      { path: 'note', expected: undefined, got: 'x' },
    ]);
  });

  it('tells an empty structure from none', () => {
    expect(differences({ a: {} }, {})).toHaveLength(1);
    expect(differences({}, { a: {} })).toHaveLength(1);
  });

  it('lets a volatile value be, wherever in a list', () => {
    const rules = [{ path: 'items.*.n', rule: 'any' }] as const;
    expect(differences(message, { ...message, items: [{ n: 7 }, {}] }, rules)).toEqual([]);
    expect(differences(message, { ...message, apdu: 'Recall', items: [{ n: 7 }, {}] }, rules)).toHaveLength(
      1,
    );
  });

  it('wants a value where the rule says present', () => {
    const rules = [{ path: 'stamp.time', rule: 'present' }] as const;
    expect(differences(message, { ...message, stamp: { date: '20240304', time: '235959' } }, rules)).toEqual(
      [],
    );
    expect(differences(message, { ...message, stamp: { date: '20240304' } }, rules)).toEqual([
      { path: 'stamp.time', expected: 'any value', got: undefined },
    ]);
  });

  it('wants a value where the rule says present also when nobody has one', () => {
    const rules = [
      { path: 'stamp.zone', rule: 'present' },
      { path: 'items.*.colour', rule: 'present' },
    ] as const;
    expect(differences(message, message, rules)).toEqual([
      { path: 'stamp.zone', expected: 'any value', got: undefined },
      { path: 'items.0.colour', expected: 'any value', got: undefined },
      { path: 'items.1.colour', expected: 'any value', got: undefined },
    ]);
  });

  it('wants no value in a structure that is not there', () => {
    const rules = [{ path: 'parcel.weight', rule: 'present' }] as const;
    expect(differences(message, message, rules)).toEqual([]);
  });

  it('applies rules inside a part that only one side has', () => {
    const rules = [{ path: 'stamp.time', rule: 'any' }] as const;
    const { stamp: _, ...rest } = message;
    expect(differences(message, rest, rules).map(({ path }) => path)).toEqual(['stamp.date']);
  });
});

describe('shortfalls', () => {
  it('looks only at what is wanted', () => {
    expect(shortfalls({ stamp: { date: '20240304' } }, message, '')).toEqual([]);
  });

  it('names what is not as wanted', () => {
    expect(
      shortfalls({ stamp: { date: '20240305' }, note: 'x' }, message, 'facts').map(({ path }) => path),
    ).toEqual(['facts.stamp.date', 'facts.note']);
    expect(shortfalls({ type: 'shipped' }, undefined, '')).toHaveLength(1);
  });
});
