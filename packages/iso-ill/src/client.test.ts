import type { Connection } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { type OneWayOptions, sendOneWay } from './client.js';
import { decodeAll, encode } from './codec.js';
import {
  anywhere,
  closedAfterEach,
  gate,
  memoryNetwork,
  messageApdu,
  networks,
  readAll,
  receiveOne,
  type TestNetwork,
} from './edges.test-support.js';

const open = closedAfterEach();

type Peer = (connection: Connection, signal: AbortSignal) => Promise<void>;

const rig = async (
  { acceptor, connector }: TestNetwork,
  peer: Peer,
): Promise<Pick<OneWayOptions, 'connector' | 'address'>> => {
  const listening = await acceptor.listen(anywhere, (connection, { signal }) => peer(connection, signal));
  open.push(listening);
  return { connector, address: listening.address };
};

const untilAborted: Peer = (_connection, signal) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

describe.each(networks)('sendOneWay over $name', ({ make }) => {
  it('delivers one APDU to a peer that reads it and closes', async () => {
    let received: Uint8Array | undefined;
    const to = await rig(make(), async (connection) => {
      received = await readAll(connection);
    });
    expect(await sendOneWay(messageApdu('one'), to)).toEqual({ outcome: 'delivered' });
    expect(received).toEqual(encode(messageApdu('one')));
  });

  it('delivers several APDUs back to back on one connection', async () => {
    let received: Uint8Array | undefined;
    let connections = 0;
    const to = await rig(make(), async (connection) => {
      connections++;
      received = await readAll(connection);
    });
    await sendOneWay([messageApdu('one'), encode(messageApdu('two')), messageApdu('three')], to);
    const notes = decodeAll(received ?? new Uint8Array()).map(
      ({ message }) => 'note' in message && message.note,
    );
    expect([connections, ...notes]).toEqual([1, 'one', 'two', 'three']);
  });

  it('says that nobody knows when the peer does not close', async () => {
    const to = await rig(make(), untilAborted);
    expect(await sendOneWay(messageApdu('one'), { ...to, closeWaitMs: 10 })).toEqual({
      outcome: 'maybe-delivered',
      why: 'not-closed',
    });
  });

  it('says that nobody knows when the peer breaks the connection off', async () => {
    const to = await rig(make(), async (connection) => {
      await readAll(connection);
      throw new Error('the disk is full');
    });
    expect(await sendOneWay(messageApdu('one'), to)).toMatchObject({
      outcome: 'maybe-delivered',
      why: 'broken-off',
      cause: { name: 'TransportError', code: 'lost', maybeDelivered: true },
    });
  });

  it('ends its side only after the time to keep open', async () => {
    const peerWaited = gate();
    let isEnded = false;
    const to = await rig(make(), async (connection) => {
      await connection.receive();
      const rest = readAll(connection).then(() => {
        isEnded = true;
      });
      await Promise.race([rest, peerWaited.opened]);
      if (isEnded) throw new Error('ended early');
      await rest;
    });
    setTimeout(peerWaited.open, 5);
    expect(await sendOneWay(messageApdu('one'), { ...to, keepOpenMs: 60 })).toEqual({ outcome: 'delivered' });
  });

  it('does not wait longer for a peer that closes while the connection is kept open', async () => {
    const to = await rig(make(), async (connection) => {
      await receiveOne(connection, messageApdu('one'));
    });
    const delivery = await sendOneWay(messageApdu('one'), { ...to, keepOpenMs: 3_600_000 });
    expect(delivery).toEqual({ outcome: 'delivered' });
  });

  it('gives what a peer writes on the connection', async () => {
    const to = await rig(make(), async (connection) => {
      await readAll(connection);
      await connection.send(encode(messageApdu('stray')));
    });
    expect(await sendOneWay(messageApdu('one'), to)).toEqual({
      outcome: 'delivered',
      stray: encode(messageApdu('stray')),
    });
  });

  it('stops when the caller says so, and knows that something was sent', async () => {
    const stop = new AbortController();
    const to = await rig(make(), async (connection, signal) => {
      await connection.receive();
      stop.abort();
      await untilAborted(connection, signal);
    });
    await expect(sendOneWay(messageApdu('one'), { ...to, signal: stop.signal })).rejects.toMatchObject({
      name: 'TransportError',
      code: 'aborted',
      maybeDelivered: true,
    });
    await expect(sendOneWay(messageApdu('one'), { ...to, signal: stop.signal })).rejects.toMatchObject({
      code: 'aborted',
      maybeDelivered: false,
    });
  });

  it('refuses to send nothing, or what cannot be said, before it opens a connection', async () => {
    let connections = 0;
    const to = await rig(make(), async () => {
      connections++;
    });
    await expect(sendOneWay([], to)).rejects.toMatchObject({ name: 'EncodeError', code: 'missing' });
    const unsayable = { ...messageApdu('one'), note: 7 as never };
    await expect(sendOneWay(unsayable, to)).rejects.toMatchObject({ name: 'EncodeError' });
    expect(connections).toBe(0);
  });

  it('reports a peer that is not there as nothing delivered', async () => {
    const network = make();
    const { address, connector } = await rig(network, untilAborted);
    await open.pop()?.close();
    await expect(sendOneWay(messageApdu('one'), { address, connector })).rejects.toMatchObject({
      name: 'TransportError',
      code: 'refused',
      maybeDelivered: false,
      retryable: true,
    });
  });
});

describe('sendOneWay', () => {
  it('gives up on a peer that writes without end', async () => {
    const to = await rig(memoryNetwork(), async (connection) => {
      for (;;) await connection.send(new Uint8Array(16_384));
    });
    const delivery = await sendOneWay(messageApdu('one'), { ...to, keepOpenMs: 60_000 });
    expect(delivery).toMatchObject({ outcome: 'maybe-delivered', why: 'not-closed' });
    expect(delivery.stray).toHaveLength(65_536);
  });

  it('throws when the connection breaks before everything was handed over', async () => {
    const network = memoryNetwork({ cutAfterOctets: 20 });
    const to = await rig(network, async (connection) => {
      await readAll(connection).catch(() => {});
    });
    await expect(sendOneWay(messageApdu('one'), to)).rejects.toMatchObject({
      code: 'lost',
      maybeDelivered: true,
    });
  });

  it('has one budget for everything', async () => {
    const network = networks.find(({ name }) => name === 'TCP')?.make() as TestNetwork;
    const to = await rig(network, untilAborted);
    expect(await sendOneWay(messageApdu('one'), { ...to, timeoutMs: 40, closeWaitMs: 60_000 })).toMatchObject(
      {
        outcome: 'maybe-delivered',
        why: 'broken-off',
        cause: { name: 'TimeoutError', budgetMs: 40, maybeDelivered: true },
      },
    );
  });
});
