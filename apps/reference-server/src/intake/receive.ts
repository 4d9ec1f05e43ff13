import {
  type Correlation,
  type Deviation,
  type GuardContext,
  type GuardStep,
  isSameSymbol,
  type LendingRequest,
  type LibrarySymbol,
  newTransaction,
  type Role,
} from '@interlend/core';
import type { AnyProtocol } from '../any-protocol.js';
import type { Directory } from '../directory.js';
import { type LoanWrites, toAnswer, toOutgoing, writeLoanStep } from '../loan-step.js';
import type {
  Decision,
  NewIncoming,
  NewOutgoing,
  Processed,
  StepWrites,
  TransactionRecord,
} from '../store/store.js';
import { storedKey } from './stored-key.js';
import { automatic, confirmed, refused } from './without-staff.js';

/** A decoded message and everything needed to decide about it. */
export interface Received {
  readonly messageId: number;
  readonly protocol: AnyProtocol;
  readonly message: unknown;
  readonly deviations: readonly Deviation[];
  readonly correlation: Correlation;
  /** Role of the addressee, where it is known. */
  readonly to: Role | undefined;
  /** The library that speaks, as far as the message says. */
  readonly sender: LibrarySymbol | undefined;
  /** Where it came from. */
  readonly incoming: Pick<NewIncoming, 'from' | 'certificate' | 'peer'> & {
    readonly transactionId?: string | undefined;
  };
  readonly now: Date;
  /** Identifier for the transaction that this message may begin. */
  readonly newId: string;
  /** Whether the sender waits on an open connection, so that a request is confirmed at once. */
  readonly isAwaited: boolean;
}

/** What a message did. */
export interface ReceivedResult {
  readonly processed: Processed;
  /** The transaction as it is afterwards, and what was written about it. */
  readonly stepped: { readonly record: TransactionRecord; readonly writes: StepWrites } | undefined;
  /** The queue in which answers to it stand; absent when it is not answered. */
  readonly queue: string | undefined;
  /** What is said on the connection that brought it. */
  readonly answer: Uint8Array | undefined;
}

/**
 * Decides about a received message among the transactions found by its key. Pure: routing is by key, role and the
 * addressee's symbol, never by the port it came in on.
 */
export function receive(
  received: Received,
  directory: Directory,
  found: readonly TransactionRecord[],
): Decision<ReceivedResult> {
  const { protocol, message, correlation, now } = received;
  const known = addressed(found, received);
  const sender = received.sender ?? known?.peer;
  const refusal = refusalOf(received, sender, directory);
  if (refusal !== undefined) return refuse(received, refusal);
  const library = known ? undefined : addressee(received, directory);
  if (!known && library === undefined && correlation.isOpening) {
    return refuse(
      received,
      `unknown-library: ${addresseeSymbol(received) ?? 'a message without addressee'} is not a library of this server`,
    );
  }
  const context = {
    ...directory.guardContext(sender, now),
    ownNumber: received.newId,
    refusalOf: (request: LendingRequest) => directory.refusalOf(library, request, now),
  };
  const hearing: Hearing = { ...received, sender, context };
  const step = protocol.receive(known?.guard, message, hearing.context);
  if (known) return forKnown(hearing, known, step, directory);
  if (step.guard !== undefined && library !== undefined) return forNew(hearing, library, step);
  return withoutTransaction(hearing, step);
}

/** A message from somebody we deal with. */
interface Hearing extends Received {
  readonly context: GuardContext;
}

type Step = GuardStep<unknown, unknown>;

function forKnown(
  received: Hearing,
  known: TransactionRecord,
  heard: Step,
  directory: Directory,
): Decision<ReceivedResult> {
  const { protocol, context, messageId } = received;
  const step = confirmed(received, { ...heard, guard: heard.guard ?? known.guard });
  const written = writeLoanStep({
    record: known,
    protocol,
    source: 'wire',
    context,
    step,
    event: step.event,
    carrier: { received: messageId },
    warnings: [...step.warnings, ...aliasWarnings(received, known, directory)],
  });
  return decideFor(received, step, automatic(received, step, written));
}

function forNew(received: Hearing, library: LibrarySymbol, heard: Step): Decision<ReceivedResult> {
  const { protocol, message, context, messageId, newId, correlation } = received;
  const request = protocol.toRequest(message);
  const role = correlation.to ?? 'lender';
  const step = role === 'lender' ? refused(received, confirmed(received, heard), request) : heard;
  const record: TransactionRecord = {
    id: newId,
    protocol: protocol.name,
    key:
      step.key === undefined
        ? correlation.key
        : storedKey({ ...correlation, key: step.key }, received.sender),
    library,
    peer: received.sender ?? '',
    transaction: newTransaction(role, request),
    guard: step.guard,
    wakeAt: undefined,
    needsReview: false,
    createdAt: context.now,
    updatedAt: context.now,
  };
  const written = writeLoanStep({
    record,
    protocol,
    source: 'wire',
    context,
    step,
    event: step.event ?? { type: 'requested', from: 'borrower', request },
    carrier: { received: messageId },
    warnings: step.warnings,
  });
  return decideFor(received, step, automatic(received, step, written));
}

function withoutTransaction(received: Hearing, step: Step): Decision<ReceivedResult> {
  const { protocol, context, sender = '' } = received;
  const noted = processedBy(received, step, undefined, step.warnings);
  // It belongs to no loan, so staff would not find it there.
  const processed: Processed = step.verdict === 'refused' ? { ...noted, processing: 'refused' } : noted;
  const from = { library: undefined, peer: sender };
  const outgoing = [
    ...toOutgoing(protocol, step.replies, from, undefined, context),
    ...toAnswer(protocol, step.answer, from, undefined, context),
  ];
  return {
    writes: { outgoing, processed },
    result: { processed, queue: `peer:${sender}`, stepped: undefined, answer: answerAmong(outgoing) },
  };
}

function decideFor(
  received: Hearing,
  step: Step,
  { record, writes, warnings }: LoanWrites,
): Decision<ReceivedResult> {
  const processed = processedBy(received, step, record.id, warnings);
  return {
    writes: { ...writes, processed },
    result: {
      processed,
      queue: record.id,
      stepped: { record, writes },
      answer: answerAmong(writes.outgoing ?? []),
    },
  };
}

function answerAmong(outgoing: readonly NewOutgoing[]): Uint8Array | undefined {
  return outgoing.find(({ isAnswer }) => isAnswer)?.raw;
}

function processedBy(
  { messageId, protocol, message, deviations }: Received,
  { verdict }: Step,
  transactionId: string | undefined,
  warnings: readonly string[],
): Processed {
  const processed: Processed = {
    message: messageId,
    processing: 'done',
    name: protocol.describe(message),
    verdict,
    deviations,
    warnings,
  };
  return transactionId === undefined ? processed : { ...processed, transactionId };
}

/** Notes a message that this server does not act on, without a word to its sender. */
function refuse(
  { messageId, protocol, message, deviations }: Received,
  warning: string,
): Decision<ReceivedResult> {
  const processed: Processed = {
    message: messageId,
    processing: 'refused',
    name: protocol.describe(message),
    deviations,
    warnings: [warning],
  };
  const result = { processed, queue: undefined, stepped: undefined, answer: undefined };
  return { writes: { processed }, result };
}

/** Why this server does not listen to the sender, if so. */
function refusalOf(
  { incoming }: Received,
  sender: LibrarySymbol | undefined,
  directory: Directory,
): string | undefined {
  // Whoever answers on a connection of this server was called by its settings.
  if (incoming.transactionId !== undefined) return undefined;
  const peer = directory.peer(sender);
  if (!peer) {
    if (incoming.peer !== undefined) {
      return `listener-not-allowed: ${sender ?? 'a sender without symbol'} called where only ${incoming.peer} may`;
    }
    return directory.acceptsUnknownPeers
      ? undefined
      : `unknown-peer: ${sender ?? 'a sender without symbol'} is not among the peers`;
  }
  return directory.doubt(peer, incoming);
}

/** The transaction that a message is for. */
function addressed(
  found: readonly TransactionRecord[],
  { to, correlation }: Received,
): TransactionRecord | undefined {
  const candidates = to === undefined ? found : found.filter((record) => record.transaction.role === to);
  if (candidates.length < 2) return candidates[0];
  if (to === undefined) return undefined;
  return candidates.find((record) => {
    const symbol = record.transaction.role === 'lender' ? correlation.lender : correlation.borrower;
    return symbol !== undefined && isSameSymbol(symbol, record.library);
  });
}

/** The library of this server that a message without a transaction is for. */
function addressee(received: Received, directory: Directory): LibrarySymbol | undefined {
  const symbol = addresseeSymbol(received);
  if (symbol !== undefined) return directory.library(symbol)?.symbol;
  return directory.libraries.length === 1 ? directory.libraries[0]?.symbol : undefined;
}

function addresseeSymbol({ correlation, to }: Received): LibrarySymbol | undefined {
  return to === 'borrower' ? correlation.borrower : correlation.lender;
}

/** Symbols are checked but do not decide: partners use aliases, and a forwarded request changes its lender. */
function aliasWarnings(
  { correlation, protocol, incoming }: Received,
  known: TransactionRecord,
  directory: Directory,
): readonly string[] {
  const isLender = known.transaction.role === 'lender';
  const own = isLender ? correlation.lender : correlation.borrower;
  const named = isLender ? correlation.borrower : correlation.lender;
  const other = named && directory.speakerFor(named, protocol.name, incoming);
  return [
    ...(own !== undefined && !isSameSymbol(own, known.library)
      ? [`addressed to ${own}, belongs to ${known.library}`]
      : []),
    ...(other !== undefined && !isSameSymbol(other, known.peer)
      ? [`from ${other}, expected ${known.peer}`]
      : []),
  ];
}
