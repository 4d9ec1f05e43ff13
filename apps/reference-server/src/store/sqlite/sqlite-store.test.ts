import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test-server.test-support.js';
import { aLoan, describeStore } from '../store.contract.test-support.js';
import { Database } from './database.js';
import { Migrations, migrate } from './migrations.js';
import { SqliteStore } from './sqlite-store.js';

describeStore('SQLite', async () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'loans.sqlite');
  let store = new SqliteStore({ file, groupMs: 1 });
  let isOpen = true;
  return {
    store,
    async reopen() {
      await store.close().catch(() => undefined);
      store = new SqliteStore({ file, groupMs: 1 });
      isOpen = true;
      return store;
    },
    async close() {
      if (isOpen) await store.close();
      isOpen = false;
      folder.remove();
    },
  };
});

const incoming = {
  protocol: 'toy',
  transport: 'push',
  from: '127.0.0.1:1',
  at: new Date(0),
  raw: new Uint8Array([1]),
};

describe('SQLite on its own', () => {
  const folders: { remove(): void }[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) folder.remove();
  });
  const newFile = (): string => {
    const folder = temporaryFolder();
    folders.push(folder);
    return join(folder.path, 'loans.sqlite');
  };

  test('shares one commit between writes asked for together, and not between others', async () => {
    const store = new SqliteStore({ file: ':memory:', groupMs: 1 });
    const before = store.counters;
    await Promise.all(Array.from({ length: 100 }, () => store.journal(incoming)));
    expect(store.counters.commits - before.commits).toBe(1);
    expect(store.counters.statements - before.statements).toBeLessThan(10);
    await store.journal(incoming);
    await store.journal(incoming);
    expect(store.counters.commits - before.commits).toBe(3);
    await store.close();
  });

  test('writes what is pending when it closes', async () => {
    const file = newFile();
    const store = new SqliteStore({ file, groupMs: 1000 });
    const kept = store.journal(incoming);
    await store.close();
    await kept;
    const again = new SqliteStore({ file });
    expect(await again.received('waiting', 10)).toHaveLength(1);
    await again.close();
  });

  test('is used by one server at a time', async () => {
    const file = newFile();
    const store = new SqliteStore({ file });
    expect(() => new SqliteStore({ file })).toThrow('in use by another server');
    await store.close();
    await new SqliteStore({ file }).close();
  });

  test('syncs every commit to disk', () => {
    const file = newFile();
    const store = new SqliteStore({ file });
    const mode = store.pragmas();
    expect(mode).toEqual({ journal_mode: 'wal', synchronous: 2 });
    return store.close();
  });

  test('brings an older file up to date and refuses a newer one', () => {
    const database = new Database(':memory:');
    migrate(database);
    migrate(database);
    const further = [...Migrations, 'CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT'];
    migrate(database, further);
    expect(database.all('SELECT count(*) AS n FROM extra')[0]?.['n']).toBe(0);
    expect(() => migrate(database)).toThrow('use the newer server');
    database.close();
  });

  test('leaves nothing of a migration that fails', () => {
    const database = new Database(':memory:');
    expect(() =>
      migrate(database, ['CREATE TABLE one (id INTEGER); CREATE TABLE one (id INTEGER)']),
    ).toThrow();
    expect(database.all("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'one'")[0]?.['n']).toBe(0);
    database.close();
  });

  test('uses an index for everything that a loan needs', async () => {
    const file = newFile();
    const store = new SqliteStore({ file });
    await store.saveParties([{ symbol: 'TEST:RSP', name: 'x' }], []);
    await store.step({ id: 'T1' }, () => ({ writes: { transaction: aLoan('T1') }, result: undefined }));
    await store.close();
    const database = new Database(file);
    const plan = (sql: string, ...values: string[]): string =>
      database
        .all(`EXPLAIN QUERY PLAN ${sql}`, ...values)
        .map((row) => String(row['detail']))
        .join('; ');
    expect(
      plan('SELECT id FROM "transaction" WHERE key IN (SELECT value FROM json_each(?))', '[]'),
    ).toContain('transaction_by_key');
    expect(plan('SELECT id FROM "transaction" WHERE id IN (SELECT value FROM json_each(?))', '[]')).toMatch(
      /sqlite_autoindex_transaction_1/,
    );
    expect(
      plan(
        "SELECT id FROM message WHERE processing = ? AND processing <> 'done' ORDER BY id LIMIT 5",
        'waiting',
      ),
    ).toContain('message_unfinished');
    expect(plan('SELECT min(wake_at) AS at FROM "transaction" WHERE wake_at IS NOT NULL')).toContain(
      'transaction_by_wake',
    );
    expect(
      plan(
        "UPDATE message SET name = v.value ->> 'name' FROM json_each(?) AS v WHERE message.id = v.value ->> 'message'",
        '[]',
      ),
    ).toContain('SEARCH message USING INTEGER PRIMARY KEY');
    database.close();
  });
});
