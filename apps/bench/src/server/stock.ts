import { DatabaseSync } from 'node:sqlite';

/** Copies of every row that one statement makes: enough to be quick, few enough to keep its journal small. */
const copiesAtOnce = 25;

/** For each table that grows with loans: its columns, and what a copy with the number `:n` has in them where it differs. */
const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  transaction: { seq: 'NULL', id: `id || '-' || n`, key: `key || '-' || n` },
  message: { id: 'id + n * :messages', transaction_id: `transaction_id || '-' || n` },
  event: {
    id: 'NULL',
    transaction_id: `transaction_id || '-' || n`,
    message_id: 'message_id + n * :messages',
  },
  attempt: { id: 'NULL', message_id: 'message_id + n * :messages' },
};

/**
 * Fills a server's data file with copies of the loans in it, under other identifiers, until it holds about `loans` of
 * them. Only while no server has it open.
 */
export function multiplyLoans(file: string, loans: number): void {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000');
    const count = (sql: string): number => Number(database.prepare(sql).get()?.['value'] ?? 0);
    const stored = count('SELECT count(*) AS value FROM "transaction"');
    const messages = count('SELECT max(id) AS value FROM message');
    const copies = Math.ceil(loans / stored) - 1;
    const originals = Object.fromEntries(
      Object.keys(tables).map((table) => [table, count(`SELECT max(rowid) AS value FROM "${table}"`)]),
    );
    for (let first = 1; first <= copies; first += copiesAtOnce) {
      database.exec('BEGIN');
      for (const [table, changes] of Object.entries(tables)) {
        const columns = database
          .prepare(`SELECT name FROM pragma_table_info('${table}')`)
          .all()
          .map(({ name }) => String(name));
        const values = columns.map((column) => changes[column] ?? `"${column}"`);
        const statement = database.prepare(
          // Numbers are bound as REAL: without the cast they would stand in identifiers with a point.
          `WITH RECURSIVE number(n) AS (SELECT CAST(:first AS INTEGER) UNION ALL SELECT n + 1 FROM number WHERE n < :last)
           INSERT INTO "${table}" (${columns.map((column) => `"${column}"`).join(', ')})
           SELECT ${values.join(', ')} FROM number, "${table}" WHERE "${table}".rowid <= :originals`,
        );
        statement.setAllowUnknownNamedParameters(true);
        const last = Math.min(first + copiesAtOnce - 1, copies);
        statement.run({ first, last, messages, originals: originals[table] ?? 0 });
      }
      database.exec('COMMIT');
    }
    database.exec('PRAGMA wal_checkpoint(TRUNCATE); ANALYZE');
  } finally {
    database.close();
  }
}
