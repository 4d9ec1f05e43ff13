import { z } from '@hono/zod-openapi';
import { allowedActions, isClosed } from '@interlend/core';
import type { Unwrap } from '../intake/unwrap.js';
import type { ProtocolRegistry } from '../registry.js';
import type {
  AttemptRecord,
  EventRecord,
  MessageRecord,
  OutboxItem,
  ParcelRecord,
  TransactionRecord,
} from '../store/store.js';
import { actionNames } from './actions.js';

const time = z.iso.datetime();
const plain = z.record(z.string(), z.unknown());

/** A loan in a list. */
export const TransactionSchema = z
  .object({
    id: z.string(),
    role: z.enum(['borrower', 'lender']),
    library: z.string().openapi({ description: 'The library of this server' }),
    peer: z.string().openapi({ description: 'The library on the other side' }),
    protocol: z.string(),
    state: z.string(),
    isClosed: z.boolean(),
    allowed: z.array(z.string()).openapi({ description: 'Actions that staff may do now' }),
    request: plain,
    facts: plain,
    pending: z
      .array(z.object({ id: z.string(), event: plain, why: z.string() }))
      .openapi({ description: 'How messages were understood that wait for a person to accept or dismiss' }),
    wakeAt: time.optional(),
    needsReview: z.boolean().openapi({ description: 'The two sides disagree: look before you act' }),
    createdAt: time,
    updatedAt: time,
  })
  .openapi('Transaction');

const EventSchema = z
  .object({
    id: z.int(),
    at: time,
    source: z.enum(['desk', 'wire', 'timer', 'rule']),
    key: z.string(),
    state: z.string().openapi({ description: 'State of the loan afterwards' }),
    event: plain,
    message: z.int().optional().openapi({ description: 'The message that brought or carries it' }),
    losses: z.array(z.object({ path: z.string(), why: z.string() })),
    warnings: z.array(z.string()),
  })
  .openapi('Event');

const AttemptSchema = z
  .object({ startedAt: time, endedAt: time, outcome: z.string(), problem: z.string().optional() })
  .openapi('Attempt');

/** A message as octets and as data. */
export const MessageSchema = z
  .object({
    id: z.int(),
    at: time,
    direction: z.enum(['in', 'out']),
    name: z.string().optional(),
    octets: z.int(),
    hex: z.string(),
    decoded: z
      .unknown()
      .optional()
      .openapi({ description: 'The message in the words of its protocol; absent when it cannot be read' }),
    deviations: z.array(plain),
    warnings: z.array(z.string()),
    from: z.string().optional(),
    transport: z.string().optional(),
    processing: z.string().optional(),
    verdict: z.string().optional(),
    peer: z.string().optional(),
    delivery: z.string().optional(),
    sentIn: z
      .array(z.object({ name: z.string(), octets: z.int().optional(), hex: z.string().optional() }))
      .openapi({
        description:
          'What it travelled in, by the name under which the other side may speak of it; with octets where it went together with others',
      }),
    attempts: z.array(AttemptSchema),
  })
  .openapi('Message');

/** A loan with everything that was done and said. */
export const TimelineSchema = TransactionSchema.extend({
  events: z.array(EventSchema),
  messages: z.array(MessageSchema),
}).openapi('Timeline');

/** A message that waits to be sent. */
export const OutboxSchema = z
  .object({
    message: z.int(),
    transaction: z.string().optional(),
    protocol: z.string(),
    peer: z.string(),
    state: z.enum(['waiting', 'review']),
    dueAt: time,
    attempts: z.int(),
  })
  .openapi('OutboxItem');

export function viewTransaction(
  record: TransactionRecord,
  registry: ProtocolRegistry,
): z.infer<typeof TransactionSchema> {
  const { id, library, peer, protocol, transaction, wakeAt, needsReview, createdAt, updatedAt } = record;
  return {
    id,
    role: transaction.role,
    library,
    peer,
    protocol,
    state: transaction.state,
    isClosed: isClosed(transaction),
    allowed: [...actionNames(allowedActions(transaction))],
    request: { ...transaction.request },
    facts: { ...transaction.facts },
    pending: (registry.get(protocol)?.protocol.pending?.(record.guard) ?? []).flatMap(
      ({ id: reading, event, why }) =>
        reading === undefined ? [] : [{ id: reading, event: { ...event }, why }],
    ),
    ...(wakeAt === undefined ? {} : { wakeAt: wakeAt.toISOString() }),
    needsReview,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

export function viewEvent(record: EventRecord): z.infer<typeof EventSchema> {
  const { id, at, source, key, state, event, messageId, losses, warnings } = record;
  return {
    id,
    at: at.toISOString(),
    source,
    key,
    state,
    event: { ...event },
    ...(messageId === undefined ? {} : { message: messageId }),
    losses: [...losses],
    warnings: [...warnings],
  };
}

export async function viewMessage(
  message: MessageRecord,
  {
    attempts,
    parcels,
  }: { readonly attempts: readonly AttemptRecord[]; readonly parcels: readonly ParcelRecord[] },
  registry: ProtocolRegistry,
  unwrap: Unwrap,
): Promise<z.infer<typeof MessageSchema>> {
  const { id, at, direction, name, raw } = message;
  const protocol = registry.get(message.protocol)?.protocol;
  let decoded: unknown;
  try {
    decoded = protocol?.decode(message.direction === 'in' ? await unwrap(message) : raw).message;
  } catch {
    // The warnings of the message say why it cannot be read.
  }
  return {
    id,
    at: at.toISOString(),
    direction,
    ...(name === undefined ? {} : { name }),
    octets: raw.length,
    hex: Buffer.from(raw).toString('hex'),
    ...(decoded === undefined ? {} : { decoded }),
    ...(message.direction === 'in'
      ? {
          from: message.from,
          transport: message.transport,
          processing: message.processing,
          ...(message.verdict === undefined ? {} : { verdict: message.verdict }),
          deviations: message.deviations.map((deviation) => ({ ...deviation })),
          warnings: [...message.warnings],
        }
      : { peer: message.peer, delivery: message.delivery, deviations: [], warnings: [] }),
    sentIn: parcels
      .filter((parcel) => parcel.message === id)
      .map((parcel) => ({
        name: parcel.name,
        ...(parcel.raw && { octets: parcel.raw.length, hex: Buffer.from(parcel.raw).toString('hex') }),
      })),
    attempts: attempts
      .filter((attempt) => attempt.message === id)
      .map(({ startedAt, endedAt, outcome, problem }) => ({
        startedAt: startedAt.toISOString(),
        endedAt: endedAt.toISOString(),
        outcome,
        ...(problem === undefined ? {} : { problem }),
      })),
  };
}

export function viewOutboxItem(item: OutboxItem): z.infer<typeof OutboxSchema> {
  const { message, transactionId, protocol, peer, state, dueAt, attempts } = item;
  return {
    message,
    ...(transactionId === undefined ? {} : { transaction: transactionId }),
    protocol,
    peer,
    state,
    dueAt: dueAt.toISOString(),
    attempts,
  };
}
