import {
  abilityFor,
  advance,
  eventKey,
  type GuardContext,
  type GuardStep,
  isInterlendError,
  isSameSymbol,
  type LendingEvent,
  type LibrarySymbol,
  type Loss,
  type Transaction,
} from '@interlend/core';
import type { AnyProtocol } from './any-protocol.js';
import type { EventSource, NewEvent, NewOutgoing, StepWrites, TransactionRecord } from './store/store.js';

/** What the guard answered for a transaction, and where it came from. */
export interface LoanStep {
  /** The transaction before; its `transaction.state` is `idle` when it is new. */
  readonly record: TransactionRecord;
  readonly protocol: AnyProtocol;
  readonly source: EventSource;
  readonly context: GuardContext;
  readonly step: Pick<
    GuardStep<unknown, unknown>,
    'guard' | 'replies' | 'answer' | 'wakeAt' | 'proposals' | 'needsReview'
  >;
  /** What it means to the desk, when it means something. */
  readonly event: LendingEvent | undefined;
  /** What brought or carries the event: the received message, the first of the replies, or nothing. */
  readonly carrier: { readonly received: number } | 'first-reply' | undefined;
  readonly losses?: readonly Loss[];
  readonly warnings?: readonly string[];
}

/** What a step changes, and what staff should know of it. */
export interface LoanWrites {
  readonly record: TransactionRecord;
  readonly writes: StepWrites;
  readonly warnings: readonly string[];
}

/**
 * Puts a guard's answer into the words of the store: the transaction, the event and the messages owed. An event that the
 * neutral machine does not list, although the guard let it pass, leaves the neutral state and is shown to staff.
 */
export function writeLoanStep({
  record,
  protocol,
  source,
  context,
  step,
  event,
  carrier,
  losses,
  warnings,
}: LoanStep): LoanWrites {
  const moved =
    event === undefined ? { transaction: record.transaction, warnings: [] } : move(record.transaction, event);
  const advice = (step.proposals ?? []).map(({ event: { type }, why }) => `advised: ${type}, because ${why}`);
  const allWarnings = [...(warnings ?? []), ...moved.warnings, ...advice];
  const peer =
    event?.type === 'forwarded' && record.transaction.role === 'borrower' ? event.to.symbol : record.peer;
  const next: TransactionRecord = {
    ...record,
    peer,
    transaction: moved.transaction,
    guard: step.guard,
    wakeAt: step.wakeAt === undefined ? record.wakeAt : (step.wakeAt ?? undefined),
    // Staff who act have looked.
    needsReview:
      step.needsReview === true ||
      isDisputed(protocol, record, event) ||
      (record.needsReview && source !== 'desk'),
    updatedAt: context.now,
  };
  const outgoing = [
    ...toOutgoing(protocol, step.replies, next, next.id, context),
    ...toAnswer(protocol, step.answer, next, next.id, context),
  ];
  const events: readonly NewEvent[] =
    event === undefined
      ? []
      : [
          {
            transactionId: next.id,
            at: context.now,
            source,
            key: eventKey(event),
            event,
            state: next.transaction.state,
            message:
              carrier === 'first-reply' ? (step.replies.length > 0 ? { outgoing: 0 } : undefined) : carrier,
            losses: losses ?? [],
            warnings: allWarnings,
          },
        ];
  return { record: next, writes: { transaction: next, events, outgoing }, warnings: allWarnings };
}

/** The lender misses what this side has returned, and the wire had no word by which it could know better. */
function isDisputed(
  { capabilities }: AnyProtocol,
  { transaction }: TransactionRecord,
  event: LendingEvent | undefined,
): boolean {
  const isBack = transaction.state === 'returned' || transaction.state === 'checkedIn';
  const couldNotSay = abilityFor(capabilities, 'returned', 'borrower')?.can === 'local-only';
  return transaction.role === 'borrower' && isBack && couldNotSay && event?.type === 'overdue';
}

/** One step after another, as one. */
export function joinLoanWrites(first: LoanWrites, second: LoanWrites): LoanWrites {
  const before = first.writes.outgoing ?? [];
  const shifted = (second.writes.events ?? []).map((event) =>
    event.message && 'outgoing' in event.message
      ? { ...event, message: { outgoing: event.message.outgoing + before.length } }
      : event,
  );
  return {
    record: second.record,
    writes: {
      ...second.writes,
      events: [...(first.writes.events ?? []), ...shifted],
      outgoing: [...before, ...(second.writes.outgoing ?? [])],
    },
    warnings: [...first.warnings, ...second.warnings],
  };
}

/** Messages in the octets of their protocol, addressed and named. @throws EncodeError */
export function toOutgoing(
  protocol: AnyProtocol,
  messages: readonly unknown[],
  from: { readonly library: LibrarySymbol | undefined; readonly peer: LibrarySymbol },
  transactionId: string | undefined,
  context: GuardContext,
): readonly NewOutgoing[] {
  const options = context.profile === undefined ? {} : { profile: context.profile };
  return messages.map((message) => ({
    protocol: protocol.name,
    transactionId,
    peer: addresseeOf(protocol, message, from, context),
    at: context.now,
    raw: protocol.encode(message, options),
    name: protocol.describe(message),
  }));
}

/** What is said on the connection that asked, ready to be kept; nothing where nothing is said. @throws EncodeError */
export function toAnswer(
  protocol: AnyProtocol,
  answer: unknown,
  from: { readonly library: LibrarySymbol | undefined; readonly peer: LibrarySymbol },
  transactionId: string | undefined,
  context: GuardContext,
): readonly NewOutgoing[] {
  if (answer === undefined) return [];
  return toOutgoing(protocol, [answer], from, transactionId, context).map((message) => ({
    ...message,
    isAnswer: true,
  }));
}

/** A message goes to the other side of the loan, but a request that is passed on goes to the library it names. */
function addresseeOf(
  protocol: AnyProtocol,
  message: unknown,
  { library, peer }: { readonly library: LibrarySymbol | undefined; readonly peer: LibrarySymbol },
  { partner }: GuardContext,
): LibrarySymbol {
  const { isOpening, lender } = protocol.correlate(message);
  const aliases = partner === undefined ? [] : (protocol.aliases?.(partner).partner ?? []);
  if (aliases.some((alias) => lender !== undefined && isSameSymbol(alias, lender))) return peer;
  const isPassedOn =
    isOpening && lender !== undefined && (library === undefined || !isSameSymbol(lender, library));
  return isPassedOn ? lender : peer;
}

function move(
  transaction: Transaction,
  event: LendingEvent,
): { readonly transaction: Transaction; readonly warnings: readonly string[] } {
  try {
    return { transaction: advance(transaction, event), warnings: [] };
  } catch (error) {
    if (!isInterlendError(error) || error.code !== 'not-allowed-now') throw error;
    return { transaction, warnings: [error.message] };
  }
}
