import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { machineOf, RequesterMachine, ResponderMachine, tableRowOf, type WireMachine } from './machine.js';
import { ApduNumbers } from './messages/enumerations.js';
import { RequesterTable } from './requester-table.js';
import { ResponderTable } from './responder-table.js';
import type { TableRow, WireEvent, WireRole, WireState } from './state-tables.js';

const reference = fileURLToPath(
  new URL('../../../../shared/reference/iso-ill/state-tables.json', import.meta.url),
);
const isReferenceHere = existsSync(reference);
if (!isReferenceHere) console.warn(`state tables not compared: no reference at ${reference}`);

interface ReferenceRow {
  readonly from: string;
  readonly direction: string;
  readonly event: string;
  readonly value?: string;
  readonly repeat?: true;
  readonly requires?: string;
  readonly sends?: string;
  readonly to: string;
  readonly basis: string;
  readonly note?: string;
}

interface ReferenceTable {
  readonly states: readonly string[];
  readonly transitions: readonly ReferenceRow[];
}

const tables: Readonly<Record<WireRole, Readonly<Record<string, readonly TableRow[]>>>> = {
  requester: RequesterTable,
  responder: ResponderTable,
};
const facts = [
  { isReturnable: true, isShippedSaid: true },
  { isReturnable: true, isShippedSaid: false },
  { isReturnable: false, isShippedSaid: true },
  { isReturnable: false, isShippedSaid: false },
] as const;

function asOurs({ direction, event, value, repeat, ...row }: ReferenceRow) {
  return {
    on: `${direction} ${event}${value === undefined ? '' : ` ${value}`}${repeat ? ' (repeat)' : ''}`,
    ...row,
  };
}

describe('the state tables', () => {
  it('have 124 rows for the requester and 100 for the responder', () => {
    expect(Object.values(RequesterTable).flat()).toHaveLength(124);
    expect(Object.values(ResponderTable).flat()).toHaveLength(100);
  });

  it.skipIf(!isReferenceHere).each(['requester', 'responder'] as const)(
    'agree with the reference row by row: %s',
    (role) => {
      const { [role]: theirs } = JSON.parse(readFileSync(reference, 'utf8')) as Record<
        WireRole,
        ReferenceTable
      >;
      const ours = Object.entries(tables[role]).flatMap(([from, rows]) =>
        rows.map((row) => ({ from, ...row })),
      );
      expect(Object.keys(tables[role])).toEqual(theirs.states);
      expect(new Set(ours.map(sorted))).toEqual(new Set(theirs.transitions.map(asOurs).map(sorted)));
      expect(ours).toHaveLength(theirs.transitions.length);
    },
  );
});

function sorted(row: object): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1))),
  );
}

/** Every event that any machine has a row for, and the same events with values that no table has. */
const everyEvent: readonly WireEvent[] = [
  ...new Set([RequesterMachine, ResponderMachine].flatMap(({ rows }) => rows.map(({ on }) => on))),
];

describe.each([
  ['requester', RequesterMachine],
  ['responder', ResponderMachine],
] as const)('the machine of the %s', (role, machine: WireMachine) => {
  it('finds every row of its table in its own state, for all values that the row stands for', () => {
    const found = new Set<TableRow>();
    for (const row of machine.rows) {
      const applying = facts.filter((known) => machine.find(row.from, row.on, known) === row);
      expect(applying.length, `${row.from} ${row.on}`).toBeGreaterThan(0);
      const source = tableRowOf(row);
      if (source) found.add(source);
    }
    expect(found).toEqual(new Set(Object.values(tables[role]).flat()));
  });

  it('refuses every pair that is not listed, naming what is allowed', () => {
    let refused = 0;
    for (const state of machine.states) {
      const listed = new Set(machine.rows.filter(({ from }) => from === state).map(({ on }) => on));
      for (const event of everyEvent.filter((on) => !listed.has(on))) {
        refused += 1;
        expect(() => machine.step(state, event, facts[0]), `${state} ${event}`).toThrow(
          expect.objectContaining({ name: 'StateError', state, event }),
        );
      }
    }
    expect(refused).toBeGreaterThan(500);
  });

  it('applies rows for returnables to loans only', () => {
    const loan = { isReturnable: true, isShippedSaid: true };
    const copy = { isReturnable: false, isShippedSaid: true };
    const returnables = machine.rows.filter(({ when }) => when === 'p5');
    expect(returnables.length).toBeGreaterThan(4);
    for (const { from, on } of returnables) {
      expect(machine.find(from, on, loan), `${from} ${on}`).toBeDefined();
      expect(machine.find(from, on, copy), `${from} ${on}`).toBeUndefined();
    }
  });

  it('reaches every state', () => {
    const reached = new Set<WireState>([machine.initial]);
    for (let grown = true; grown; ) {
      const before = reached.size;
      for (const { from, to } of machine.rows) if (reached.has(from)) reached.add(to);
      grown = reached.size > before;
    }
    expect([...reached].sort()).toEqual([...machine.states].sort());
  });

  it('takes messages, status queries and reports in every state but IDLE, and changes nothing', () => {
    for (const state of machine.states) {
      for (const apdu of ['Message', 'Status-Query', 'Status-Or-Error-Report'] as const) {
        for (const direction of ['in', 'out'] as const) {
          const row = machine.find(state, `${direction} ${apdu}`, facts[0]);
          expect(row?.to, `${state} ${direction} ${apdu}`).toBe(state === 'IDLE' ? undefined : state);
        }
      }
    }
  });

  it('takes Damaged from the tracking phase on', () => {
    const states = machine.states.filter((state) => machine.find(state, 'in Damaged', facts[0]));
    const processing = [
      'IDLE',
      'PENDING',
      'IN-PROCESS',
      'CONDITIONAL',
      'CANCEL-PENDING',
      'NOT-SUPPLIED',
      'CANCELLED',
    ];
    const forward = role === 'responder' ? ['FORWARD'] : [];
    expect(states.filter((state) => state !== 'FORWARD')).toEqual(
      machine.states.filter((state) => ![...processing, ...forward].includes(state)),
    );
  });
});

describe('responder machine', () => {
  it('takes every APDU in FORWARD, to say where the request went', () => {
    const { find } = machineOf.responder;
    for (const apdu of Object.keys(ApduNumbers)) {
      const values = ['', ' yes', ' no', ' unfilled'].map((value) => `in ${apdu}${value}` as WireEvent);
      const isListed = values.some((event) => find('FORWARD', event, facts[0]));
      expect(isListed, apdu).toBe(apdu !== 'ILL-Request');
    }
    expect(find('FORWARD', 'in ILL-Request (repeat)', facts[0])).toBeDefined();
  });

  it('offers Shipped once more in SHIPPED only when it was not said', () => {
    expect(ResponderMachine.find('SHIPPED', 'out Shipped', facts[1])).toBeDefined();
    expect(ResponderMachine.find('SHIPPED', 'out Shipped', facts[0])).toBeUndefined();
  });
});
