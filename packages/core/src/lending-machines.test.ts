import { describe, expect, test } from 'vitest';
import { StateError } from './errors.js';
import { sampleEvents, sampleRequest } from './events.test-support.js';
import {
  BorrowerMachine,
  eventKey,
  LenderMachine,
  type LendingEventKey,
  type LendingFacts,
} from './lending-machines.js';
import type { Row } from './machine.js';
import { advance, newTransaction, type Transaction } from './transaction.js';

const keys = Object.keys(sampleEvents()) as LendingEventKey[];
const services = ['loan', 'copy'] as const;
const allFacts: readonly LendingFacts[] = services.flatMap((service) =>
  [true, false].map((isShipmentSaid) => ({ service, isShipmentSaid })),
);
const machines = [
  { role: 'borrower', machine: BorrowerMachine },
  { role: 'lender', machine: LenderMachine },
] as const;

function applies(row: Row<string, string>, facts: LendingFacts): boolean {
  switch (row.when) {
    case undefined:
      return true;
    case 'isLoan':
      return facts.service === 'loan';
    case 'isShipmentUnsaid':
      return !facts.isShipmentSaid;
    default:
      throw new Error(`the test does not know the predicate ${row.when}`);
  }
}

/** Everything that can happen to a transaction of this role, for loans and copies. */
function explore(role: 'borrower' | 'lender'): { readonly states: Set<string>; readonly rows: Set<object> } {
  const { machine } = role === 'borrower' ? { machine: BorrowerMachine } : { machine: LenderMachine };
  const states = new Set<string>();
  const rows = new Set<object>();
  const seen = new Set<string>();
  const open: Transaction[] = services.map((service) => newTransaction(role, sampleRequest(service)));
  for (let now = open.pop(); now; now = open.pop()) {
    states.add(now.state);
    const facts: LendingFacts = {
      service: now.facts.service ?? (now.request.services[0] === 'copy' ? 'copy' : 'loan'),
      isShipmentSaid: now.facts.isShipmentSaid === true,
    };
    const node = JSON.stringify([now.state, facts]);
    if (seen.has(node)) continue;
    seen.add(node);
    for (const service of services) {
      for (const [key, event] of Object.entries(sampleEvents(service))) {
        const row = machine.rows.find(
          ({ from, on, ...rest }) =>
            from === now.state && on === key && applies({ from, on, ...rest }, facts),
        );
        if (!row) continue;
        rows.add(row);
        open.push(advance(now, event));
      }
    }
  }
  return { states, rows };
}

describe.each(machines)('the machine of the $role', ({ role, machine }) => {
  const { states, rows } = explore(role);

  test('has no state that cannot be reached from the beginning', () => {
    expect(machine.states.filter((state) => !states.has(state))).toEqual([]);
  });

  test('has no row that no walk from the beginning visits', () => {
    expect(machine.rows.filter((row) => !rows.has(row))).toEqual([]);
  });

  test('refuses every pair that its table does not list, and says what it lists', () => {
    let refused = 0;
    for (const facts of allFacts) {
      for (const state of machine.states) {
        const listed = machine.rows.filter((row) => row.from === state && applies(row, facts));
        for (const key of keys) {
          // The two machines differ in the type of their states only.
          const step = () => (machine as typeof BorrowerMachine).step(state as 'idle', key, facts);
          const expected = listed.find((row) => row.on === key);
          if (expected) {
            expect(step()).toBe(expected);
            continue;
          }
          refused++;
          expect(step).toThrow(StateError);
          expect(step).toThrow(
            expect.objectContaining({ allowed: [...new Set(listed.map((row) => row.on))] }),
          );
        }
      }
    }
    expect(refused).toBeGreaterThan(0);
  });

  test('knows every event of the lending desk', () => {
    expect([...new Set(machine.rows.map((row) => row.on))].sort()).toEqual(keys.toSorted());
  });

  test('leaves no state by which a loan could be stuck: an end is within reach of each', () => {
    const reaches = (from: string, seen = new Set<string>()): boolean => {
      if ((machine.terminal as readonly string[]).includes(from)) return true;
      if (seen.has(from)) return false;
      seen.add(from);
      return machine.rows.some((row) => row.from === from && reaches(row.to, seen));
    };
    expect(machine.states.filter((state) => !reaches(state))).toEqual([]);
  });

  test('lets either side speak in every state after the first', () => {
    for (const state of machine.states) {
      const words = machine.rows.filter((row) => row.from === state && row.to === state).map((row) => row.on);
      const isSpoken = ['message', 'statusQueried', 'statusReported', 'errorReported'].every((key) =>
        words.includes(key as LendingEventKey),
      );
      expect(isSpoken).toBe(state !== 'idle');
    }
  });
});

test('no predicate stands there for nothing', () => {
  const asked = new Set<string | undefined>(
    machines.flatMap(({ machine }) => machine.rows.map((row) => row.when)),
  );
  expect(Object.keys(LenderMachine.predicates).filter((name) => !asked.has(name))).toEqual([]);
});

describe('the key of an event', () => {
  test.each(Object.entries(sampleEvents()))('is %s', (key, event) => {
    expect(eventKey(event)).toBe(key);
  });
});

describe('a walk', () => {
  const walk = (
    role: 'borrower' | 'lender',
    service: 'loan' | 'copy',
    ...steps: LendingEventKey[]
  ): string[] => {
    let now = newTransaction(role, sampleRequest(service));
    return steps.map((key) => {
      now = advance(now, sampleEvents(service)[key]);
      return now.state;
    });
  };
  const fiveSteps: LendingEventKey[] = ['requested', 'shipped', 'received', 'returned', 'checkedIn'];

  test('of five steps is a loan for the borrower', () => {
    expect(walk('borrower', 'loan', ...fiveSteps)).toEqual([
      'requested',
      'shipped',
      'received',
      'returned',
      'checkedIn',
    ]);
  });

  test('of five steps is a loan for the lender, for whom receipt and return are facts', () => {
    expect(walk('lender', 'loan', ...fiveSteps)).toEqual([
      'requested',
      'shipped',
      'shipped',
      'shipped',
      'checkedIn',
    ]);
  });

  test('of three steps is a copy', () => {
    expect(walk('borrower', 'copy', 'requested', 'shipped', 'received')).toEqual([
      'requested',
      'shipped',
      'received',
    ]);
    expect(walk('lender', 'copy', 'requested', 'shipped', 'received')).toEqual([
      'requested',
      'shipped',
      'shipped',
    ]);
  });

  test.each(['returned', 'renewRequested', 'overdue', 'recalled', 'checkedIn'] as const)(
    'with a copy that is %s ends in a refusal',
    (key) => {
      for (const role of ['borrower', 'lender'] as const) {
        expect(() => walk(role, 'copy', 'requested', 'shipped', 'received', key)).toThrow(StateError);
        if (role === 'borrower' || key !== 'returned') continue;
        expect(() => walk(role, 'loan', 'requested', 'shipped', 'received', key)).not.toThrow();
      }
    },
  );

  test.each([
    [
      'condition accepted',
      ['requested', 'conditional', 'conditionAnswered:yes', 'shipped'],
      'shipped',
      'shipped',
    ],
    ['condition refused', ['requested', 'conditional', 'conditionAnswered:no'], 'unfilled', 'unfilled'],
    ['cancel accepted', ['requested', 'cancelRequested', 'cancelAnswered:yes'], 'cancelled', 'cancelled'],
    [
      'cancel refused',
      ['requested', 'cancelRequested', 'cancelAnswered:no', 'shipped'],
      'shipped',
      'shipped',
    ],
    ['not supplied', ['requested', 'unfilled'], 'unfilled', 'unfilled'],
    ['retry', ['requested', 'retryLater'], 'unfilled', 'unfilled'],
    ['expired', ['requested', 'willSupply', 'expired'], 'unfilled', 'unfilled'],
    [
      'renewal granted',
      ['requested', 'shipped', 'received', 'renewRequested', 'renewAnswered:yes'],
      'received',
      'shipped',
    ],
    [
      'renewal refused',
      ['requested', 'shipped', 'received', 'renewRequested', 'renewAnswered:no'],
      'received',
      'shipped',
    ],
    ['overdue', ['requested', 'shipped', 'received', 'overdue'], 'overdue', 'overdue'],
    [
      'overdue and renewed',
      ['requested', 'shipped', 'received', 'overdue', 'renewRequested', 'renewAnswered:yes'],
      'received',
      'shipped',
    ],
    ['overdue before receipt', ['requested', 'shipped', 'overdue', 'received'], 'overdue', 'overdue'],
    [
      'recalled',
      ['requested', 'shipped', 'received', 'recalled', 'returned', 'checkedIn'],
      'checkedIn',
      'checkedIn',
    ],
    ['lost', ['requested', 'shipped', 'received', 'lost'], 'lost', 'lost'],
    [
      'damaged',
      ['requested', 'shipped', 'received', 'damaged', 'returned', 'checkedIn', 'damaged'],
      'checkedIn',
      'checkedIn',
    ],
    [
      'received without a word of shipment',
      ['requested', 'received', 'returned', 'checkedIn'],
      'checkedIn',
      'checkedIn',
    ],
  ] as const)('%s ends alike on both sides', (_title, steps, borrower, lender) => {
    expect(walk('borrower', 'loan', ...steps).at(-1)).toBe(borrower);
    expect(walk('lender', 'loan', ...steps).at(-1)).toBe(lender);
  });

  test('lets a late word of shipment in once for the lender who had forgotten it', () => {
    expect(walk('lender', 'loan', 'requested', 'received', 'shipped').at(-1)).toBe('shipped');
    expect(() => walk('lender', 'loan', 'requested', 'received', 'shipped', 'shipped')).toThrow(StateError);
  });
});
