import type { SQLInputValue } from 'node:sqlite';
import {
  type Deviation,
  isClosed,
  type LendingEvent,
  type LendingEventKey,
  type Loss,
  newTransaction,
  type Role,
  type Transaction,
  type Verdict,
} from '@interlend/core';
import type {
  AttemptOutcome,
  AttemptRecord,
  DeliveryState,
  EventRecord,
  EventSource,
  IncomingMessage,
  MessageRecord,
  OutboxItem,
  ParcelRecord,
  ProcessingState,
  TransactionRecord,
} from '../store.js';
import type { Row } from './database.js';

// What these functions read was written by this file's counterparts under CHECK constraints, hence the bare `as` from text.

const text = (row: Row, column: string): string => String(row[column]);
const maybe = (row: Row, column: string): string | undefined => {
  const value = row[column];
  return value === null || value === undefined ? undefined : String(value);
};
const date = (row: Row, column: string): Date => new Date(text(row, column));
const maybeDate = (row: Row, column: string): Date | undefined => {
  const value = maybe(row, column);
  return value === undefined ? undefined : new Date(value);
};
const json = <Value>(row: Row, column: string): Value => JSON.parse(text(row, column)) as Value;
const list = <Value>(row: Row, column: string): readonly Value[] => {
  const value = maybe(row, column);
  return value === undefined ? [] : (JSON.parse(value) as Value[]);
};

/** A list as JSON text, or nothing when it is empty. */
export function listText(values: readonly unknown[] | undefined): string | null {
  return values === undefined || values.length === 0 ? null : JSON.stringify(values);
}

export const transactionColumns =
  'id, protocol, key, library, peer, role, state, is_closed, request, facts, guard, wake_at, needs_review, created_at, updated_at';

export function transactionValues(record: TransactionRecord): readonly SQLInputValue[] {
  const { transaction } = record;
  return [
    record.id,
    record.protocol,
    record.key,
    record.library,
    record.peer,
    transaction.role,
    transaction.state,
    isClosed(transaction) ? 1 : 0,
    JSON.stringify(transaction.request),
    JSON.stringify(transaction.facts),
    JSON.stringify(record.guard),
    record.wakeAt?.toISOString() ?? null,
    record.needsReview ? 1 : 0,
    record.createdAt.toISOString(),
    record.updatedAt.toISOString(),
  ];
}

export function toTransaction(row: Row): TransactionRecord {
  const blank = newTransaction(text(row, 'role') as Role, json(row, 'request'));
  return {
    id: text(row, 'id'),
    protocol: text(row, 'protocol'),
    key: text(row, 'key'),
    library: text(row, 'library'),
    peer: text(row, 'peer'),
    transaction: { ...blank, state: text(row, 'state'), facts: json(row, 'facts') } as Transaction,
    guard: json<unknown>(row, 'guard'),
    wakeAt: maybeDate(row, 'wake_at'),
    needsReview: row['needs_review'] === 1,
    createdAt: date(row, 'created_at'),
    updatedAt: date(row, 'updated_at'),
  };
}

function rawOf(row: Row): Uint8Array {
  const raw = row['raw'];
  return raw instanceof Uint8Array ? raw : new Uint8Array();
}

export function toIncoming(row: Row): IncomingMessage {
  const certificate = maybe(row, 'certificate');
  const peer = maybe(row, 'peer');
  return {
    direction: 'in',
    id: Number(row['id']),
    protocol: text(row, 'protocol'),
    transactionId: maybe(row, 'transaction_id'),
    at: date(row, 'at'),
    raw: rawOf(row),
    name: maybe(row, 'name'),
    transport: text(row, 'transport'),
    from: text(row, 'sender'),
    ...(certificate === undefined ? {} : { certificate }),
    ...(peer === undefined ? {} : { peer }),
    processing: text(row, 'processing') as ProcessingState,
    verdict: maybe(row, 'verdict') as Verdict | undefined,
    deviations: list<Deviation>(row, 'deviations'),
    warnings: list<string>(row, maybe(row, 'warnings_here') === undefined ? 'warnings' : 'warnings_here'),
  };
}

export function toMessage(row: Row): MessageRecord {
  if (row['direction'] === 'in') return toIncoming(row);
  return {
    direction: 'out',
    id: Number(row['id']),
    protocol: text(row, 'protocol'),
    transactionId: maybe(row, 'transaction_id'),
    at: date(row, 'at'),
    raw: rawOf(row),
    name: maybe(row, 'name'),
    peer: text(row, 'peer'),
    delivery: text(row, 'delivery') as DeliveryState,
  };
}

export function toEvent(row: Row): EventRecord {
  const messageId = row['message_id'];
  return {
    id: Number(row['id']),
    transactionId: text(row, 'transaction_id'),
    at: date(row, 'at'),
    source: text(row, 'source') as EventSource,
    key: text(row, 'key') as LendingEventKey,
    event: json<LendingEvent>(row, 'event'),
    state: text(row, 'state'),
    messageId: messageId === null ? undefined : Number(messageId),
    losses: list<Loss>(row, 'losses'),
    warnings: list<string>(row, 'warnings'),
  };
}

export function toAttempt(row: Row): AttemptRecord {
  return {
    message: Number(row['message_id']),
    startedAt: date(row, 'started_at'),
    endedAt: date(row, 'ended_at'),
    outcome: text(row, 'outcome') as AttemptOutcome['kind'],
    problem: maybe(row, 'problem'),
  };
}

export function toParcel(row: Row): ParcelRecord {
  const { raw } = row;
  return {
    message: Number(row['message_id']),
    name: text(row, 'name'),
    raw: raw instanceof Uint8Array ? raw : undefined,
  };
}

export function toOutboxItem(row: Row): OutboxItem {
  return {
    message: Number(row['message_id']),
    queue: text(row, 'queue'),
    transactionId: maybe(row, 'transaction_id'),
    protocol: text(row, 'protocol'),
    peer: text(row, 'peer'),
    dueAt: date(row, 'due_at'),
    attempts: Number(row['attempts']),
    state: text(row, 'state') as OutboxItem['state'],
    leasedUntil: maybeDate(row, 'leased_until'),
  };
}
