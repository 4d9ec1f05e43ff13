import { once } from 'node:events';
import { createServer, connect as dial, type LookupFunction, type Server, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { PeerAddress } from '@interlend/core';
import { afterEach, describe, expect, test } from 'vitest';
import { createTcpConnector } from './index.js';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function rawServer(serve: (socket: Socket) => void): Promise<PeerAddress> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
  return { host: '127.0.0.1', port: address.port };
}

/** A listener whose queue is full: the system answers no further attempt to connect. */
async function fullListener(): Promise<PeerAddress> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(workerData, 0, 0);
       process.exit();
     });`,
    { eval: true, workerData: stop },
  );
  const [port] = (await once(worker, 'message')) as [number];
  const address = { host: '127.0.0.1', port };
  const fillers = Array.from({ length: 8 }, () => dial(address).on('error', () => {}));
  // The queue takes some of them; the last ones hang.
  await new Promise((resolve) => setTimeout(resolve, 100));
  cleanUp.push(async () => {
    for (const filler of fillers) filler.destroy();
    Atomics.store(stop, 0, 1);
    Atomics.notify(stop, 0);
    await once(worker, 'exit');
  });
  expect(fillers.some((filler) => filler.connecting)).toBe(true);
  return address;
}

const silentNames: LookupFunction = () => {};
const failingNames =
  (code: string): LookupFunction =>
  (_name, _options, answer) =>
    answer(Object.assign(new Error(code), { code }), '', 4);

const phases = [
  {
    phase: 'lookup',
    options: { lookup: silentNames },
    address: async () => ({ host: 'lender.example', port: 1611 }),
  },
  { phase: 'connect', options: {}, address: fullListener },
  { phase: 'handshake', options: { tls: {} }, address: () => rawServer(() => {}) },
] as const;

describe('the budget of an attempt', () => {
  test.each(phases)('ends in phase $phase, with nothing delivered', async ({ phase, options, address }) => {
    const opening = createTcpConnector(options).open(await address(), { timeoutMs: 250 });
    await expect(opening).rejects.toMatchObject({
      name: 'TimeoutError',
      phase,
      budgetMs: 250,
      maybeDelivered: false,
      message: expect.stringContaining(`budget of 250 ms ended in phase ${phase}`),
    });
  });

  test('comes from the limits when the caller names none', async () => {
    const address = await rawServer(() => {});
    const opening = createTcpConnector({ tls: {}, limits: { budgetMs: 70 } }).open(address);
    await expect(opening).rejects.toMatchObject({ name: 'TimeoutError', budgetMs: 70 });
  });

  test('is not renewed by a phase that comes through', async () => {
    const slowNames: LookupFunction = (_name, _options, answer) => {
      setTimeout(() => answer(null, [{ address: '127.0.0.1', family: 4 }]), 50);
    };
    const { port } = await rawServer(() => {});
    const connection = await createTcpConnector({ lookup: slowNames }).open(
      { host: 'lender.example', port },
      { timeoutMs: 500 },
    );
    cleanUp.push(() => connection.close());
    await expect(connection.receive()).rejects.toMatchObject({
      name: 'TimeoutError',
      phase: 'receive',
      budgetMs: 500,
    });
  });

  test('also ends the close of a connection whose peer does not close', async () => {
    const address = await rawServer(() => {});
    const connection = await createTcpConnector({ limits: { closeGraceMs: 60_000 } }).open(address, {
      timeoutMs: 300,
    });
    await connection.close();
    await expect(connection.receive()).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('an abort', () => {
  test.each(phases)(
    'ends an attempt in phase $phase, with nothing delivered',
    async ({ phase, options, address }) => {
      const stop = new AbortController();
      const opening = createTcpConnector(options).open(await address(), { signal: stop.signal });
      setTimeout(() => stop.abort(new Error('shutting down')), 150);
      await expect(opening).rejects.toMatchObject({
        name: 'TransportError',
        code: 'aborted',
        phase,
        maybeDelivered: false,
        cause: new Error('shutting down'),
      });
    },
  );

  test('after the opening leaves the connection alone', async () => {
    const address = await rawServer((socket) => socket.pipe(socket));
    const stop = new AbortController();
    const connection = await createTcpConnector().open(address, { signal: stop.signal });
    cleanUp.push(() => connection.close());
    stop.abort();
    await connection.send(Uint8Array.of(1));
    expect(await connection.receive()).toEqual(Uint8Array.of(1));
  });
});

describe('a connection that does not come about', () => {
  test.each([
    ['ENOTFOUND', 'the name is not known'],
    ['EAI_AGAIN', 'the name service does not answer'],
  ])('because of %s says so', async (code, says) => {
    const opening = createTcpConnector({ lookup: failingNames(code) }).open({
      host: 'lender.example',
      port: 1611,
    });
    await expect(opening).rejects.toMatchObject({
      name: 'TransportError',
      code: 'unreachable',
      phase: 'lookup',
      peer: 'lender.example:1611',
      message: `lender.example:1611 was not reached in phase lookup: ${says}`,
      retryable: true,
      maybeDelivered: false,
    });
  });

  test.each([-1, 65_536, 1.5])('because port %s does not exist is a wrong setting', async (port) => {
    await expect(createTcpConnector().open({ host: '127.0.0.1', port })).rejects.toMatchObject({
      name: 'ConfigError',
      key: 'address',
    });
  });

  test.each([{}, { tls: {} }])(
    'because nobody listens is refused, also with settings %j',
    async (options) => {
      const address = await rawServer(() => {});
      for (const undo of cleanUp.splice(0)) await undo();
      await expect(createTcpConnector(options).open(address)).rejects.toMatchObject({
        code: 'refused',
        phase: 'connect',
      });
    },
  );
});

describe('a peer that resets', () => {
  test('before anything was sent leaves nothing delivered', async () => {
    const address = await rawServer((socket) => setTimeout(() => socket.resetAndDestroy(), 20));
    const connection = await createTcpConnector().open(address);
    await expect(connection.receive()).rejects.toMatchObject({
      code: 'lost',
      phase: 'receive',
      maybeDelivered: false,
    });
    await expect(connection.send(Uint8Array.of(1))).rejects.toMatchObject({
      code: 'lost',
      maybeDelivered: false,
    });
    await connection.close();
  });

  test('in the middle of its answer loses nothing of what came before', async () => {
    const address = await rawServer((socket) => {
      socket.on('data', () => {
        socket.write(Uint8Array.of(1, 2, 3));
        setTimeout(() => socket.resetAndDestroy(), 50);
      });
    });
    const connection = await createTcpConnector().open(address);
    await connection.send(Uint8Array.of(1));
    expect(await connection.receive()).toEqual(Uint8Array.of(1, 2, 3));
    await expect(connection.receive()).rejects.toMatchObject({
      code: 'lost',
      phase: 'receive',
      maybeDelivered: true,
    });
    await connection.close();
  });
});

test('names the address that it reached', async () => {
  const { port } = await rawServer(() => {});
  const names: LookupFunction = (_name, _options, answer) =>
    answer(null, [{ address: '127.0.0.1', family: 4 }]);
  const connection = await createTcpConnector({ lookup: names }).open({ host: 'lender.example', port });
  expect(connection).toMatchObject({ peer: `lender.example:${port}`, peerAddress: '127.0.0.1' });
  await connection.close();
});
