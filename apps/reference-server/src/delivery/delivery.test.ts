import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { oneWay } from '../carriers/one-way/one-way.js';
import { createRegistry } from '../registry.js';
import type { Server } from '../server.js';
import {
  aRequest,
  borrower,
  eventually,
  fastDelivery,
  startServer,
  temporaryFolder,
} from '../test-server.test-support.js';
import { createToyProtocol } from '../toy-protocol.test-support.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A peer that does with each connection what it is told, and remembers the lines that came in. */
async function peerThat(
  behave: (socket: Socket, number: number) => void,
): Promise<{ readonly port: number; readonly lines: string[] }> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  let number = 0;
  const server: NetServer = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        lines.push(text.slice(0, end));
        text = text.slice(end + 1);
      }
    });
    behave(socket, number);
    number += 1;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(
    () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  const address = server.address();
  return { port: address !== null && typeof address === 'object' ? address.port : 0, lines };
}

const closeInOrder = (socket: Socket): void => {
  socket.on('end', () => socket.end());
};

async function borrowing(
  ports: Readonly<Record<string, number>>,
  more: Parameters<typeof startServer>[1] = {},
  registry = undefined as Parameters<typeof startServer>[2],
): Promise<Server> {
  const peers = Object.entries(ports).map(([symbol, port]) => ({
    symbol,
    protocol: 'toy',
    transport: 'push',
    address: `127.0.0.1:${port}`,
  }));
  const server = await startServer(borrower, { peers, listeners: [], ...more }, registry);
  closers.push(() => server.stop());
  return server;
}

const ask = (server: Server, lender: string) =>
  server.desk.borrow({ ...aRequest, lender: { symbol: lender } });
const emptied = (server: Server) =>
  eventually(async () => ((await server.store.outbox()).length === 0 ? true : undefined));
const inReview = (server: Server) => eventually(async () => (await server.store.outbox('review'))[0]);

describe('a peer that', () => {
  test('closes in order has taken the message', async () => {
    const peer = await peerThat(closeInOrder);
    const server = await borrowing({ 'P:ONE': peer.port });
    const { id } = await ask(server, 'P:ONE');
    await emptied(server);
    expect(peer.lines).toHaveLength(1);
    expect(await server.store.attempts(id)).toMatchObject([{ outcome: 'delivered' }]);
  });

  test('breaks two connections gets the same octets a third time', async () => {
    const peer = await peerThat((socket, number) => {
      if (number < 2) socket.on('data', () => socket.resetAndDestroy());
      else closeInOrder(socket);
    });
    const server = await borrowing({ 'P:ONE': peer.port });
    const { id } = await ask(server, 'P:ONE');
    await emptied(server);
    expect(new Set(peer.lines).size).toBe(1);
    expect((await server.store.attempts(id)).map(({ outcome }) => outcome)).toEqual([
      'retry',
      'retry',
      'delivered',
    ]);
  });

  test('is not there leaves the message to a person after the last attempt, who can send it again', async () => {
    const gone = await peerThat(closeInOrder);
    const server = await borrowing({ 'P:ONE': 1 });
    const { id } = await ask(server, 'P:ONE');
    const item = await inReview(server);
    expect(await server.store.attempts(id)).toMatchObject([
      { outcome: 'retry', problem: 'refused (connect)' },
      { outcome: 'retry' },
      { outcome: 'retry' },
      { outcome: 'review' },
    ]);
    expect(await server.store.message(item.message)).toMatchObject({ delivery: 'review' });
    expect(gone.lines).toEqual([]);
  });

  test('never closes counts as failed, unless its settings say that this is its way', async () => {
    const peer = await peerThat(() => undefined);
    const peers = [
      { symbol: 'P:ONE', protocol: 'toy', transport: 'push', address: `127.0.0.1:${peer.port}` },
      {
        symbol: 'P:TWO',
        protocol: 'toy',
        transport: 'push',
        address: `127.0.0.1:${peer.port}`,
        withoutClose: 'delivered' as const,
      },
    ];
    const server = await borrowing(
      {},
      { peers, delivery: { ...fastDelivery, attempts: 1, closeWaitMs: 50 } },
    );
    const one = await ask(server, 'P:ONE');
    const two = await ask(server, 'P:TWO');
    expect(await inReview(server)).toMatchObject({ transactionId: one.id });
    expect(await server.store.attempts(one.id)).toMatchObject([{ problem: 'timeout (close)' }]);
    await eventually(async () =>
      (await server.store.attempts(two.id))[0]?.outcome === 'delivered' ? true : undefined,
    );
  });

  test('answers rubbish is tried again, then left to a person', async () => {
    const peer = await peerThat((socket) => {
      socket.on('end', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    const server = await borrowing({ 'P:ONE': peer.port }, { delivery: { ...fastDelivery, attempts: 2 } });
    const { id } = await ask(server, 'P:ONE');
    await inReview(server);
    expect((await server.store.attempts(id)).map(({ problem }) => problem)).toEqual([
      'not-a-message',
      'not-a-message',
    ]);
  });

  test('answers on the connection, though it should not, is heard', async () => {
    const peer = await peerThat((socket) => {
      socket.on('end', () => {
        const asked = JSON.parse(peer.lines[0] ?? '{}');
        const event = { type: 'shipped', from: 'lender', service: 'loan' };
        socket.end(`${JSON.stringify({ ...asked, id: 'x1', from: 'lender', event })}\n`);
      });
    });
    const server = await borrowing({ 'P:ONE': peer.port });
    const { id } = await ask(server, 'P:ONE');
    await eventually(async () =>
      (await server.store.transaction(id))?.transaction.state === 'shipped' ? true : undefined,
    );
  });
});

describe('a two-way peer', () => {
  const talking = (port: number) => ({
    peers: [{ symbol: 'P:ONE', protocol: 'toy', transport: 'talk', address: `127.0.0.1:${port}` }],
  });
  const answerTo = (line: string, event: object): string =>
    `${JSON.stringify({ ...JSON.parse(line), id: `a-${Math.random()}`, from: 'lender', event })}\n`;

  test('that answers late is heard all the same', async () => {
    const peer = await peerThat((socket) => {
      socket.once('data', () => {
        // Long after the message counted as taken.
        setTimeout(
          () =>
            socket.write(
              answerTo(peer.lines[0] ?? '{}', { type: 'shipped', from: 'lender', service: 'loan' }),
            ),
          100,
        );
      });
    });
    const server = await borrowing({}, talking(peer.port));
    const { id } = await ask(server, 'P:ONE');
    await emptied(server);
    expect((await server.store.transaction(id))?.transaction.state).toBe('requested');
    await eventually(async () =>
      (await server.store.transaction(id))?.transaction.state === 'shipped' ? true : undefined,
    );
  });

  test('gets several messages on one connection, and a new connection when that one broke', async () => {
    let connections = 0;
    const peer = await peerThat((socket) => {
      connections += 1;
      socket.on('data', () => {
        if (peer.lines.length === 2) setTimeout(() => socket.destroy(), 60);
      });
    });
    const server = await borrowing(
      {},
      { ...talking(peer.port), delivery: { ...fastDelivery, keepOpenMs: 5000 } },
    );
    await ask(server, 'P:ONE');
    await ask(server, 'P:ONE');
    await emptied(server);
    expect([connections, peer.lines.length]).toEqual([1, 2]);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    await ask(server, 'P:ONE');
    await emptied(server);
    expect([connections, peer.lines.length]).toEqual([2, 3]);
  });

  test('that breaks the connection at once is tried again', async () => {
    const peer = await peerThat((socket, number) => {
      if (number === 0) socket.on('data', () => socket.resetAndDestroy());
    });
    const server = await borrowing({}, talking(peer.port));
    const { id } = await ask(server, 'P:ONE');
    await emptied(server);
    expect((await server.store.attempts(id)).map(({ outcome }) => outcome)).toEqual(['retry', 'delivered']);
    expect(new Set(peer.lines).size).toBe(1);
  });
});

test('sends the messages of a loan in order, though the first needs several attempts', async () => {
  const peer = await peerThat((socket, number) => {
    if (number < 2) socket.on('data', () => socket.resetAndDestroy());
    else closeInOrder(socket);
  });
  const server = await borrowing({ 'P:ONE': peer.port });
  const { id } = await ask(server, 'P:ONE');
  await server.desk.act(id, () => ({ type: 'message', from: 'borrower', note: 'second' }));
  await server.desk.act(id, () => ({ type: 'cancelRequested', from: 'borrower' }));
  await emptied(server);
  const kinds = peer.lines.map((line) => String(JSON.parse(line).event.type));
  expect(kinds).toEqual(['requested', 'requested', 'requested', 'message', 'cancelRequested']);
});

test('does not let a silent peer delay another one', async () => {
  const silent = await peerThat(() => undefined);
  const quick = await peerThat(closeInOrder);
  const server = await borrowing(
    { 'P:SILENT': silent.port, 'P:QUICK': quick.port },
    { delivery: { ...fastDelivery, closeWaitMs: 60_000, timeoutMs: 60_000, perPeer: 2 } },
  );
  for (let index = 0; index < 20; index += 1) await ask(server, 'P:SILENT');
  for (let index = 0; index < 20; index += 1) await ask(server, 'P:QUICK');
  await eventually(async () => (quick.lines.length === 20 ? true : undefined));
  expect(silent.lines.length).toBeLessThanOrEqual(2);
  await eventually(async () => ((await server.store.outbox()).length === 20 ? true : undefined));
});

test('keeps the later messages of a loan back while one waits for a person, and lets them go when it is given up', async () => {
  const peer = await peerThat((socket, number) => {
    if (number === 0) socket.on('data', () => socket.resetAndDestroy());
    else closeInOrder(socket);
  });
  const server = await borrowing({ 'P:ONE': peer.port }, { delivery: { ...fastDelivery, attempts: 1 } });
  const { id } = await ask(server, 'P:ONE');
  const item = await inReview(server);
  await server.desk.act(id, () => ({ type: 'message', from: 'borrower', note: 'second' }));
  expect(await server.store.outbox()).toHaveLength(2);
  expect(peer.lines).toHaveLength(1);
  const answer = await fetch(`${server.apiUrl}/outbox/${item.message}/give-up`, { method: 'POST' });
  expect(answer.status).toBe(204);
  await emptied(server);
  expect(peer.lines.map((line) => String(JSON.parse(line).event.type))).toEqual(['requested', 'message']);
  expect(await server.store.message(item.message)).toMatchObject({ delivery: 'given-up' });
});

describe('staff', () => {
  const rule = async (server: Server, message: number, ruling: string) =>
    (await fetch(`${server.apiUrl}/outbox/${message}/${ruling}`, { method: 'POST' })).status;

  test('may send a message at once that waits for its next attempt', async () => {
    const peer = await peerThat((socket, number) => {
      if (number === 0) socket.on('data', () => socket.resetAndDestroy());
      else closeInOrder(socket);
    });
    const server = await borrowing(
      { 'P:ONE': peer.port },
      { delivery: { ...fastDelivery, firstDelayMs: 60_000 } },
    );
    const { id } = await ask(server, 'P:ONE');
    const item = await eventually(async () =>
      (await server.store.outbox()).find(({ attempts }) => attempts === 1),
    );
    expect(await rule(server, item.message, 'retry')).toBe(204);
    await emptied(server);
    expect((await server.store.attempts(id)).map(({ outcome }) => outcome)).toEqual(['retry', 'delivered']);
    expect(await rule(server, item.message, 'retry')).toBe(404);
  });

  test('cannot call back a message that is on its way', async () => {
    const peer = await peerThat(() => undefined);
    const slow = { ...fastDelivery, closeWaitMs: 60_000, timeoutMs: 60_000, perPeer: 1 };
    const server = await borrowing({ 'P:ONE': peer.port }, { delivery: slow });
    await ask(server, 'P:ONE');
    await eventually(async () => (peer.lines.length === 1 ? true : undefined));
    await ask(server, 'P:ONE');
    const [first, second] = await server.store.outbox();
    expect(await rule(server, first?.message ?? 0, 'give-up')).toBe(404);
    // The second is due and waits for the first to leave the wire: it can still be taken out.
    expect(await rule(server, second?.message ?? 0, 'give-up')).toBe(204);
    expect(await server.store.outbox()).toHaveLength(1);
  });
});

describe('a protocol in which a repeat does harm', () => {
  const registry = createRegistry([
    { protocol: createToyProtocol({ isRepeatHarmless: false }), transports: { push: oneWay } },
  ]);

  test('leaves a message to a person when nobody knows whether it arrived', async () => {
    const peer = await peerThat((socket) => {
      socket.on('data', () => socket.resetAndDestroy());
    });
    const server = await borrowing({ 'P:ONE': peer.port }, {}, { registry });
    await ask(server, 'P:ONE');
    await inReview(server);
    expect(peer.lines).toHaveLength(1);
  });

  test('tries again when it cannot have arrived', async () => {
    const server = await borrowing({ 'P:ONE': 1 }, {}, { registry });
    const { id } = await ask(server, 'P:ONE');
    await inReview(server);
    expect(await server.store.attempts(id)).toHaveLength(4);
  });

  test('leaves to a person what a crash interrupted', async () => {
    const folder = temporaryFolder();
    const peer = await peerThat(() => undefined);
    const data = `${folder.path}/loans.sqlite`;
    const slow = { ...fastDelivery, closeWaitMs: 60_000, timeoutMs: 60_000 };
    const before = await startServer(
      borrower,
      {
        data,
        listeners: [],
        delivery: slow,
        peers: [{ symbol: 'P:ONE', protocol: 'toy', transport: 'push', address: `127.0.0.1:${peer.port}` }],
      },
      { registry },
    );
    await ask(before, 'P:ONE');
    await eventually(async () => (peer.lines.length === 1 ? true : undefined));
    // The store goes away under the server as it does in a crash: the outcome is never noted.
    await before.store.close();
    const after = await borrowing({ 'P:ONE': peer.port }, { data, delivery: slow }, { registry });
    closers.push(() => folder.remove());
    const item = await inReview(after);
    expect((await after.store.attempts(item.transactionId ?? ''))[0]?.problem).toContain(
      'the server stopped',
    );
    expect(peer.lines).toHaveLength(1);
  });
});

test('has no route to a library that is no peer, and says so to a person', async () => {
  const server = await startServer(borrower, {
    unknownPeers: 'accept',
    libraries: [{ symbol: 'TEST:RSP', name: 'x' }],
  });
  closers.push(() => server.stop());
  const { connect } = await import('node:net');
  const event = { type: 'requested', from: 'borrower', request: aRequest };
  const socket = connect({ port: server.listeners[0]?.port ?? 0, host: '127.0.0.1' });
  socket.end(
    `${JSON.stringify({ id: '1', key: 'K', from: 'borrower', borrower: 'X:STRANGER', lender: 'TEST:RSP', event })}\n`,
  );
  const id = await eventually(async () => (await server.store.transactions({}, 1)).rows[0]?.id);
  await server.desk.act(id, () => ({ type: 'unfilled', from: 'lender' }));
  await inReview(server);
  expect((await server.store.attempts(id))[0]?.problem).toContain('not among the peers');
});
