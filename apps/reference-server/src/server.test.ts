import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  aRequest,
  borrower,
  eventually,
  lender,
  loanIn,
  memoryTransports,
  startPair,
  startServer,
  tcpTransports,
  temporaryFolder,
} from './test-server.test-support.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const networks = { memory: memoryTransports, tcp: tcpTransports };

describe.each([
  ['memory', 'push'],
  ['memory', 'talk'],
  ['tcp', 'push'],
  ['tcp', 'talk'],
] as const)('two servers over %s, %s', (network, transport) => {
  test('complete a loan in five steps', async () => {
    const { borrowing, lending, stop } = await startPair({ transport, transports: networks[network]() });
    closers.push(stop);
    const asked = await borrowing.desk.borrow(aRequest);
    const atLender = await loanIn(lending, 'requested');
    await lending.desk.act(atLender, () => ({
      type: 'shipped',
      from: 'lender',
      service: 'loan',
      due: '2030-02-01',
    }));
    await loanIn(borrowing, 'shipped');
    // Two in a row: the second must not overtake the first.
    await borrowing.desk.act(asked.id, () => ({
      type: 'received',
      from: 'borrower',
      service: 'loan',
      receivedOn: '2030-01-02',
    }));
    await borrowing.desk.act(asked.id, () => ({
      type: 'returned',
      from: 'borrower',
      returnedOn: '2030-01-20',
    }));
    await eventually(async () => (await lending.store.transaction(atLender))?.transaction.facts.returnedOn);
    await lending.desk.act(atLender, () => ({
      type: 'checkedIn',
      from: 'lender',
      checkedInOn: '2030-01-25',
    }));
    await loanIn(borrowing, 'checkedIn');

    const events = await borrowing.store.events(asked.id);
    const moves = events.filter(({ key }) => key !== 'statusReported');
    expect(moves.map(({ key, source }) => [key, source])).toEqual([
      ['requested', 'desk'],
      ['shipped', 'wire'],
      ['received', 'desk'],
      ['returned', 'desk'],
      ['checkedIn', 'wire'],
    ]);
    const messages = await lending.store.messages(atLender);
    expect(messages.map(({ direction, name }) => [direction, name])).toEqual([
      ['in', 'Toy-requested'],
      // Who waits on an open connection is told that the request has arrived.
      ...(transport === 'talk' ? [['out', 'Toy-statusReported']] : []),
      ['out', 'Toy-shipped'],
      ['in', 'Toy-received'],
      ['in', 'Toy-returned'],
      ['out', 'Toy-checkedIn'],
    ]);
    await eventually(async () => ((await lending.store.outbox()).length === 0 ? true : undefined));
    expect(await borrowing.store.outbox()).toEqual([]);
  });
});

describe('one server', () => {
  test('lends between two of its own libraries, also what either side may say', async () => {
    const { address, transports } = await ownAddress();
    const party = (symbol: string) => ({ symbol, name: symbol });
    const peer = (symbol: string) => ({ symbol, protocol: 'toy', transport: 'push', address });
    const server = await startServer(
      borrower,
      {
        libraries: [party(borrower), party(lender)],
        peers: [peer(borrower), peer(lender)],
        listeners: transports.listeners,
      },
      {},
    );
    closers.push(() => server.stop());
    const asked = await server.desk.borrow(aRequest);
    const atLender = await eventually(
      async () => (await server.store.transactions({ role: 'lender' }, 1)).rows[0]?.id,
    );
    await server.desk.act(atLender, () => ({ type: 'shipped', from: 'lender', service: 'loan' }));
    await eventually(async () =>
      (await server.store.transaction(asked.id))?.transaction.state === 'shipped' ? true : undefined,
    );
    await server.desk.act(asked.id, () => ({ type: 'lost', from: 'borrower' }));
    await eventually(async () =>
      (await server.store.transaction(atLender))?.transaction.state === 'lost' ? true : undefined,
    );
    expect((await server.store.events(asked.id)).filter(({ key }) => key === 'lost')).toMatchObject([
      { source: 'desk' },
    ]);
    expect((await server.store.events(atLender)).filter(({ key }) => key === 'lost')).toMatchObject([
      { source: 'wire' },
    ]);
  });

  test('refuses to start on a port that is taken, and lets go of its data file', async () => {
    const folder = temporaryFolder();
    closers.push(() => folder.remove());
    const first = await startServer(borrower);
    closers.push(() => first.stop());
    const [taken] = first.listeners;
    const data = join(folder.path, 'loans.sqlite');
    const listeners = [{ protocol: 'toy', transport: 'push', port: taken?.port ?? 0 }];
    await expect(startServer(lender, { data, listeners })).rejects.toMatchObject({ code: 'address-in-use' });
    const second = await startServer(lender, { data });
    await second.stop();
  });

  test('goes on where it stopped: what waits is sent after the next start', async () => {
    const folder = temporaryFolder();
    closers.push(() => folder.remove());
    const data = join(folder.path, 'loans.sqlite');
    const peers = [{ symbol: lender, protocol: 'toy', transport: 'push', address: '127.0.0.1:9' }];
    const patient = { ...{ firstDelayMs: 60_000 } };
    const before = await startServer(borrower, { data, peers, delivery: patient });
    await before.desk.borrow(aRequest);
    await eventually(async () => ((await before.store.outbox())[0]?.attempts === 1 ? true : undefined));
    await before.stop();

    const lending = await startServer(lender, {
      peers: [{ symbol: borrower, protocol: 'toy', transport: 'push' }],
    });
    closers.push(() => lending.stop());
    const address = `127.0.0.1:${lending.listeners[0]?.port}`;
    const later = { now: () => new Date(Date.now() + 3_600_000) };
    const after = await startServer(
      borrower,
      { data, peers: [{ symbol: lender, protocol: 'toy', transport: 'push', address }] },
      { clock: later },
    );
    closers.push(() => after.stop());
    await loanIn(lending, 'requested');
    await eventually(async () => ((await after.store.outbox()).length === 0 ? true : undefined));
  });
});

/** A listener's settings and the address it will have. */
async function ownAddress() {
  const probe = await startServer('TEST:PROBE');
  const port = probe.listeners[0]?.port ?? 0;
  await probe.stop();
  return {
    address: `127.0.0.1:${port}`,
    transports: { listeners: [{ protocol: 'toy', transport: 'push', port }] },
  };
}
