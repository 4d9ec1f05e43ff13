import type { Database } from './database.js';

/**
 * The schema, one step after the other. A step that has been released is never changed; the next one is added below it.
 * Times are ISO text, structured values JSON text, octets blobs.
 */
export const Migrations: readonly string[] = [
  `
  CREATE TABLE library (symbol TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
  CREATE TABLE peer (symbol TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;

  CREATE TABLE "transaction" (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    protocol TEXT NOT NULL,
    key TEXT NOT NULL,
    library TEXT NOT NULL REFERENCES library (symbol),
    peer TEXT NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    is_closed INTEGER NOT NULL,
    request TEXT NOT NULL,
    facts TEXT NOT NULL,
    guard TEXT NOT NULL,
    wake_at TEXT,
    needs_review INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX transaction_by_key ON "transaction" (key, protocol, role, library);
  CREATE INDEX transaction_open ON "transaction" (library, role, state) WHERE is_closed = 0;
  CREATE INDEX transaction_in_review ON "transaction" (library) WHERE needs_review = 1;
  CREATE INDEX transaction_by_peer ON "transaction" (peer);
  CREATE INDEX transaction_by_wake ON "transaction" (wake_at) WHERE wake_at IS NOT NULL;

  CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    protocol TEXT NOT NULL,
    transaction_id TEXT REFERENCES "transaction" (id),
    at TEXT NOT NULL,
    raw BLOB NOT NULL,
    name TEXT,
    transport TEXT,
    sender TEXT,
    certificate TEXT,
    peer TEXT,
    processing TEXT CHECK (direction = 'out' OR processing IS NOT NULL),
    delivery TEXT CHECK (direction = 'in' OR delivery IS NOT NULL),
    verdict TEXT,
    deviations TEXT,
    warnings TEXT
  ) STRICT;
  CREATE INDEX message_by_transaction ON message (transaction_id) WHERE transaction_id IS NOT NULL;
  CREATE INDEX message_unfinished ON message (processing) WHERE processing <> 'done';

  CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    transaction_id TEXT NOT NULL REFERENCES "transaction" (id),
    at TEXT NOT NULL,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    event TEXT NOT NULL,
    state TEXT NOT NULL,
    message_id INTEGER REFERENCES message (id),
    losses TEXT,
    warnings TEXT
  ) STRICT;
  CREATE INDEX event_by_transaction ON event (transaction_id);
  -- A message has one effect in a loan, whatever happens to the process that reads it.
  CREATE UNIQUE INDEX event_by_message ON event (message_id, transaction_id) WHERE message_id IS NOT NULL;

  CREATE TABLE outbox (
    message_id INTEGER PRIMARY KEY REFERENCES message (id),
    queue TEXT NOT NULL,
    transaction_id TEXT,
    protocol TEXT NOT NULL,
    peer TEXT NOT NULL,
    due_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'review')),
    leased_until TEXT
  ) STRICT;

  CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message (id),
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    problem TEXT
  ) STRICT;
  CREATE INDEX attempt_by_message ON attempt (message_id);
  `,
  `
  -- What messages travelled in: the name under which the other side may speak of it, and its octets where it held several.
  CREATE TABLE parcel (
    id INTEGER PRIMARY KEY,
    protocol TEXT NOT NULL,
    name TEXT NOT NULL,
    raw BLOB,
    UNIQUE (name, protocol)
  ) STRICT;
  CREATE TABLE parcel_message (
    message_id INTEGER NOT NULL REFERENCES message (id),
    parcel_id INTEGER NOT NULL REFERENCES parcel (id),
    PRIMARY KEY (message_id, parcel_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX parcel_message_by_parcel ON parcel_message (parcel_id);

  -- Further transactions that a received message is about, beside the one of its own row, with what was odd for each.
  CREATE TABLE message_about (
    transaction_id TEXT NOT NULL REFERENCES "transaction" (id),
    message_id INTEGER NOT NULL REFERENCES message (id),
    warnings TEXT,
    PRIMARY KEY (transaction_id, message_id)
  ) STRICT, WITHOUT ROWID;
  `,
];

/**
 * Brings the schema up to date, each step in a transaction of its own.
 *
 * @throws Error when the file was written by a newer server
 */
export function migrate(database: Database, migrations: readonly string[] = Migrations): void {
  const version = Number(database.all('PRAGMA user_version')[0]?.['user_version'] ?? 0);
  if (version > migrations.length) {
    throw new Error(
      `data file has schema ${version}, this server knows up to ${migrations.length}: use the newer server`,
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.script(sql);
      database.script(`PRAGMA user_version = ${index + 1}`);
    });
  }
}
