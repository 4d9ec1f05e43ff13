import { AlmaLimiter, createAlmaClient } from '@interlend/alma';
import { checkSettings, createServer, defaultRegistry, type Server } from '@interlend/reference-server';
import { afterEach, expect, it } from 'vitest';
import { type Simulator, startSimulator } from './simulator.js';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function serve(
  symbol: string,
  more: object,
  environment: Record<string, string> = {},
): Promise<Server> {
  const { settings, mistakes = [] } = checkSettings(
    {
      data: ':memory:',
      commitDelayMs: 0,
      api: { port: 0 },
      libraries: [{ symbol, name: symbol }],
      listeners: [{ protocol: 'iso-ill', transport: '1611', port: 0 }],
      log: { level: 'silent' },
      ...more,
    },
    environment,
    defaultRegistry,
  );
  if (!settings) throw new AggregateError(mistakes);
  const server = createServer(settings);
  await server.start();
  open.push(() => server.stop());
  return server;
}

function seen(server: Server, state: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      server.store.transactions({ state }, 1).then(({ rows }) => {
        if (rows.length === 0) return;
        stop();
        resolve();
      }, reject);
    };
    const stop = server.stream.watch(look);
    look();
  });
}

it('a server takes its partners from the simulator, lends to one of them, and the loan is in the simulator as well', async () => {
  const alma: Simulator = await startSimulator({
    port: 0,
    ports: { 'iso-ill': 0 },
    titles: [{ title: 'The Theory of Examples', barcode: 'B-1' }],
    partners: [{ code: 'P', symbol: 'TEST:REQ', port: 1 }],
  });
  open.push(() => alma.close());
  const lending = await serve(
    'TEST:RSP',
    { alma: { server: alma.url, rsLibrary: 'RS', circDesk: 'DESK', keepRemaining: 0 } },
    { INTERLEND_ALMA_API_KEY: 'simulator' },
  );
  await lending.alma?.idle();
  const [address] = lending.listeners;
  const borrowing = await serve('TEST:REQ', {
    peers: [
      { symbol: 'TEST:RSP', protocol: 'iso-ill', transport: '1611', address: `127.0.0.1:${address?.port}` },
    ],
  });
  // The partner has moved: its record says where it is now.
  const client = createAlmaClient({
    server: alma.url,
    apiKey: 'simulator',
    limiter: new AlmaLimiter({ perSecond: 1000 }),
  });
  const [where] = borrowing.listeners;
  await client.partners.update('P', ({ partner_details, ...partner }) => ({
    ...partner,
    partner_details: {
      ...partner_details,
      profile_details: {
        profile_type: 'ISO',
        iso_details: { ill_server: '127.0.0.1', ill_port: where?.port ?? 0, iso_symbol: 'TEST:REQ' },
      },
    },
  }));
  lending.alma?.refresh();
  await lending.alma?.idle();

  await borrowing.desk.borrow({
    borrower: { symbol: 'TEST:REQ' },
    lender: { symbol: 'TEST:RSP' },
    services: ['loan'],
    item: { title: 'The Theory of Examples' },
  });
  await seen(lending, 'requested');
  const { rows } = await lending.store.transactions({}, 1);
  await lending.desk.act(rows[0]?.id ?? '', () => ({ type: 'shipped', from: 'lender', service: 'loan' }));
  await seen(borrowing, 'shipped');
  await lending.alma?.idle();
  const { requests } = await client.lendingRequests.tasks({ library: 'RS' });
  expect(requests).toMatchObject([
    { external_id: rows[0]?.id, title: 'The Theory of Examples', partner: { value: 'P' } },
  ]);
});
