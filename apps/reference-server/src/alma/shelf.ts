import { type Checkpoint, emptyCheckpoint } from '@interlend/alma';
import type { Role } from '@interlend/core';
import { Database, type Row } from '../store/sqlite/database.js';
import type { ImportedPeer } from './import.js';

/** How far the mirror of one loan has come. */
export interface MirroredLoan {
  readonly transactionId: string;
  /** Number of the request in Alma, once it is there. */
  readonly request: string | undefined;
  /** Number of the last event that Alma knows of, or need not. */
  readonly doneEvent: number;
  readonly state: 'done' | 'waiting' | 'review';
  readonly attempts: number;
  readonly dueAt: Date | undefined;
  /** The step that comes next was begun before, and nobody knows whether Alma did it. */
  readonly isMaybeDone: boolean;
  /** What went wrong last, or what was left out; without data of patrons. */
  readonly problem: string | undefined;
}

const schema = `
  CREATE TABLE IF NOT EXISTS loan (
    transaction_id TEXT PRIMARY KEY,
    request TEXT,
    done_event INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('done', 'waiting', 'review')),
    attempts INTEGER NOT NULL,
    due_at TEXT,
    problem TEXT,
    maybe_done INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS loan_unfinished ON loan (state) WHERE state <> 'done';
  CREATE INDEX IF NOT EXISTS loan_by_request ON loan (request) WHERE request IS NOT NULL;
  CREATE TABLE IF NOT EXISTS checkpoint (role TEXT PRIMARY KEY, seen TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS peer (code TEXT PRIMARY KEY, settings TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS wired (since TEXT NOT NULL) STRICT;
`;

/** What the server remembers of its Alma: a small file beside the data file, so that Alma never touches a loan's own rows. */
export class Shelf {
  readonly #database: Database;

  constructor(file: string) {
    this.#database = new Database(file);
    this.#database.script('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.#database.script(schema);
    const columns = this.#database.all('PRAGMA table_info(loan)').map(({ name }) => name);
    if (!columns.includes('maybe_done'))
      this.#database.script('ALTER TABLE loan ADD COLUMN maybe_done INTEGER NOT NULL DEFAULT 0');
  }

  /** Since when the server is wired to an Alma. Loans from before are left alone. */
  since(now: Date): Date {
    const [row] = this.#database.all('SELECT since FROM wired');
    if (row) return new Date(String(row['since']));
    this.#database.run('INSERT INTO wired (since) VALUES (?)', now.toISOString());
    return now;
  }

  loan(transactionId: string): MirroredLoan | undefined {
    const [row] = this.#database.all('SELECT * FROM loan WHERE transaction_id = ?', transactionId);
    return row && toLoan(row);
  }

  /** The loan whose request in Alma has this number. */
  loanOf(request: string): MirroredLoan | undefined {
    const [row] = this.#database.all('SELECT * FROM loan WHERE request = ?', request);
    return row && toLoan(row);
  }

  /** How far the watch over the requests of a role has come. */
  checkpoint(role: Role): Checkpoint {
    const [row] = this.#database.all('SELECT seen FROM checkpoint WHERE role = ?', role);
    return row ? (JSON.parse(String(row['seen'])) as Checkpoint) : emptyCheckpoint;
  }

  keepCheckpoint(role: Role, checkpoint: Checkpoint): void {
    this.#database.run(
      'INSERT OR REPLACE INTO checkpoint (role, seen) VALUES (?,?)',
      role,
      JSON.stringify(checkpoint),
    );
  }

  /** Loans with something left to do, the oldest first. */
  unfinished(): readonly MirroredLoan[] {
    return this.#database.all(`SELECT * FROM loan WHERE state <> 'done' ORDER BY transaction_id`).map(toLoan);
  }

  /** The newest loan that is known here. */
  newest(): string | undefined {
    const [row] = this.#database.all('SELECT max(transaction_id) AS id FROM loan');
    return row?.['id'] === null || row === undefined ? undefined : String(row['id']);
  }

  keep(loan: MirroredLoan): void {
    const { transactionId, request, doneEvent, state, attempts, dueAt, isMaybeDone, problem } = loan;
    this.#database.run(
      'INSERT OR REPLACE INTO loan (transaction_id, request, done_event, state, attempts, due_at, problem, maybe_done) VALUES (?,?,?,?,?,?,?,?)',
      transactionId,
      request ?? null,
      doneEvent,
      state,
      attempts,
      dueAt?.toISOString() ?? null,
      problem ?? null,
      Number(isMaybeDone),
    );
  }

  /** Partners as they were imported last, for a start while Alma is away. */
  peers(): readonly ImportedPeer[] {
    return this.#database.all('SELECT code, settings FROM peer ORDER BY code').map(({ code, settings }) => ({
      code: String(code),
      peer: JSON.parse(String(settings)) as ImportedPeer['peer'],
    }));
  }

  keepPeers(peers: readonly ImportedPeer[]): void {
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM peer');
      for (const { code, peer } of peers) {
        this.#database.run('INSERT INTO peer (code, settings) VALUES (?,?)', code, JSON.stringify(peer));
      }
    });
  }

  close(): void {
    this.#database.close();
  }
}

function toLoan(row: Row): MirroredLoan {
  const text = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  const dueAt = text('due_at');
  const state = text('state');
  return {
    transactionId: String(row['transaction_id']),
    request: text('request'),
    doneEvent: Number(row['done_event']),
    state: state === 'waiting' || state === 'review' ? state : 'done',
    attempts: Number(row['attempts']),
    dueAt: dueAt === undefined ? undefined : new Date(dueAt),
    problem: text('problem'),
    isMaybeDone: Number(row['maybe_done']) === 1,
  };
}
