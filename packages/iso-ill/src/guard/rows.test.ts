import { advance, allowedActions, eventKey, type LendingEvent, StateError } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../codec.js';
import { serviceOf } from '../describe.js';
import { machineOf, tableRowOf, type WireRow } from '../machine.js';
import { toNeutralState } from '../mapping/states.js';
import { RequesterTable } from '../requester-table.js';
import { ResponderTable } from '../responder-table.js';
import type { Service, TableRow, WireRole } from '../state-tables.js';
import type { IsoIllGuard, IsoIllStep, Spoken } from './guard.js';
import {
  apduOf,
  at,
  eventOf,
  firstMoment,
  guardAt,
  lenient,
  strict,
  transactionOf,
} from './guard-at.test-support.js';
import { receive } from './receive.js';
import { expire, say } from './say.js';

const tables: Readonly<Record<WireRole, Readonly<Record<string, readonly TableRow[]>>>> = {
  requester: RequesterTable,
  responder: ResponderTable,
};

/** The rows by which the guard itself answers a crossed question, and that question. */
const questions: Readonly<Record<string, Service>> = {
  'SHIPPED out Cancel-Reply no': 'Cancel',
  'RECALL out Renew-Answer no': 'Renew',
};

/** What this side must have said before, for the rows that repeat it and for the answers that the notes owe. */
function spokenFor(service: Service): Readonly<Record<string, Spoken>> {
  const message = apduOf(service, { dateTimeOfThisService: firstMoment });
  return { [message.apdu]: { at: firstMoment, service: serviceOf(message), message } };
}

/** A guard in the state that the row leaves, with what makes its predicate hold. */
function before(role: WireRole, { from, on, when }: WireRow): IsoIllGuard {
  const said = on.startsWith('out ') && on.endsWith('(repeat)') ? on.slice(4, -9) : undefined;
  return guardAt(role, from, {
    ...(when !== 'shippedUnsaid' && role === 'responder' && { isShippedSaid: true }),
    ...(said !== undefined && { spoken: spokenFor(said as Service) }),
    ...(on === 'out FORWARD service' && { mayForward: true }),
    ...(on === 'timer expiry' && { expiresOn: '20260104' }),
    ...(from === 'FORWARD' && {
      forwardedTo: { responderId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:THIRD' } } },
    }),
  });
}

/** One step by way of a row: an APDU in octets, a word of the desk, or the timer. */
function stepBy(
  guard: IsoIllGuard,
  { from, on }: WireRow,
  context = lenient,
): IsoIllStep<IsoIllGuard | undefined> {
  const question = questions[`${from} ${on}`];
  if (on === 'timer expiry') return expire(guard, context);
  const [direction, ...rest] = on.split(' ');
  const service = rest.join(' ');
  if (question !== undefined) return receive(guard, apduOf(question), context);
  if (direction === 'out')
    return say(guard, eventOf(service.replace(' (repeat)', '') as Service, guard.role), context);
  const isRepeat = service.endsWith(' (repeat)');
  const apdu = apduOf(service.replace(' (repeat)', '') as Service, at(1, isRepeat ? firstMoment : undefined));
  // Before its first request a responder has nothing.
  const known = guard.role === 'responder' && from === 'IDLE' ? undefined : guard;
  return receive(known, decode(encode(apdu)).message, context);
}

/** Everything that a side ever says. */
function everyEvent(role: WireRole): readonly LendingEvent[] {
  const services = machineOf[role].rows
    .map(({ on }) => (on === 'timer expiry' ? 'Expired' : on.startsWith('out ') ? on.slice(4) : undefined))
    .filter((service) => service !== undefined && !service.endsWith('(repeat)'));
  return [...new Set(services)].map((service) => eventOf(service as Service, role));
}

function isSayable(guard: IsoIllGuard, event: LendingEvent): boolean {
  try {
    return say(guard, event, lenient).verdict === 'accepted';
  } catch (error) {
    if (error instanceof StateError) return false;
    throw error;
  }
}

const everyRow = (['requester', 'responder'] as const).flatMap((role) =>
  machineOf[role].rows.map((row) => ({ role, row, title: `${role} ${row.from} ${row.on}` })),
);

describe('the guard', () => {
  it.each(everyRow)('follows the row $title, and so does the desk', ({ role, row }) => {
    const guard = before(role, row);
    for (const context of [lenient, strict]) {
      const step = stepBy(guard, row, context);
      expect(step.rows).toContain(row);
      expect(step.guard?.state).toBe(row.to);
      for (const reply of step.replies) expect(encode(reply).length).toBeGreaterThan(0);
      const transaction = transactionOf(guard);
      const after = step.event ? advance(transaction, step.event) : transaction;
      expect(after.state).toBe(toNeutralState(role, row.to, step.guard?.isCheckedInSeen === true));
    }
  });

  it('visits all 224 rows of the tables in that way', () => {
    const visited = new Set<TableRow>();
    for (const { role, row } of everyRow) {
      for (const used of stepBy(before(role, row), row).rows) {
        const source = tableRowOf(used);
        if (source) visited.add(source);
      }
    }
    const all = [...Object.values(tables.requester).flat(), ...Object.values(tables.responder).flat()];
    expect(all).toHaveLength(224);
    expect(visited).toEqual(new Set(all));
  });

  it('does nothing by a row for repeats but say or answer again', () => {
    for (const { role, row } of everyRow.filter(({ row: { on } }) => on.endsWith('(repeat)'))) {
      const step = stepBy(before(role, row), row);
      expect(step.event, `${role} ${row.from} ${row.on}`).toBeUndefined();
      expect(step.verdict, `${role} ${row.from} ${row.on}`).toBe('repeat');
    }
  });

  it('lets the desk say exactly what the neutral machine offers it', () => {
    for (const role of ['requester', 'responder'] as const) {
      for (const state of machineOf[role].states) {
        for (const more of [{}, { service: 'copy' as const }, { isShippedSaid: true as const }]) {
          const guard = guardAt(role, state, { mayForward: true, expiresOn: '20260104', ...more });
          // An error report is said by the same APDU as a status report.
          const offered = allowedActions(transactionOf(guard)).filter((key) => key !== 'errorReported');
          const sayable = everyEvent(role).filter((event) => isSayable(guard, event));
          expect(new Set(sayable.map(eventKey)), `${role} ${state}`).toEqual(new Set(offered));
        }
      }
    }
  });

  it('refuses the desk what has no row, naming what it may say', () => {
    const services = new Set(
      everyRow.map(({ row }) => row.on).filter((on) => on.startsWith('out ') && !on.endsWith('(repeat)')),
    );
    let refused = 0;
    for (const role of ['requester', 'responder'] as const) {
      const machine = machineOf[role];
      for (const state of machine.states) {
        for (const on of services) {
          const guard = guardAt(role, state, { isShippedSaid: true });
          const row = machine.find(state, on, { isReturnable: true, isShippedSaid: true });
          if (row && questions[`${state} ${on}`] === undefined && on !== 'out FORWARD service') continue;
          refused += 1;
          expect(
            () => say(guard, eventOf(on.slice(4) as Service, role), lenient),
            `${role} ${state} ${on}`,
          ).toThrow(expect.objectContaining({ name: 'StateError', state }));
        }
      }
    }
    expect(refused).toBeGreaterThan(400);
  });
});
