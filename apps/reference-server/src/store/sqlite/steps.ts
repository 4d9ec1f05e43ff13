import type { Decision, NewOutgoing, OutboxItem, Posted, StepSubject, TransactionRecord } from '../store.js';
import type { Database } from './database.js';
import type { Settled } from './group-commit.js';
import { listText, toTransaction, transactionColumns, transactionValues } from './rows.js';

/** One step as the store is asked for it. */
export interface Step {
  readonly subject: StepSubject;
  readonly decide: (found: readonly TransactionRecord[]) => Decision<unknown>;
}

/** What a step left behind. */
export interface Stepped {
  readonly result: unknown;
  readonly posted: readonly Posted[];
}

/** A decision whose messages have their numbers. */
interface Numbered {
  readonly value: Decision<unknown>;
  readonly outgoing: readonly { readonly message: NewOutgoing; readonly id: number }[];
}

/** Gives out numbers of messages. */
export type NumberSource = () => number;

const updated = ['peer', 'state', 'is_closed', 'facts', 'guard', 'wake_at', 'needs_review', 'updated_at'];
const upsert = `ON CONFLICT (id) DO UPDATE SET ${updated.map((name) => `${name} = excluded.${name}`).join(', ')}`;

const subjectKey = (protocol: string, key: string): string => `${protocol}\n${key}`;

/** The transactions of a group of steps, as they are after the steps decided so far. */
class Ledger {
  readonly #byId = new Map<string, TransactionRecord>();
  readonly #idsByKey = new Map<string, Set<string>>();
  readonly #touched = new Set<string>();

  constructor(found: readonly TransactionRecord[]) {
    for (const record of found) this.#add(record);
  }

  find(subject: StepSubject): readonly TransactionRecord[] {
    const ids =
      'id' in subject
        ? [subject.id]
        : [...(this.#idsByKey.get(subjectKey(subject.protocol, subject.key)) ?? [])];
    return ids.map((id) => this.#byId.get(id)).filter((record) => record !== undefined);
  }

  put(record: TransactionRecord): void {
    this.#touched.add(record.id);
    this.#add(record);
  }

  get touched(): readonly TransactionRecord[] {
    return [...this.#touched].map((id) => this.#byId.get(id)).filter((record) => record !== undefined);
  }

  #add(record: TransactionRecord): void {
    this.#byId.set(record.id, record);
    const key = subjectKey(record.protocol, record.key);
    const ids = this.#idsByKey.get(key);
    if (ids) ids.add(record.id);
    else this.#idsByKey.set(key, new Set([record.id]));
  }
}

function load(database: Database, steps: readonly Step[]): Ledger {
  const ids = new Set<string>();
  const keys = new Set<string>();
  for (const { subject } of steps) {
    if ('id' in subject) ids.add(subject.id);
    else keys.add(subject.key);
  }
  const select = (column: string, values: ReadonlySet<string>): readonly TransactionRecord[] =>
    values.size === 0
      ? []
      : database
          .all(
            `SELECT ${transactionColumns} FROM "transaction" WHERE ${column} IN (SELECT value FROM json_each(?)) ORDER BY seq`,
            JSON.stringify([...values]),
          )
          .map(toTransaction);
  return new Ledger([...select('id', ids), ...select('key', keys)]);
}

/** Lets each step decide, in order, each seeing what the former ones did, and writes what they all changed. */
export function writeSteps(
  database: Database,
  steps: readonly Step[],
  nextMessage: NumberSource,
): readonly Settled<Stepped>[] {
  const ledger = load(database, steps);
  const decided = steps.map((step): Settled<Decision<unknown>> => {
    try {
      const decision = step.decide(ledger.find(step.subject));
      if (decision.writes.transaction) ledger.put(decision.writes.transaction);
      return { value: decision };
    } catch (error) {
      return { error };
    }
  });
  const numbered = decided.map((outcome): Numbered | { readonly error: unknown } =>
    'error' in outcome
      ? outcome
      : {
          value: outcome.value,
          outgoing: (outcome.value.writes.outgoing ?? []).map((message) => ({ message, id: nextMessage() })),
        },
  );
  const accepted = numbered.filter((outcome): outcome is Numbered => !('error' in outcome));

  database.insert(
    `INSERT INTO "transaction" (${transactionColumns})`,
    ledger.touched.map(transactionValues),
    upsert,
  );
  const outgoing = accepted.flatMap((outcome) => outcome.outgoing);
  database.insert(
    'INSERT INTO message (id, direction, protocol, transaction_id, at, raw, name, peer, delivery)',
    outgoing.map(({ id, message }) => [
      id,
      'out',
      message.protocol,
      message.transactionId ?? null,
      message.at.toISOString(),
      message.raw,
      message.name,
      message.peer,
      'waiting',
    ]),
  );
  database.insert(
    'INSERT INTO event (transaction_id, at, source, key, event, state, message_id, losses, warnings)',
    accepted.flatMap((outcome) =>
      (outcome.value.writes.events ?? []).map((event) => [
        event.transactionId,
        event.at.toISOString(),
        event.source,
        event.key,
        JSON.stringify(event.event),
        event.state,
        event.message === undefined
          ? null
          : 'received' in event.message
            ? event.message.received
            : (outcome.outgoing[event.message.outgoing]?.id ?? null),
        listText(event.losses),
        listText(event.warnings),
      ]),
    ),
  );
  database.insert(
    'INSERT INTO outbox (message_id, queue, transaction_id, protocol, peer, due_at, attempts, state)',
    outgoing.map(({ id, message }) => [
      id,
      queueOf(message),
      message.transactionId ?? null,
      message.protocol,
      message.peer,
      message.at.toISOString(),
      0,
      'waiting',
    ]),
  );
  const processed = accepted
    .map((outcome) => outcome.value.writes.processed)
    .filter((entry) => entry !== undefined);
  if (processed.length > 0) {
    database.run(
      `UPDATE message SET processing = v.value ->> 'processing', transaction_id = v.value ->> 'transactionId',
         name = v.value ->> 'name', verdict = v.value ->> 'verdict', deviations = v.value ->> 'deviations',
         warnings = v.value ->> 'warnings'
       FROM json_each(?) AS v WHERE message.id = v.value ->> 'message'`,
      JSON.stringify(
        processed.map((entry) => ({
          ...entry,
          deviations: listText(entry.deviations),
          warnings: listText(entry.warnings),
        })),
      ),
    );
  }

  return numbered.map((outcome) =>
    'error' in outcome
      ? outcome
      : {
          value: {
            result: outcome.value.result,
            posted: outcome.outgoing.map(({ id, message }) => ({
              item: toItem(id, message),
              raw: message.raw,
            })),
          },
        },
  );
}

function queueOf(message: NewOutgoing): string {
  return message.transactionId ?? `peer:${message.peer}`;
}

function toItem(id: number, message: NewOutgoing): OutboxItem {
  return {
    message: id,
    queue: queueOf(message),
    transactionId: message.transactionId,
    protocol: message.protocol,
    peer: message.peer,
    dueAt: message.at,
    attempts: 0,
    state: 'waiting',
    leasedUntil: undefined,
  };
}
