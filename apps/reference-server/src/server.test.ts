import { afterEach, describe, expect, test } from 'vitest';
import type { Server } from './server.js';
import { aRequest, borrower, eventually, lender, startServer } from './test-server.test-support.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function pair(transport: 'push' | 'talk'): Promise<{ readonly borrowing: Server; readonly lending: Server }> {
  const [borrowerPort, lenderPort] = [await freePort(), await freePort()];
  const side = async (symbol: string, own: number, other: string, otherPort: number): Promise<Server> => {
    const server = await startServer(symbol, {
      listeners: [{ protocol: 'toy', transport, port: own }],
      peers: [{ symbol: other, protocol: 'toy', transport, address: `127.0.0.1:${otherPort}` }],
    });
    closers.push(() => server.stop());
    return server;
  };
  return {
    borrowing: await side(borrower, borrowerPort, lender, lenderPort),
    lending: await side(lender, lenderPort, borrower, borrowerPort),
  };
}

async function stateOf(server: Server, state: string): Promise<string> {
  return eventually(async () => {
    const { rows } = await server.store.transactions({ state }, 1);
    return rows[0]?.id;
  });
}

describe.each(['push', 'talk'] as const)('two servers over TCP, %s', (transport) => {
  test('complete a loan in five steps', async () => {
    const { borrowing, lending } = await pair(transport);
    const asked = await borrowing.desk.borrow(aRequest);
    const atLender = await stateOf(lending, 'requested');
    await lending.desk.act(atLender, () => ({ type: 'shipped', from: 'lender', service: 'loan', due: '2030-02-01' }));
    await stateOf(borrowing, 'shipped');
    await borrowing.desk.act(asked.id, () => ({ type: 'received', from: 'borrower', service: 'loan', receivedOn: '2030-01-02' }));
    await borrowing.desk.act(asked.id, () => ({ type: 'returned', from: 'borrower', returnedOn: '2030-01-20' }));
    await eventually(async () => (await lending.store.transaction(atLender))?.transaction.facts.returnedOn);
    await lending.desk.act(atLender, () => ({ type: 'checkedIn', from: 'lender', checkedInOn: '2030-01-25' }));
    await stateOf(borrowing, 'checkedIn');
    const events = await borrowing.store.events(asked.id);
    expect(events.map(({ key, source }) => [key, source])).toEqual([
      ['requested', 'desk'],
      ['shipped', 'wire'],
      ['received', 'desk'],
      ['returned', 'desk'],
      ['checkedIn', 'wire'],
    ]);
    const messages = await lending.store.messages(atLender);
    expect(messages.map(({ direction, name }) => [direction, name])).toEqual([
      ['in', 'Toy-requested'],
      ...(transport === 'talk' ? [['out', 'Toy-statusReported']] : []),
      ['out', 'Toy-shipped'],
      ['in', 'Toy-received'],
      ['in', 'Toy-returned'],
      ['out', 'Toy-checkedIn'],
    ]);
  });
});
