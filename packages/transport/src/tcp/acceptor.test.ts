import { once } from 'node:events';
import { connect as dial, type Socket } from 'node:net';
import type { Connection, PeerAddress } from '@interlend/core';
import { afterEach, describe, expect, test } from 'vitest';
import { readFrames } from '../frames.js';
import { createLengthFramer, gate, gone, lengthFrame, numbered, receiveAll } from '../octets.test-support.js';
import type { Handle } from '../sessions.js';
import {
  createTcpAcceptor,
  createTcpConnector,
  type TcpAcceptorOptions,
  type TcpListening,
} from './index.js';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

const anywhere: PeerAddress = { host: '127.0.0.1', port: 0 };

async function serve(
  handle: Handle,
  options: TcpAcceptorOptions = {},
): Promise<{ listening: TcpListening; errors: unknown[] }> {
  const errors: unknown[] = [];
  const acceptor = createTcpAcceptor({
    onError: (error) => errors.push(error),
    ...options,
    limits: { closeGraceMs: 100, ...options.limits },
  });
  const listening = await acceptor.listen(anywhere, handle);
  cleanUp.push(() => listening.close());
  return { listening, errors };
}

function rawClient(address: PeerAddress): Socket {
  const socket = dial({ ...address, allowHalfOpen: true });
  socket.on('error', () => {});
  cleanUp.push(() => socket.destroy());
  return socket;
}

const waitForEnd: Handle = async (connection, { signal }) => {
  while (await connection.receive({ signal }));
};

describe('at the door', () => {
  test('a flood beyond the limit is closed at once and counted, and the door opens again', async () => {
    const { listening, errors } = await serve(waitForEnd, {
      limits: { connections: 5, connectionsPerAddress: 100 },
    });
    const flood = Array.from({ length: 200 }, () => rawClient(listening.address).resume());
    const closed = flood.map((socket) => gone(socket));
    await expect
      .poll(() => listening.counts, { timeout: 10_000 })
      .toMatchObject({ open: 5, accepted: 5, refusedByLimit: 195 });
    await Promise.race(closed);
    for (const socket of flood) socket.end();
    await Promise.all(closed);
    await expect.poll(() => listening.counts.open, { timeout: 10_000 }).toBe(0);
    const late = rawClient(listening.address).resume();
    await expect.poll(() => listening.counts.accepted, { timeout: 10_000 }).toBe(6);
    late.end();
    await gone(late);
    expect(errors).toEqual([]);
  });

  test('one address may hold its share and no more', async () => {
    const { listening } = await serve(waitForEnd, { limits: { connections: 100, connectionsPerAddress: 3 } });
    const here = Array.from({ length: 10 }, () => rawClient(listening.address).resume());
    const other = dial({ ...listening.address, localAddress: '127.0.0.2' });
    other.on('error', () => {});
    cleanUp.push(() => other.destroy());
    await expect
      .poll(() => listening.counts, { timeout: 10_000 })
      .toMatchObject({ open: 4, accepted: 4, refusedByLimit: 7 });
    here.find((socket) => !socket.destroyed)?.end();
    await expect.poll(() => listening.counts.open, { timeout: 10_000 }).toBe(3);
    for (let index = 0; index < 5; index++) rawClient(listening.address);
    await expect
      .poll(() => listening.counts, { timeout: 10_000 })
      .toMatchObject({ open: 4, accepted: 5, refusedByLimit: 11 });
  });

  test('a place is given back only when the handler is done', async () => {
    const door = gate();
    const { listening } = await serve(() => door.opened, { limits: { connections: 1 } });
    const first = rawClient(listening.address).resume();
    await expect.poll(() => listening.counts.open, { timeout: 10_000 }).toBe(1);
    first.destroy();
    rawClient(listening.address);
    await expect.poll(() => listening.counts.refusedByLimit, { timeout: 10_000 }).toBe(1);
    door.open();
    await expect.poll(() => listening.counts.open, { timeout: 10_000 }).toBe(0);
  });

  test('only allowed addresses come in', async () => {
    const heard: string[] = [];
    const handle: Handle = async (connection) => {
      heard.push(connection.peerAddress ?? '');
    };
    const { listening } = await serve(handle, { allow: ['127.0.0.2', '127.1.0.0/16'] });
    for (const localAddress of ['127.0.0.1', '127.0.0.2', '127.1.9.9', '127.2.0.1']) {
      const socket = dial({ ...listening.address, localAddress });
      socket.on('error', () => {});
      socket.resume();
      socket.on('end', () => socket.end());
      await gone(socket);
    }
    expect(heard).toEqual(['127.0.0.2', '127.1.9.9']);
    expect(listening.counts).toMatchObject({ accepted: 2, refusedByAddress: 2 });
  });

  test('a list with a wrong entry is a wrong setting', () => {
    expect(() => createTcpAcceptor({ allow: ['lender.example'] })).toThrow(
      expect.objectContaining({ name: 'ConfigError', key: 'allow[0]' }),
    );
  });

  test('an address of another machine cannot be listened on', async () => {
    await expect(
      createTcpAcceptor().listen({ host: '192.0.2.1', port: 0 }, waitForEnd),
    ).rejects.toMatchObject({
      name: 'TransportError',
      code: 'unreachable',
      phase: 'listen',
      retryable: false,
    });
  });

  test('IPv4 over an IPv6 socket is IPv4', async () => {
    const heard: Connection[] = [];
    const acceptor = createTcpAcceptor({ allow: ['127.0.0.1'] });
    const listening = await acceptor.listen({ host: '::', port: 0 }, async (connection) => {
      heard.push(connection);
    });
    cleanUp.push(() => listening.close());
    const connection = await createTcpConnector().open({ host: '127.0.0.1', port: listening.address.port });
    expect(await receiveAll(connection)).toHaveLength(0);
    await connection.close();
    expect(heard).toMatchObject([
      { peerAddress: '127.0.0.1', peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
    ]);
  });
});

describe('a hostile client', () => {
  test('that resets in the middle of a message costs only that message', async () => {
    const frames: Uint8Array[] = [];
    const { listening, errors } = await serve(async (connection, { signal }) => {
      for await (const frame of readFrames(connection, createLengthFramer(), {
        signal,
        maxFrameAgeMs: 5_000,
      })) {
        frames.push(frame);
      }
    });
    const socket = rawClient(listening.address);
    socket.write(Uint8Array.from([...lengthFrame(numbered(3)), 9, 1, 2]));
    await expect.poll(() => frames, { timeout: 10_000 }).toEqual([numbered(3)]);
    socket.resetAndDestroy();
    await expect
      .poll(() => errors, { timeout: 10_000 })
      .toMatchObject([{ name: 'TransportError', code: 'lost', phase: 'receive' }]);
    await expect.poll(() => listening.counts.open, { timeout: 10_000 }).toBe(0);
  });

  test('that sends without end is held back by its reader', async () => {
    const reading = gate();
    const { listening } = await serve(async (connection) => {
      await reading.opened;
      for (let chunks = 0; chunks < 100; chunks++) await connection.receive();
    });
    const socket = rawClient(listening.address);
    let closed = false;
    socket.on('close', () => {
      closed = true;
    });
    const block = new Uint8Array(1024 * 1024);
    const pump = (): void => {
      while (!closed && socket.write(block));
    };
    socket.on('drain', pump);
    pump();
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = socket.bytesWritten > 0 && socket.bytesWritten - socket.writableLength === before;
          before = socket.bytesWritten - socket.writableLength;
          return isStill;
        },
        { interval: 100, timeout: 10_000 },
      )
      .toBe(true);
    reading.open();
    socket.resume();
    await expect.poll(() => closed, { timeout: 10_000 }).toBe(true);
  });

  test('that sends single octets loses none of them at the limits of the buffer', async () => {
    const reading = gate();
    let received: Uint8Array = new Uint8Array(0);
    const { listening } = await serve(
      async (connection) => {
        await reading.opened;
        received = await receiveAll(connection);
      },
      { limits: { bufferedOctets: 7, bufferedChunks: 3 } },
    );
    const socket = rawClient(listening.address).setNoDelay(true);
    const octets = numbered(500);
    for (const octet of octets) {
      await new Promise((resolve) => socket.write(Uint8Array.of(octet), resolve));
    }
    socket.end();
    reading.open();
    await gone(socket.resume());
    expect(received).toEqual(octets);
  });

  test('that goes on sending after the answer cannot hold the connection open', async () => {
    const { listening } = await serve(async (connection) => {
      await connection.receive();
      await connection.send(numbered(2));
    });
    const socket = rawClient(listening.address).resume();
    const drip = setInterval(() => {
      if (socket.writable) socket.write(numbered(10));
    }, 5);
    await gone(socket);
    clearInterval(drip);
    await expect.poll(() => listening.counts.open, { timeout: 10_000 }).toBe(0);
  });
});

test('handlers that throw are warnings of the process when nobody listens', async () => {
  const acceptor = createTcpAcceptor();
  const listening = await acceptor.listen(anywhere, async () => {
    throw new Error('handler fault');
  });
  cleanUp.push(() => listening.close());
  const warned = once(process, 'warning');
  rawClient(listening.address);
  expect(String((await warned)[0])).toMatch(
    /^InterlendConnectionWarning: connection with 127\.0\.0\.1:\d+: Error: handler fault$/,
  );
});
