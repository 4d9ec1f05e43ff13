import type { LendingEvent, Role } from './event.js';
import {
  BorrowerMachine,
  type BorrowerState,
  eventKey,
  LenderMachine,
  type LenderState,
  type LendingEventKey,
  type LendingFacts,
} from './lending-machines.js';
import type { Condition, RetryReason, UnfilledReason } from './reasons.js';
import type { CalendarDate, LendingRequest, ServiceType } from './request.js';

/** Why a transaction ended without supply. */
export type Outcome =
  | { readonly kind: 'unfilled'; readonly reason?: UnfilledReason }
  | { readonly kind: 'retryLater'; readonly reason?: RetryReason; readonly retryDate?: CalendarDate }
  | { readonly kind: 'locationsProvided' }
  | { readonly kind: 'estimated'; readonly estimate: string }
  | { readonly kind: 'conditionRefused' }
  | { readonly kind: 'expired' };

/** What is known about a loan beside its state. */
export interface TransactionFacts {
  /** What was shipped or received; absent before. */
  readonly service?: ServiceType;
  readonly shippedOn?: CalendarDate;
  readonly due?: CalendarDate;
  readonly isRenewable?: boolean;
  readonly condition?: Condition;
  readonly replyBy?: CalendarDate;
  readonly expectedOn?: CalendarDate;
  readonly receivedOn?: CalendarDate;
  readonly returnedOn?: CalendarDate;
  readonly checkedInOn?: CalendarDate;
  readonly isShipmentSaid?: true;
  readonly isDamaged?: true;
  readonly outcome?: Outcome;
}

interface TransactionBase {
  readonly request: LendingRequest;
  readonly facts: TransactionFacts;
}

/** A loan as the borrower sees it. */
export interface BorrowerTransaction extends TransactionBase {
  readonly role: 'borrower';
  readonly state: BorrowerState;
}

/** A loan as the lender sees it. */
export interface LenderTransaction extends TransactionBase {
  readonly role: 'lender';
  readonly state: LenderState;
}

/** One side's view of one loan: the business truth. Plain data. */
export type Transaction = BorrowerTransaction | LenderTransaction;

/** A transaction before its first event. */
export function newTransaction(role: Role, request: LendingRequest): Transaction {
  return role === 'borrower'
    ? { role, state: 'idle', request, facts: {} }
    : { role, state: 'idle', request, facts: {} };
}

/** What the machines are told about a transaction. */
export function lendingFacts(transaction: Transaction): LendingFacts {
  const asked = transaction.request.services[0] === 'copy' ? 'copy' : 'loan';
  return {
    service: transaction.facts.service ?? asked,
    isShipmentSaid: transaction.facts.isShipmentSaid === true,
  };
}

/**
 * The transaction after `event`. Pure.
 *
 * @throws StateError `not-allowed-now` when the event has no row in the present state
 */
export function advance(transaction: Transaction, event: LendingEvent): Transaction {
  const known = lendingFacts(transaction);
  const key = eventKey(event);
  if (transaction.role === 'borrower') {
    const state = BorrowerMachine.step(transaction.state, key, known).to;
    return {
      role: 'borrower',
      state,
      request: transaction.request,
      facts: nextFacts(transaction, event, state),
    };
  }
  const state = LenderMachine.step(transaction.state, key, known).to;
  return { role: 'lender', state, request: transaction.request, facts: nextFacts(transaction, event, state) };
}

/** An answer that crossed a cancel or a shipment is no outcome: it must not outlive the state that it did not change. */
function nextFacts(
  transaction: Transaction,
  event: LendingEvent,
  state: BorrowerState | LenderState,
): TransactionFacts {
  const { outcome, ...others } = factsOf(event, transaction);
  const facts = { ...transaction.facts, ...others };
  return outcome !== undefined && state === 'unfilled' ? { ...facts, outcome } : facts;
}

const borrowersWords: ReadonlySet<LendingEventKey> = new Set<LendingEventKey>([
  'requested',
  'conditionAnswered:yes',
  'conditionAnswered:no',
  'cancelRequested',
  'received',
  'returned',
  'renewRequested',
]);
const eithersWords: ReadonlySet<LendingEventKey> = new Set<LendingEventKey>([
  'lost',
  'damaged',
  'message',
  'statusQueried',
  'statusReported',
  'errorReported',
]);

/** What this side's own desk may do now: the allowed events that this side says, in table order. */
export function allowedActions(transaction: Transaction): readonly LendingEventKey[] {
  const facts = lendingFacts(transaction);
  const allowed =
    transaction.role === 'borrower'
      ? BorrowerMachine.allowed(transaction.state, facts)
      : LenderMachine.allowed(transaction.state, facts);
  return allowed.filter(
    (key) => eithersWords.has(key) || borrowersWords.has(key) === (transaction.role === 'borrower'),
  );
}

/** Whether no further progress is expected: a terminal state, or a copy that needs no return. */
export function isClosed(transaction: Transaction): boolean {
  const isCopy = lendingFacts(transaction).service === 'copy';
  return transaction.role === 'borrower'
    ? BorrowerMachine.terminal.includes(transaction.state) || (isCopy && transaction.state === 'received')
    : LenderMachine.terminal.includes(transaction.state) || (isCopy && transaction.state === 'shipped');
}

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** Leaves out the properties that are undefined. */
function known<T extends object>(values: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Defined<T>
  >;
}

function factsOf(event: LendingEvent, transaction: Transaction): TransactionFacts {
  switch (event.type) {
    case 'willSupply':
      return known({ expectedOn: event.supplyDate });
    case 'holdPlaced':
      return known({ expectedOn: event.estimatedDate });
    case 'conditional':
      return known({ condition: event.condition, replyBy: event.replyBy });
    case 'conditionAnswered':
      return event.isAccepted ? {} : { outcome: { kind: 'conditionRefused' } };
    case 'retryLater':
      return {
        outcome: { kind: 'retryLater', ...known({ reason: event.reason, retryDate: event.retryDate }) },
      };
    case 'unfilled':
      return { outcome: { kind: 'unfilled', ...known({ reason: event.reason }) } };
    case 'locationsProvided':
      return { outcome: { kind: 'locationsProvided' } };
    case 'estimated':
      return { outcome: { kind: 'estimated', estimate: event.estimate } };
    case 'expired':
      return transaction.facts.outcome ? {} : { outcome: { kind: 'expired' } };
    case 'shipped':
      return {
        service: event.service,
        isShipmentSaid: true,
        ...known({ shippedOn: event.shippedOn, due: event.due, isRenewable: event.isRenewable }),
      };
    case 'received':
      return { service: event.service, receivedOn: event.receivedOn };
    case 'returned':
      return { returnedOn: event.returnedOn };
    case 'checkedIn':
      return { checkedInOn: event.checkedInOn };
    case 'renewAnswered':
      return event.isAccepted ? known({ due: event.due, isRenewable: event.isRenewable }) : {};
    case 'overdue':
      return known({ due: event.due, isRenewable: event.isRenewable });
    case 'damaged':
      return { isDamaged: true };
    case 'requested':
    case 'forwarded':
    case 'cancelRequested':
    case 'cancelAnswered':
    case 'renewRequested':
    case 'recalled':
    case 'lost':
    case 'message':
    case 'statusQueried':
    case 'statusReported':
    case 'errorReported':
      return {};
    default:
      return event satisfies never;
  }
}
