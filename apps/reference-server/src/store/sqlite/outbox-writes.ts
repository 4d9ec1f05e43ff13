import type { NewAttempt, NewParcel, OutboxItem, OutboxRuling } from '../store.js';
import type { Database } from './database.js';
import { toOutboxItem } from './rows.js';

/** Messages that are being sent. */
export interface Lease {
  readonly messages: readonly number[];
  readonly until: Date;
  readonly parcels: readonly NewParcel[];
}

/** Marks messages as being sent. A parcel that is tried again is the same one. */
export function leaseMessages(database: Database, leases: readonly Lease[]): void {
  database.run(
    `UPDATE outbox SET leased_until = v.value ->> 'until' FROM json_each(?) AS v
     WHERE outbox.message_id = v.value ->> 'message'`,
    JSON.stringify(
      leases.flatMap(({ messages, until }) =>
        messages.map((message) => ({ message, until: until.toISOString() })),
      ),
    ),
  );
  for (const { messages, parcels } of leases) {
    for (const { protocol, name, raw } of parcels) {
      database.insert(
        'INSERT INTO parcel (protocol, name, raw)',
        [[protocol, name, raw ?? null]],
        'ON CONFLICT DO NOTHING',
      );
      database.run(
        `INSERT OR IGNORE INTO parcel_message (message_id, parcel_id)
         SELECT v.value, p.id FROM json_each(?) AS v, parcel AS p WHERE p.name = ? AND p.protocol = ?`,
        JSON.stringify(messages),
        name,
        protocol,
      );
    }
  }
}

/** Keeps attempts and what follows from them: the item leaves the outbox, waits for its next try, or for a person. */
export function settleAttempts(database: Database, attempts: readonly NewAttempt[]): void {
  database.insert(
    'INSERT INTO attempt (message_id, started_at, ended_at, outcome, problem)',
    attempts.map(({ message, startedAt, endedAt, outcome }) => [
      message,
      startedAt.toISOString(),
      endedAt.toISOString(),
      outcome.kind,
      outcome.kind === 'delivered' ? null : outcome.problem,
    ]),
  );
  const delivered = attempts
    .filter(({ outcome }) => outcome.kind === 'delivered')
    .map(({ message }) => message);
  if (delivered.length > 0) {
    const list = JSON.stringify(delivered);
    database.run(
      `UPDATE message SET delivery = 'delivered' WHERE id IN (SELECT value FROM json_each(?))`,
      list,
    );
    database.run('DELETE FROM outbox WHERE message_id IN (SELECT value FROM json_each(?))', list);
  }
  for (const { message, outcome } of attempts) {
    if (outcome.kind === 'delivered') continue;
    database.run(
      `UPDATE outbox SET attempts = attempts + 1, leased_until = NULL, due_at = coalesce(?, due_at), state = ?
       WHERE message_id = ?`,
      outcome.kind === 'retry' ? outcome.dueAt.toISOString() : null,
      outcome.kind === 'retry' ? 'waiting' : 'review',
      message,
    );
    if (outcome.kind === 'review')
      database.run(`UPDATE message SET delivery = 'review' WHERE id = ?`, message);
  }
}

/** Carries out a decision of staff. A message that is being sent or was sent meanwhile is left alone. */
export function ruleOn(
  database: Database,
  message: number,
  ruling: OutboxRuling,
  at: Date,
): OutboxItem | undefined {
  const item = database
    .all('SELECT * FROM outbox WHERE message_id = ? AND leased_until IS NULL', message)
    .map(toOutboxItem)[0];
  if (item === undefined) return undefined;
  if (ruling === 'give-up') {
    database.run('DELETE FROM outbox WHERE message_id = ?', message);
    database.run(`UPDATE message SET delivery = 'given-up' WHERE id = ?`, message);
    return item;
  }
  database.run(
    `UPDATE outbox SET state = 'waiting', attempts = 0, due_at = ? WHERE message_id = ?`,
    at.toISOString(),
    message,
  );
  database.run(`UPDATE message SET delivery = 'waiting' WHERE id = ?`, message);
  return { ...item, state: 'waiting', attempts: 0, dueAt: at };
}
