import type { Decision, NewOutgoing, OutboxItem, Posted, StepSubject, TransactionRecord } from '../store.js';
import type { Database } from './database.js';
import type { Settled } from './group-commit.js';
import { listText, toTransaction, transactionColumns, transactionValues } from './rows.js';
import { type Shelf, shelfKey } from './shelf.js';

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

/** The transactions of a group of steps, as they are after the steps decided so far. */
class Ledger {
  readonly #byId = new Map<string, TransactionRecord>();
  readonly #idsByKey = new Map<string, Set<string>>();
  readonly #touched = new Set<string>();

  add(record: TransactionRecord): void {
    this.#byId.set(record.id, record);
    const key = shelfKey(record.protocol, record.key);
    const ids = this.#idsByKey.get(key);
    if (ids) ids.add(record.id);
    else this.#idsByKey.set(key, new Set([record.id]));
  }

  find(subject: StepSubject): readonly TransactionRecord[] {
    if (subject === 'nothing') return [];
    if ('key' in subject) return this.byKey(shelfKey(subject.protocol, subject.key));
    const record = this.#byId.get(subject.id);
    return record ? [record] : [];
  }

  byKey(key: string): readonly TransactionRecord[] {
    return [...(this.#idsByKey.get(key) ?? [])]
      .map((id) => this.#byId.get(id))
      .filter((record) => record !== undefined);
  }

  put(record: TransactionRecord): void {
    this.#touched.add(record.id);
    this.add(record);
  }

  get touched(): readonly TransactionRecord[] {
    return [...this.#touched].map((id) => this.#byId.get(id)).filter((record) => record !== undefined);
  }

  get all(): Iterable<TransactionRecord> {
    return this.#byId.values();
  }
}

/** Finds what the steps are about: on the shelf, else in the file. */
function load(database: Database, shelf: Shelf, steps: readonly Step[]): Ledger {
  const ledger = new Ledger();
  const ids = new Set<string>();
  const keys = new Set<string>();
  for (const { subject } of steps) {
    if (subject === 'nothing') continue;
    if ('key' in subject) {
      const known = shelf.byKey(shelfKey(subject.protocol, subject.key));
      if (known) for (const record of known) ledger.add(record);
      else keys.add(subject.key);
    } else {
      const known = shelf.byId(subject.id);
      if (known) ledger.add(known);
      else ids.add(subject.id);
    }
  }
  const select = (column: string, values: ReadonlySet<string>): void => {
    if (values.size === 0) return;
    const sql = `SELECT ${transactionColumns} FROM "transaction" WHERE ${column} IN (SELECT value FROM json_each(?)) ORDER BY seq`;
    for (const row of database.all(sql, JSON.stringify([...values]))) ledger.add(toTransaction(row));
  };
  select('id', ids);
  select('key', keys);
  return ledger;
}

/** Leaves on the shelf what a group found and changed. */
function putBack(shelf: Shelf, ledger: Ledger, steps: readonly Step[]): void {
  for (const record of ledger.all) shelf.put(record);
  for (const { subject } of steps) {
    if (subject === 'nothing' || !('key' in subject)) continue;
    const key = shelfKey(subject.protocol, subject.key);
    shelf.complete(key, ledger.byKey(key));
  }
}

/** Lets each step decide, in order, each seeing what the former ones did, and writes what they all changed. */
export function writeSteps(
  database: Database,
  shelf: Shelf,
  steps: readonly Step[],
  nextMessage: NumberSource,
): readonly Settled<Stepped>[] {
  const ledger = load(database, shelf, steps);
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
      message.isAnswer ? 'answered' : 'waiting',
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
    outgoing
      .filter(isPosted)
      .map(({ id, message }) => [
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

  database.insert(
    'INSERT INTO message_about (message_id, transaction_id, warnings)',
    accepted.flatMap(({ value: { writes } }) =>
      writes.about?.transactionId === undefined
        ? []
        : [[writes.about.message, writes.about.transactionId, listText(writes.about.warnings)]],
    ),
    'ON CONFLICT DO NOTHING',
  );

  putBack(shelf, ledger, steps);
  return numbered.map((outcome) =>
    'error' in outcome
      ? outcome
      : {
          value: {
            result: outcome.value.result,
            posted: outcome.outgoing.filter(isPosted).map(({ id, message }) => ({
              item: toItem(id, message),
              raw: message.raw,
            })),
          },
        },
  );
}

function isPosted({ message }: Numbered['outgoing'][number]): boolean {
  return message.isAnswer !== true;
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
