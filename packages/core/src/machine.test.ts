import { describe, expect, test } from 'vitest';
import { createMachine, type Row } from './machine.js';

type State = 'shut' | 'open' | 'broken';
type Event = 'push' | 'lock' | 'kick';
type Predicate = 'isStrong' | 'isTired';
interface Facts {
  readonly strength: number;
}

const definition = {
  name: 'door',
  states: ['shut', 'open', 'broken'],
  initial: 'shut',
  terminal: ['broken'],
  predicates: {
    isStrong: (facts: Facts) => facts.strength > 5,
    isTired: (facts: Facts) => facts.strength < 2,
  },
  rows: [
    { from: 'shut', on: 'push', to: 'open', send: 'creak' },
    { from: 'shut', on: 'kick', to: 'broken', when: 'isStrong' },
    { from: 'shut', on: 'kick', to: 'open', when: 'isTired' },
    { from: 'open', on: 'kick', to: 'broken', when: 'isStrong', send: 'crash' },
    { from: 'open', on: 'kick', to: 'shut' },
    { from: 'open', on: 'push', to: 'shut' },
  ],
} as const;

const withRows = (rows: readonly Row<State, Event, Predicate>[]) =>
  createMachine<State, Event, Predicate, Facts>({ ...definition, rows });
const door = withRows(definition.rows);
const strong = { strength: 9 };
const usual = { strength: 3 };

describe('a machine', () => {
  test('gives the row that applies, with what it owes', () => {
    expect(door.step('shut', 'push', usual)).toBe(definition.rows[0]);
    expect(door.find('shut', 'push', usual)).toBe(definition.rows[0]);
  });

  test('takes the first row whose predicate holds', () => {
    expect(door.step('open', 'kick', strong).to).toBe('broken');
    expect(door.step('open', 'kick', usual).to).toBe('shut');
  });

  test('holds no state: the same step gives the same row', () => {
    expect(door.step('shut', 'push', usual)).toBe(door.step('shut', 'push', usual));
  });

  test('refuses what is not listed and lists what is', () => {
    expect(() => door.step('open', 'lock', usual)).toThrow(
      expect.objectContaining({
        name: 'StateError',
        code: 'not-allowed-now',
        state: 'open',
        event: 'lock',
        allowed: ['kick', 'push'],
        message: 'door: lock is not allowed in state open; allowed: kick, push',
        retryable: false,
      }),
    );
    expect(door.find('open', 'lock', usual)).toBeUndefined();
  });

  test('refuses what is listed only for other facts', () => {
    expect(() => door.step('shut', 'kick', usual)).toThrow(expect.objectContaining({ allowed: ['push'] }));
  });

  test('says so when nothing is allowed', () => {
    expect(() => door.step('broken', 'push', usual)).toThrow('allowed: nothing');
    expect(door.allowed('broken', usual)).toEqual([]);
  });

  test('lists every allowed event once, in the order of the table', () => {
    expect(door.allowed('shut', usual)).toEqual(['push']);
    expect(door.allowed('shut', strong)).toEqual(['push', 'kick']);
    expect(door.allowed('open', strong)).toEqual(['kick', 'push']);
  });

  test('keeps its definition', () => {
    expect(door).toMatchObject({
      name: 'door',
      initial: 'shut',
      terminal: ['broken'],
      rows: definition.rows,
    });
  });
});

describe('a table with a fault is refused:', () => {
  const row = { from: 'shut', on: 'push', to: 'open' } as const;
  const unknown = <Value>(value: string): Value => value as Value;

  test('a row from an unknown state', () => {
    expect(() => withRows([{ ...row, from: unknown('ajar') }])).toThrow(
      'door: row ajar + push names an unknown state',
    );
  });

  test('a row to an unknown state', () => {
    expect(() => withRows([{ ...row, to: unknown('ajar') }])).toThrow(
      'door: row shut + push names an unknown state',
    );
  });

  test.each(['isHeavy', 'toString'])('a row with the unknown predicate %s', (when) => {
    expect(() => withRows([{ ...row, when: unknown(when) }])).toThrow(
      'door: row shut + push names an unknown predicate',
    );
  });

  test('a row that stands twice', () => {
    expect(() => withRows([row, { ...row, to: 'shut' }])).toThrow('door: row shut + push stands twice');
    expect(() =>
      withRows([
        { ...row, when: 'isStrong' },
        { ...row, when: 'isStrong' },
      ]),
    ).toThrow('stands twice');
  });

  test('a row that no facts can reach, because one without a predicate stands before it', () => {
    expect(() => withRows([row, { ...row, when: 'isStrong' }])).toThrow(
      'door: row shut + push can never apply',
    );
  });

  test('while rows that differ in their predicate are none', () => {
    expect(() => withRows([{ ...row, when: 'isStrong' }, { ...row, when: 'isTired' }, row])).not.toThrow();
  });
});
