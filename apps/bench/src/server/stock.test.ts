import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSettings, createServer, defaultRegistry } from '@interlend/reference-server';
import { afterEach, describe, expect, it } from 'vitest';
import { multiplyLoans } from './stock.js';

const folder = mkdtempSync(join(tmpdir(), 'interlend-stock-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('copies of loans', () => {
  it('are loans to the server, each with its messages and events', async () => {
    const data = join(folder, 'loans.sqlite');
    const { settings } = checkSettings(
      {
        data,
        api: { port: 0 },
        log: { level: 'silent' },
        libraries: [{ symbol: 'TEST:REQ', name: 'Example Library' }],
        peers: [{ symbol: 'TEST:RSP', protocol: 'iso-ill', transport: '1611', address: '127.0.0.1:9' }],
      },
      {},
      defaultRegistry,
    );
    if (!settings) throw new Error('settings are wrong');
    const before = createServer(settings);
    await before.start();
    for (const title of ['One', 'Two']) {
      await before.desk.borrow({
        borrower: { symbol: 'TEST:REQ' },
        lender: { symbol: 'TEST:RSP' },
        services: ['loan'],
        item: { title },
      });
    }
    await before.stop();

    multiplyLoans(data, 100);

    const after = createServer(settings);
    const { rows } = await after.store.transactions({}, 200);
    expect(rows).toHaveLength(100);
    const last = rows.find(({ id }) => id.endsWith('-49'));
    if (!last) throw new Error('there is no last copy');
    expect(await after.store.messages(last.id)).toHaveLength(1);
    expect(await after.store.events(last.id)).toHaveLength(1);
    await after.store.close();
  });
});
