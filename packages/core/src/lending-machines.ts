import type { LendingEvent } from './event.js';
import { createMachine, type Machine, type Row } from './machine.js';
import type { ServiceType } from './request.js';

/** What the neutral machines need to know about a transaction beside its state. */
export interface LendingFacts {
  /** Loan or copy, as far as known: what was shipped, else what was asked for first. */
  readonly service: ServiceType;
  /** Whether the lender has said that the item was shipped. */
  readonly isShipmentSaid: boolean;
}

/**
 * Name of an event in the tables: its type, and for an answer also yes or no, for instance `cancelAnswered:yes`.
 */
export type LendingEventKey =
  | Exclude<LendingEvent['type'], 'conditionAnswered' | 'cancelAnswered' | 'renewAnswered'>
  | `${'conditionAnswered' | 'cancelAnswered' | 'renewAnswered'}:${'yes' | 'no'}`;

/** The key of an event in the neutral state tables. */
export function eventKey(event: LendingEvent): LendingEventKey {
  switch (event.type) {
    case 'conditionAnswered':
    case 'cancelAnswered':
    case 'renewAnswered':
      return `${event.type}:${event.isAccepted ? 'yes' : 'no'}`;
    default:
      return event.type;
  }
}

/** Where a loan stands for the borrower. */
export type BorrowerState =
  | 'idle'
  | 'requested'
  | 'conditional'
  | 'cancelRequested'
  | 'unfilled'
  | 'cancelled'
  | 'shipped'
  | 'received'
  | 'renewRequested'
  | 'overdueBeforeReceipt'
  | 'overdueRenewRequested'
  | 'overdue'
  | 'recalled'
  | 'returned'
  | 'checkedIn'
  | 'lost';

/** Where a loan stands for the lender. What the borrower said about receipt and return is a fact, not a state. */
export type LenderState =
  | 'idle'
  | 'requested'
  | 'conditional'
  | 'cancelRequested'
  | 'forwarded'
  | 'unfilled'
  | 'cancelled'
  | 'shipped'
  | 'renewRequested'
  | 'overdueRenewRequested'
  | 'overdue'
  | 'recalled'
  | 'checkedIn'
  | 'lost';

type Predicate = 'isLoan' | 'isShipmentUnsaid';

const predicates: Readonly<Record<Predicate, (facts: LendingFacts) => boolean>> = {
  isLoan: (facts) => facts.service === 'loan',
  isShipmentUnsaid: (facts) => !facts.isShipmentSaid,
};

type TableRow<State extends string> = Row<State, LendingEventKey, Predicate>;

/** Rows for several events that lead from one state to another. */
function rows<State extends string>(
  from: State,
  to: State,
  events: readonly LendingEventKey[],
  when?: Predicate,
): TableRow<State>[] {
  return events.map((on) => (when === undefined ? { from, on, to } : { from, on, to, when }));
}

/** Rows for events that are taken note of without a change of state. */
function stays<State extends string>(
  states: readonly State[],
  events: readonly LendingEventKey[],
): TableRow<State>[] {
  return states.flatMap((state) => rows(state, state, events));
}

const conversation: readonly LendingEventKey[] = [
  'message',
  'statusQueried',
  'statusReported',
  'errorReported',
];
const notSupplied: readonly LendingEventKey[] = ['retryLater', 'unfilled', 'locationsProvided', 'estimated'];

const borrowerStates: readonly BorrowerState[] = [
  'idle',
  'requested',
  'conditional',
  'cancelRequested',
  'unfilled',
  'cancelled',
  'shipped',
  'received',
  'renewRequested',
  'overdueBeforeReceipt',
  'overdueRenewRequested',
  'overdue',
  'recalled',
  'returned',
  'checkedIn',
  'lost',
];

const borrowerTracking: readonly BorrowerState[] = [
  'shipped',
  'received',
  'renewRequested',
  'overdueBeforeReceipt',
  'overdueRenewRequested',
  'overdue',
  'recalled',
  'returned',
  'checkedIn',
  'lost',
];

/**
 * What the borrower's desk may do and hear, in every state. Events by the lender that cross an event by the borrower, or
 * come late, are rows too; repeats never get here, because the protocol's guard holds them back. What a crossed question
 * is owed (a cancel that met a shipment, a renewal that met a recall) is the guard's to say, not the desk's.
 */
export const BorrowerMachine: Machine<BorrowerState, LendingEventKey, Predicate, LendingFacts> =
  createMachine({
    name: 'borrower',
    states: borrowerStates,
    initial: 'idle',
    terminal: ['unfilled', 'cancelled', 'checkedIn', 'lost'],
    predicates,
    rows: [
      ...rows<BorrowerState>('idle', 'requested', ['requested']),

      ...rows<BorrowerState>('requested', 'requested', ['forwarded', 'willSupply', 'holdPlaced']),
      ...rows<BorrowerState>('requested', 'conditional', ['conditional']),
      ...rows<BorrowerState>('requested', 'unfilled', [...notSupplied, 'expired']),
      ...rows<BorrowerState>('requested', 'shipped', ['shipped']),
      ...rows<BorrowerState>('requested', 'cancelRequested', ['cancelRequested']),
      ...rows<BorrowerState>('requested', 'received', ['received']),
      ...rows<BorrowerState>('requested', 'overdueBeforeReceipt', ['overdue']),
      ...rows<BorrowerState>('requested', 'recalled', ['recalled']),
      ...rows<BorrowerState>('requested', 'lost', ['lost']),

      ...rows<BorrowerState>('conditional', 'requested', ['conditionAnswered:yes']),
      ...rows<BorrowerState>('conditional', 'unfilled', ['conditionAnswered:no', 'expired']),
      ...rows<BorrowerState>('conditional', 'cancelRequested', ['cancelRequested']),

      ...stays<BorrowerState>(['unfilled'], ['expired', 'cancelAnswered:yes', 'cancelAnswered:no']),

      ...rows<BorrowerState>('cancelRequested', 'cancelled', ['cancelAnswered:yes']),
      ...rows<BorrowerState>('cancelRequested', 'requested', ['cancelAnswered:no']),
      ...rows<BorrowerState>('cancelRequested', 'shipped', ['shipped']),
      ...rows<BorrowerState>('cancelRequested', 'unfilled', [...notSupplied, 'expired']),
      ...stays<BorrowerState>(['cancelRequested'], ['willSupply', 'holdPlaced', 'conditional', 'forwarded']),

      ...stays<BorrowerState>(
        ['cancelled'],
        ['willSupply', 'holdPlaced', 'conditional', ...notSupplied, 'expired'],
      ),

      ...stays<BorrowerState>(['shipped'], ['willSupply', 'holdPlaced', 'cancelAnswered:no']),
      ...rows<BorrowerState>('shipped', 'received', ['received']),
      ...rows<BorrowerState>('shipped', 'returned', ['returned'], 'isLoan'),
      ...rows<BorrowerState>('shipped', 'renewRequested', ['renewRequested'], 'isLoan'),
      ...rows<BorrowerState>('shipped', 'overdueBeforeReceipt', ['overdue'], 'isLoan'),
      ...rows<BorrowerState>('shipped', 'recalled', ['recalled'], 'isLoan'),
      ...rows<BorrowerState>('shipped', 'checkedIn', ['checkedIn'], 'isLoan'),
      ...rows<BorrowerState>('shipped', 'lost', ['lost']),

      ...stays<BorrowerState>(['received'], ['shipped']),
      ...rows<BorrowerState>('received', 'returned', ['returned'], 'isLoan'),
      ...rows<BorrowerState>('received', 'renewRequested', ['renewRequested'], 'isLoan'),
      ...rows<BorrowerState>('received', 'overdue', ['overdue'], 'isLoan'),
      ...rows<BorrowerState>('received', 'recalled', ['recalled'], 'isLoan'),
      ...rows<BorrowerState>('received', 'checkedIn', ['checkedIn'], 'isLoan'),
      ...rows<BorrowerState>('received', 'lost', ['lost']),

      ...rows<BorrowerState>('renewRequested', 'received', ['renewAnswered:yes', 'renewAnswered:no']),
      ...rows<BorrowerState>('renewRequested', 'overdueRenewRequested', ['overdue']),
      ...stays<BorrowerState>(['renewRequested'], ['received', 'shipped']),

      ...stays<BorrowerState>(['overdueBeforeReceipt'], ['shipped']),
      ...rows<BorrowerState>('overdueBeforeReceipt', 'overdue', ['received']),
      ...rows<BorrowerState>('overdueBeforeReceipt', 'overdueRenewRequested', ['renewRequested']),

      ...rows<BorrowerState>('overdue', 'overdueRenewRequested', ['renewRequested']),

      // Some lenders renew what is not returned without being asked.
      ...rows<BorrowerState>('received', 'received', ['renewAnswered:yes'], 'isLoan'),
      ...rows<BorrowerState>('overdue', 'received', ['renewAnswered:yes'], 'isLoan'),
      ...rows<BorrowerState>('overdueRenewRequested', 'received', ['renewAnswered:yes']),
      ...rows<BorrowerState>('overdueRenewRequested', 'overdue', ['renewAnswered:no']),

      ...stays<BorrowerState>(['recalled'], ['overdue', 'renewAnswered:yes', 'renewAnswered:no', 'received']),

      ...(['renewRequested', 'overdueBeforeReceipt', 'overdue', 'overdueRenewRequested'] as const).flatMap(
        (state) => rows<BorrowerState>(state, 'recalled', ['recalled']),
      ),
      ...(
        ['renewRequested', 'overdueBeforeReceipt', 'overdue', 'overdueRenewRequested', 'recalled'] as const
      ).flatMap((state) => [
        ...rows<BorrowerState>(state, 'returned', ['returned']),
        ...rows<BorrowerState>(state, 'checkedIn', ['checkedIn']),
        ...rows<BorrowerState>(state, 'lost', ['lost']),
      ]),

      // A lender that writes reminders says it more than once.
      ...stays<BorrowerState>(['overdueBeforeReceipt', 'overdue'], ['overdue']),

      ...rows<BorrowerState>('returned', 'checkedIn', ['checkedIn']),
      ...(['returned', 'checkedIn'] as const).flatMap((state) => [
        ...stays<BorrowerState>([state], ['overdue', 'recalled', 'renewAnswered:yes', 'renewAnswered:no']),
        ...rows<BorrowerState>(state, 'lost', ['lost']),
      ]),
      ...stays<BorrowerState>(['checkedIn'], ['checkedIn']),

      ...stays(
        borrowerStates.filter((state) => state !== 'idle'),
        conversation,
      ),
      ...stays(borrowerTracking, ['damaged']),
    ],
  });

const lenderStates: readonly LenderState[] = [
  'idle',
  'requested',
  'conditional',
  'cancelRequested',
  'forwarded',
  'unfilled',
  'cancelled',
  'shipped',
  'renewRequested',
  'overdueRenewRequested',
  'overdue',
  'recalled',
  'checkedIn',
  'lost',
];

const lenderTracking: readonly LenderState[] = [
  'shipped',
  'renewRequested',
  'overdueRenewRequested',
  'overdue',
  'recalled',
  'checkedIn',
  'lost',
];

/** What the lender's desk may do and hear, in every state. See {@link BorrowerMachine}. */
export const LenderMachine: Machine<LenderState, LendingEventKey, Predicate, LendingFacts> = createMachine({
  name: 'lender',
  states: lenderStates,
  initial: 'idle',
  terminal: ['forwarded', 'unfilled', 'cancelled', 'checkedIn', 'lost'],
  predicates,
  rows: [
    ...rows<LenderState>('idle', 'requested', ['requested']),

    ...rows<LenderState>('requested', 'conditional', ['conditional']),
    ...rows<LenderState>('requested', 'unfilled', [...notSupplied, 'expired']),
    ...rows<LenderState>('requested', 'requested', ['willSupply', 'holdPlaced']),
    ...rows<LenderState>('requested', 'shipped', ['shipped', 'received', 'returned']),
    ...rows<LenderState>('requested', 'forwarded', ['forwarded']),
    ...rows<LenderState>('requested', 'cancelRequested', ['cancelRequested']),
    ...rows<LenderState>('requested', 'overdue', ['overdue']),
    ...rows<LenderState>('requested', 'recalled', ['recalled']),
    ...rows<LenderState>('requested', 'lost', ['lost']),

    ...rows<LenderState>('conditional', 'requested', ['conditionAnswered:yes']),
    ...rows<LenderState>('conditional', 'unfilled', ['conditionAnswered:no', 'expired']),
    ...rows<LenderState>('conditional', 'cancelRequested', ['cancelRequested']),

    ...rows<LenderState>('cancelRequested', 'cancelled', ['cancelAnswered:yes']),
    ...rows<LenderState>('cancelRequested', 'requested', ['cancelAnswered:no']),
    ...rows<LenderState>('cancelRequested', 'shipped', ['shipped', 'received']),
    ...rows<LenderState>('cancelRequested', 'unfilled', ['expired']),

    ...stays<LenderState>(['unfilled'], ['cancelRequested', 'conditionAnswered:yes']),

    ...stays<LenderState>(['shipped'], ['received', 'cancelRequested']),
    ...rows<LenderState>('shipped', 'shipped', ['shipped'], 'isShipmentUnsaid'),
    ...rows<LenderState>('shipped', 'shipped', ['returned'], 'isLoan'),
    ...rows<LenderState>('shipped', 'renewRequested', ['renewRequested'], 'isLoan'),
    ...rows<LenderState>('shipped', 'overdue', ['overdue'], 'isLoan'),
    ...rows<LenderState>('shipped', 'recalled', ['recalled'], 'isLoan'),
    ...rows<LenderState>('shipped', 'checkedIn', ['checkedIn'], 'isLoan'),
    ...rows<LenderState>('shipped', 'lost', ['lost']),

    ...rows<LenderState>('renewRequested', 'shipped', ['renewAnswered:yes', 'renewAnswered:no']),
    ...rows<LenderState>('renewRequested', 'overdueRenewRequested', ['overdue']),

    ...rows<LenderState>('overdue', 'overdueRenewRequested', ['renewRequested']),

    ...rows<LenderState>('overdueRenewRequested', 'shipped', ['renewAnswered:yes']),
    ...rows<LenderState>('overdueRenewRequested', 'overdue', ['renewAnswered:no']),

    ...stays<LenderState>(['recalled'], ['renewRequested', 'overdue']),

    ...(['renewRequested', 'overdue', 'overdueRenewRequested'] as const).flatMap((state) =>
      rows<LenderState>(state, 'recalled', ['recalled']),
    ),
    ...(['renewRequested', 'overdue', 'overdueRenewRequested', 'recalled'] as const).flatMap((state) => [
      ...stays<LenderState>([state], ['received', 'returned']),
      ...rows<LenderState>(state, 'checkedIn', ['checkedIn']),
      ...rows<LenderState>(state, 'lost', ['lost']),
    ]),

    ...stays<LenderState>(['checkedIn'], ['returned', 'renewRequested']),

    ...stays(
      lenderStates.filter((state) => state !== 'idle'),
      conversation,
    ),
    ...stays(lenderTracking, ['damaged']),
  ],
});
