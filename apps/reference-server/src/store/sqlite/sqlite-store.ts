import { isAbsolute, resolve } from 'node:path';
import type { Role } from '@interlend/core';
import type {
  AttemptRecord,
  Decision,
  EventRecord,
  IncomingMessage,
  MessageRecord,
  NewAttempt,
  NewIncoming,
  NewParcel,
  OutboxItem,
  OutboxRuling,
  Page,
  ParcelRecord,
  PartyRow,
  Posted,
  ProcessingState,
  StepSubject,
  Store,
  StoreCounters,
  TransactionFilter,
  TransactionRecord,
} from '../store.js';
import { Database } from './database.js';
import { GroupCommit, type Settled } from './group-commit.js';
import { migrate } from './migrations.js';
import { type Lease, leaseMessages, ruleOn, settleAttempts } from './outbox-writes.js';
import {
  toAttempt,
  toEvent,
  toIncoming,
  toMessage,
  toOutboxItem,
  toParcel,
  toTransaction,
  transactionColumns,
} from './rows.js';
import { Shelf } from './shelf.js';
import { type Step, type Stepped, writeSteps } from './steps.js';

/** How a store in one file is opened. */
export interface SqliteStoreOptions {
  /** Path of the data file, or `:memory:`. */
  readonly file: string;
  /** How long a write may wait for company before it is committed, in milliseconds. */
  readonly groupMs?: number;
}

/** Loans kept at hand: some kilobytes each, and more than are under way at the same time in most libraries. */
const shelfSize = 5000;

/** The embedded store: one SQLite file, one process. */
export class SqliteStore implements Store {
  readonly #database: Database;
  readonly #lock: Database | undefined;
  readonly #group: GroupCommit;
  readonly #journal: (incoming: NewIncoming) => Promise<number>;
  readonly #step: (step: Step) => Promise<Stepped>;
  readonly #lease: (lease: Lease) => Promise<void>;
  readonly #settle: (attempt: NewAttempt) => Promise<void>;
  readonly #rule: (ruling: {
    readonly message: number;
    readonly ruling: OutboxRuling;
    readonly at: Date;
  }) => Promise<OutboxItem | undefined>;
  #lastMessage: number;
  #isClosed = false;

  /** @throws Error when the file belongs to a newer server or is in use by another one */
  constructor({ file, groupMs = 4 }: SqliteStoreOptions) {
    this.#lock = file === ':memory:' ? undefined : lock(isAbsolute(file) ? file : resolve(file));
    this.#database = new Database(file);
    this.#database.script(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8000;',
    );
    migrate(this.#database);
    this.#lastMessage = Number(this.#database.all('SELECT max(id) AS id FROM message')[0]?.['id'] ?? 0);
    const shelf = new Shelf(shelfSize);
    this.#group = new GroupCommit(this.#database, groupMs, () => shelf.clear());
    const nextMessage = (): number => {
      this.#lastMessage += 1;
      return this.#lastMessage;
    };
    this.#journal = this.#group.lane((inputs: readonly NewIncoming[]) => {
      const numbered = inputs.map((incoming) => ({ incoming, id: nextMessage() }));
      this.#database.insert(
        'INSERT INTO message (id, direction, protocol, transaction_id, at, raw, transport, sender, certificate, peer, processing)',
        numbered.map(({ id, incoming }) => [
          id,
          'in',
          incoming.protocol,
          incoming.transactionId ?? null,
          incoming.at.toISOString(),
          incoming.raw,
          incoming.transport,
          incoming.from,
          incoming.certificate ?? null,
          incoming.peer ?? null,
          'waiting',
        ]),
      );
      return numbered.map(({ id }) => ({ value: id }));
    });
    this.#step = this.#group.lane((steps: readonly Step[]) =>
      writeSteps(this.#database, shelf, steps, nextMessage),
    );
    this.#lease = this.#group.lane((leases: readonly Lease[]): Settled<void>[] => {
      leaseMessages(this.#database, leases);
      return leases.map(() => ({ value: undefined }));
    });
    this.#settle = this.#group.lane((attempts: readonly NewAttempt[]): Settled<void>[] => {
      settleAttempts(this.#database, attempts);
      return attempts.map(() => ({ value: undefined }));
    });
    this.#rule = this.#group.lane((rulings: readonly { message: number; ruling: OutboxRuling; at: Date }[]) =>
      rulings.map(({ message, ruling, at }) => ({ value: ruleOn(this.#database, message, ruling, at) })),
    );
  }

  get counters(): StoreCounters {
    return { statements: this.#database.statements, commits: this.#database.commits };
  }

  async saveParties(libraries: readonly PartyRow[], peers: readonly PartyRow[]): Promise<void> {
    const tail = 'ON CONFLICT (symbol) DO UPDATE SET name = excluded.name';
    const values = (rows: readonly PartyRow[]): (readonly string[])[] =>
      rows.map(({ symbol, name }) => [symbol, name]);
    this.#database.transaction(() => {
      this.#database.insert('INSERT INTO library (symbol, name)', values(libraries), tail);
      this.#database.insert('INSERT INTO peer (symbol, name)', values(peers), tail);
    });
  }

  journal(incoming: NewIncoming): Promise<number> {
    return this.#journal(incoming);
  }

  async step<Result>(
    subject: StepSubject,
    decide: (found: readonly TransactionRecord[]) => Decision<Result>,
  ): Promise<{ readonly result: Result; readonly posted: readonly Posted[] }> {
    const { result, posted } = await this.#step({ subject, decide });
    return { result: result as Result, posted };
  }

  lease(messages: readonly number[], until: Date, parcels: readonly NewParcel[] = []): Promise<void> {
    return this.#lease({ messages, until, parcels });
  }

  settle(attempt: NewAttempt): Promise<void> {
    return this.#settle(attempt);
  }

  rule(message: number, ruling: OutboxRuling, at: Date): Promise<OutboxItem | undefined> {
    return this.#rule({ message, ruling, at });
  }

  async transaction(id: string): Promise<TransactionRecord | undefined> {
    return this.#database
      .all(`SELECT ${transactionColumns} FROM "transaction" WHERE id = ?`, id)
      .map(toTransaction)[0];
  }

  async transactions(
    filter: TransactionFilter,
    limit: number,
    after?: string,
  ): Promise<Page<TransactionRecord>> {
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    const where = (condition: string, value: string | number | undefined): void => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    where('library = ?', filter.library);
    where('peer = ?', filter.peer);
    where('role = ?', filter.role);
    where('state = ?', filter.state);
    if (filter.isOpen !== undefined) conditions.push(`is_closed = ${filter.isOpen ? 0 : 1}`);
    if (filter.needsReview !== undefined) conditions.push(`needs_review = ${filter.needsReview ? 1 : 0}`);
    where('seq < ?', after === undefined ? undefined : Number(after));
    const clause = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const rows = this.#database.all(
      `SELECT seq, ${transactionColumns} FROM "transaction" ${clause} ORDER BY seq DESC LIMIT ?`,
      ...values,
      limit + 1,
    );
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      rows: rows.slice(0, limit).map(toTransaction),
      next: last === undefined ? undefined : String(last['seq']),
    };
  }

  async events(transactionId: string): Promise<readonly EventRecord[]> {
    return this.#database
      .all('SELECT * FROM event WHERE transaction_id = ? ORDER BY id', transactionId)
      .map(toEvent);
  }

  async messages(transactionId: string): Promise<readonly MessageRecord[]> {
    return this.#database
      .all(
        `SELECT m.*, a.warnings AS warnings_here FROM message AS m
           LEFT JOIN message_about AS a ON a.message_id = m.id AND a.transaction_id = ?1
         WHERE m.id IN (
           SELECT id FROM message WHERE transaction_id = ?1
           UNION SELECT message_id FROM event WHERE transaction_id = ?1
           UNION SELECT message_id FROM message_about WHERE transaction_id = ?1
         ) ORDER BY m.id`,
        transactionId,
      )
      .map(toMessage);
  }

  async attempts(transactionId: string): Promise<readonly AttemptRecord[]> {
    return this.#database
      .all(
        'SELECT a.* FROM message AS m JOIN attempt AS a ON a.message_id = m.id WHERE m.transaction_id = ? ORDER BY a.id',
        transactionId,
      )
      .map(toAttempt);
  }

  async message(id: number): Promise<MessageRecord | undefined> {
    return this.#database.all('SELECT * FROM message WHERE id = ?', id).map(toMessage)[0];
  }

  async parcels(transactionId: string): Promise<readonly ParcelRecord[]> {
    return this.#database
      .all(
        `SELECT pm.message_id, p.name, p.raw FROM message AS m JOIN parcel_message AS pm ON pm.message_id = m.id
         JOIN parcel AS p ON p.id = pm.parcel_id WHERE m.transaction_id = ? ORDER BY p.id`,
        transactionId,
      )
      .map(toParcel);
  }

  async keysBehind(protocol: string, name: string): Promise<readonly string[]> {
    return this.#database
      .all(
        `SELECT DISTINCT t.key FROM parcel AS p JOIN parcel_message AS pm ON pm.parcel_id = p.id
         JOIN message AS m ON m.id = pm.message_id JOIN "transaction" AS t ON t.id = m.transaction_id
         WHERE p.name = ? AND p.protocol = ? ORDER BY t.seq`,
        name,
        protocol,
      )
      .map((row) => String(row['key']));
  }

  async received(processing: ProcessingState, limit: number): Promise<readonly IncomingMessage[]> {
    // The repeated condition lets the partial index serve every state but the common one.
    const index = processing === 'done' ? '' : "AND processing <> 'done'";
    return this.#database
      .all(`SELECT * FROM message WHERE processing = ? ${index} ORDER BY id LIMIT ?`, processing, limit)
      .map(toIncoming);
  }

  async outbox(state?: OutboxItem['state'], limit = -1): Promise<readonly OutboxItem[]> {
    return this.#database
      .all(
        'SELECT * FROM outbox WHERE state = coalesce(?, state) ORDER BY message_id LIMIT ?',
        state ?? null,
        limit,
      )
      .map(toOutboxItem);
  }

  async senderOf(protocol: string, key: string, raw: Uint8Array): Promise<Role | undefined> {
    const row = this.#database.all(
      `SELECT t.role FROM "transaction" AS t JOIN message AS m ON m.transaction_id = t.id
       WHERE t.key = ? AND t.protocol = ? AND m.direction = 'out' AND m.raw = ? LIMIT 1`,
      key,
      protocol,
      raw,
    )[0];
    return row === undefined ? undefined : (String(row['role']) as Role);
  }

  async due(now: Date, limit: number): Promise<readonly TransactionRecord[]> {
    return this.#database
      .all(
        `SELECT ${transactionColumns} FROM "transaction" WHERE wake_at IS NOT NULL AND wake_at <= ? ORDER BY wake_at LIMIT ?`,
        now.toISOString(),
        limit,
      )
      .map(toTransaction);
  }

  async nextWakeAt(): Promise<Date | undefined> {
    const value = this.#database.all(
      'SELECT min(wake_at) AS at FROM "transaction" WHERE wake_at IS NOT NULL',
    )[0]?.['at'];
    return typeof value === 'string' ? new Date(value) : undefined;
  }

  /** How the database treats a commit, for tests. @internal */
  pragmas(): Readonly<Record<string, unknown>> {
    return {
      ...this.#database.all('PRAGMA journal_mode')[0],
      ...this.#database.all('PRAGMA synchronous')[0],
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#group.close();
    this.#database.close();
    this.#lock?.close();
  }
}

/** Holds a lock that ends with the process, however it ends. */
function lock(file: string): Database {
  const database = new Database(`${file}.lock`);
  try {
    database.script('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    database.close();
    throw new Error(`${file} is in use by another server`, { cause });
  }
}
