import { createMachine, type Machine, type Row } from '@interlend/core';
import { type ApduName, ApduNumbers } from './messages/enumerations.js';
import { RequesterTable } from './requester-table.js';
import { ResponderTable } from './responder-table.js';
import {
  answerValues,
  anyStateServices,
  type Basis,
  damageStates,
  evidenceOf,
  RequesterStates,
  ResponderStates,
  type RowsByState,
  type Service,
  type TableRow,
  terminalStates,
  type WireEvent,
  type WireRole,
  type WireState,
  yesNoApdus,
} from './state-tables.js';

/** What the machines need to know beside the state. */
export interface WireFacts {
  /** p5: whether the item comes back. */
  readonly isReturnable: boolean;
  /** Whether this side sent a Shipped. */
  readonly isShippedSaid: boolean;
}

export type WirePredicate = 'p5' | 'shippedUnsaid';

/** A row of a compiled machine. */
export type WireRow = Row<WireState, WireEvent, WirePredicate>;

export type WireMachine = Machine<WireState, WireEvent, WirePredicate, WireFacts>;

const names = Object.keys(ApduNumbers) as ApduName[];
const repeatMark = ' (repeat)';

/** The values that the tables tell apart in an APDU; none for most. */
function servicesOf(apdu: ApduName): readonly Service[] {
  if (apdu === 'ILL-Answer') return answerValues.map((value) => `ILL-Answer ${value}` as const);
  const yesNo = yesNoApdus.find((name) => name === apdu);
  return yesNo === undefined ? [apdu] : [`${yesNo} yes`, `${yesNo} no`];
}

/** The events that a row of the table stands for. */
function eventsOf(on: TableRow['on']): readonly WireEvent[] {
  if (on === 'in any other APDU') {
    return names
      .filter((apdu) => apdu !== 'ILL-Request' && apdu !== 'Status-Or-Error-Report')
      .flatMap((apdu) => servicesOf(apdu).map((service) => `in ${service}` as const));
  }
  const isRepeat = on.endsWith(repeatMark);
  const plain = isRepeat ? on.slice(0, -repeatMark.length) : on;
  const apdu = names.find((name) => plain === `in ${name}` || plain === `out ${name}`);
  if (apdu === undefined) return [on];
  const direction = plain.startsWith('in ') ? 'in' : 'out';
  return servicesOf(apdu).map(
    (service): WireEvent => (isRepeat ? `${direction} ${service} (repeat)` : `${direction} ${service}`),
  );
}

function compiled(from: WireState, on: WireEvent, row: TableRow): WireRow {
  return {
    from,
    on,
    to: row.to,
    evidence: evidenceOf[row.basis],
    ...(row.requires && { when: row.requires }),
    ...(row.sends && { send: row.sends }),
    ...(row.note !== undefined && { note: row.note }),
  };
}

/** Rows that leave the state alone, for services that are not in the table of any one state. */
function stays(from: WireState, service: Service, basis: Basis): readonly WireRow[] {
  const row = { to: from, basis } as const;
  return (['in', 'out'] as const).map((direction) => {
    const on: WireEvent = `${direction} ${service}`;
    return compiled(from, on, { ...row, on });
  });
}

/**
 * A Received that came before this side's Shipped leads to SHIPPED; Shipped is still to be said then. At LADD the lender
 * lost its Shipped action there.
 */
const lateShipped: WireRow = {
  from: 'SHIPPED',
  on: 'out Shipped',
  when: 'shippedUnsaid',
  to: 'SHIPPED',
  evidence: 'documented',
  note: 'the requester acknowledged before SHIPPED was sent',
};

const sources = new Map<WireRow, TableRow>();

function compileRows(role: WireRole, table: RowsByState<never>): readonly WireRow[] {
  const rows: WireRow[] = [];
  for (const [from, tableRows] of Object.entries(table) as [WireState, readonly TableRow[]][]) {
    const taken = new Set<WireEvent>();
    for (const tableRow of tableRows) {
      for (const on of eventsOf(tableRow.on)) {
        const row = compiled(from, on, tableRow);
        sources.set(row, tableRow);
        taken.add(on);
        rows.push(row);
      }
    }
    if (from === 'IDLE') continue;
    const services = damageStates[role].includes(from)
      ? ([...anyStateServices, 'Damaged'] as const)
      : anyStateServices;
    for (const service of services) {
      rows.push(
        ...stays(from, service, service === 'Damaged' ? 'B' : 'A').filter(({ on }) => !taken.has(on)),
      );
    }
  }
  return rows;
}

const predicates: Readonly<Record<WirePredicate, (facts: WireFacts) => boolean>> = {
  p5: ({ isReturnable }) => isReturnable,
  shippedUnsaid: ({ isShippedSaid }) => !isShippedSaid,
};

/** The row of the standard's table from which a compiled row was made; `undefined` for the rows common to many states. */
export function tableRowOf(row: WireRow): TableRow | undefined {
  return sources.get(row);
}

/** The requester's machine, ISO 10161-1 clause 8. */
export const RequesterMachine: WireMachine = createMachine({
  name: 'requester',
  states: RequesterStates as readonly WireState[],
  initial: 'IDLE',
  terminal: terminalStates.requester,
  predicates,
  rows: compileRows('requester', RequesterTable),
});

/** The responder's machine, ISO 10161-1 clause 8. */
export const ResponderMachine: WireMachine = createMachine({
  name: 'responder',
  states: ResponderStates as readonly WireState[],
  initial: 'IDLE',
  terminal: terminalStates.responder,
  predicates,
  rows: [...compileRows('responder', ResponderTable), lateShipped],
});

export const machineOf: Readonly<Record<WireRole, WireMachine>> = {
  requester: RequesterMachine,
  responder: ResponderMachine,
};
