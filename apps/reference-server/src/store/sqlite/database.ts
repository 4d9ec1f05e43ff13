import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';

/** A row as the database returns it. */
export type Row = Record<string, SQLOutputValue>;

/** Rows of one insert beyond which a second statement is used. */
const rowsPerInsert = 32;

/**
 * One connection with prepared statements kept and everything counted. All calls block; what runs between
 * {@link Database.transaction}'s begin and commit is never seen half done, because nothing else runs meanwhile.
 */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();
  readonly #inserts = new Map<string, StatementSync[]>();
  #statements = 0;
  #commits = 0;

  constructor(file: string) {
    this.#connection = new DatabaseSync(file);
  }

  get statements(): number {
    return this.#statements;
  }

  get commits(): number {
    return this.#commits;
  }

  /** Runs several statements without parameters. */
  script(sql: string): void {
    this.#statements += 1;
    this.#connection.exec(sql);
  }

  run(sql: string, ...values: readonly SQLInputValue[]): void {
    this.#statements += 1;
    this.#prepare(sql).run(...values);
  }

  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    this.#statements += 1;
    return this.#prepare(sql).all(...values);
  }

  /** Runs `work` between begin and commit; rolls back and throws when it throws. */
  transaction<Result>(work: () => Result): Result {
    this.#statements += 2;
    this.#prepare('BEGIN IMMEDIATE').run();
    try {
      const result = work();
      this.#prepare('COMMIT').run();
      this.#commits += 1;
      return result;
    } catch (error) {
      // A full disk or an I/O error may have rolled back already; a second rollback would hide the cause.
      if (this.#connection.isTransaction) this.#prepare('ROLLBACK').run();
      throw error;
    }
  }

  /** Inserts all rows with as few statements as possible. `head` ends before VALUES, `tail` follows the rows. */
  insert(head: string, rows: readonly (readonly SQLInputValue[])[], tail = ''): void {
    for (let start = 0; start < rows.length; start += rowsPerInsert) {
      const part = rows.slice(start, start + rowsPerInsert);
      this.#statements += 1;
      this.#insertOf(head, part.length, part[0]?.length ?? 0, tail).run(...part.flat());
    }
  }

  close(): void {
    this.#prepared.clear();
    this.#inserts.clear();
    this.#connection.close();
  }

  /** Kept by number of rows, because to look up their long texts would cost more than to run some of them. */
  #insertOf(head: string, count: number, width: number, tail: string): StatementSync {
    const ofHead = this.#inserts.get(head) ?? [];
    this.#inserts.set(head, ofHead);
    const row = `(?${',?'.repeat(width - 1)})`;
    const statement =
      ofHead[count] ??
      this.#connection.prepare(`${head} VALUES ${row}${`,${row}`.repeat(count - 1)} ${tail}`);
    ofHead[count] = statement;
    return statement;
  }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.#connection.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}
