import { askOnce, FLBestellung, type SlnpCommand } from '@interlend/slnp';
import { createTcpConnector } from '@interlend/transport/tcp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../test-server.test-support.js';
import type { Child } from './child.test-support.js';
import { startLibrary } from './library-process.test-support.js';
import { freePort } from './tunnels.test-support.js';

let folder: ReturnType<typeof temporaryFolder>;
let library: Child;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await library.end();
  folder.remove();
});

const orderNumbered = (number: number): SlnpCommand =>
  FLBestellung.create({
    BsTyp: 'PFL',
    BestellId: `2026${String(number).padStart(7, '0')}`,
    SigelNB: 'DE-B1',
    BenutzerNummer: '4711',
    Titel: `Buch ${number}`,
  });

test('orders that are said again after a power cut have one effect each', { timeout: 90_000 }, async () => {
  const port = await freePort();
  const address = { host: '127.0.0.1', port };
  const connector = createTcpConnector();
  const start = async (): Promise<string> => {
    library = startLibrary(folder.path, 'borrower', ['DE-B1'], { port, hubPort: 1 });
    const { api } = await library.ready();
    return api ?? '';
  };
  const replies = new Map<string, string>();
  let said = 0;
  let unanswered = 0;
  for (let round = 0; round < 4; round++) {
    await start();
    let taken = 0;
    const orders = Array.from({ length: 24 }, () => orderNumbered(++said));
    const asked = orders.map(async (order) => {
      try {
        const { message } = await askOnce(order, { connector, address });
        replies.set(order.parameters['BestellId'] ?? '', JSON.stringify(message));
        // The cut comes while the others are under way, at another place in each round.
        if (++taken === 3 * round + 1) await library.end('SIGKILL');
      } catch {
        unanswered += 1;
      }
    });
    await Promise.all(asked);
    await library.end('SIGKILL');
  }
  expect(unanswered).toBeGreaterThan(0);
  expect(replies.size).toBeGreaterThan(0);

  const api = await start();
  for (let number = 1; number <= said; number++) {
    const order = orderNumbered(number);
    const { message } = await askOnce(order, { connector, address });
    const before = replies.get(order.parameters['BestellId'] ?? '');
    if (before !== undefined) expect(JSON.stringify(message)).toBe(before);
    expect(message.fields['PFLNummer']).toBe(order.parameters['BestellId']);
  }
  const response = await fetch(new URL('/transactions?limit=200', api));
  const { transactions } = (await response.json()) as { transactions: readonly unknown[] };
  expect(transactions).toHaveLength(said);
});
