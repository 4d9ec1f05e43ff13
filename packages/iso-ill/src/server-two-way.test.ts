import type { Connection } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { decodeAll, encode } from './codec.js';
import {
  answerApdu,
  anywhere,
  brokenApdu,
  closedAfterEach,
  http,
  messageApdu,
  networks,
  octetsOf,
  offer,
  readAll,
  requestApdu,
  type TestNetwork,
} from './edges.test-support.js';
import type { IllApdu } from './messages/apdus.js';
import { createIllServer, type UnreadableOctets } from './server.js';
import { openTwoWay } from './two-way.js';

const open = closedAfterEach();

const clock = { now: () => new Date('2024-02-03T10:11:12.500Z') };

const rigTwoWay = async (
  network: TestNetwork,
  onMessage: (message: IllApdu) => readonly (IllApdu | Uint8Array)[],
): Promise<{
  readonly network: TestNetwork;
  readonly unreadable: UnreadableOctets[];
  readonly dial: () => Promise<Connection>;
}> => {
  const unreadable: UnreadableOctets[] = [];
  const server = createIllServer({
    mode: '499',
    acceptor: network.acceptor,
    clock,
    onMessage: async ({ message }) => onMessage(message),
    onUnreadable: async (octets) => {
      unreadable.push(octets);
    },
  });
  const listening = await server.listen(anywhere);
  open.push(listening);
  const dial = async (): Promise<Connection> => {
    const connection = await network.connector.open(listening.address);
    open.push(connection);
    return connection;
  };
  return { network, unreadable, dial };
};

describe.each(networks)('a two-way listener over $name', ({ make }) => {
  it('writes what the handler returns, in order', async () => {
    const { dial } = await rigTwoWay(make(), (message) =>
      message.apdu === 'ILL-Request'
        ? [answerApdu(), encode(messageApdu('more'))]
        : [messageApdu('and more')],
    );
    const connection = await dial();
    await connection.send(octetsOf(requestApdu(), messageApdu('x')));
    await connection.end();
    expect(await readAll(connection)).toEqual(
      octetsOf(answerApdu(), messageApdu('more'), messageApdu('and more')),
    );
  });

  it('tells the sender of a broken APDU, and goes on', async () => {
    const { dial, unreadable } = await rigTwoWay(make(), () => [messageApdu('answer')]);
    const connection = await dial();
    await connection.send(Uint8Array.of(...brokenApdu('BROKEN'), ...octetsOf(messageApdu('x'))));
    await connection.end();
    const answers = decodeAll(await readAll(connection)).map(({ message }) => message);
    expect(answers).toMatchObject([
      { apdu: 'Status-Or-Error-Report', transactionId: { transactionQualifier: 'BROKEN' } },
      { apdu: 'Message', note: 'answer' },
    ]);
    expect(unreadable[0]?.report).toEqual(answers[0]);
  });

  it('tells the sender of an APDU beyond the limits, and ends', async () => {
    const { dial } = await rigTwoWay(make(), () => []);
    const connection = await dial();
    const head = octetsOf(messageApdu('x'));
    await connection.send(
      Uint8Array.of(0x71, 0x80, 0x30, 0x80, ...head.subarray(4), 0xbf, 0x31, 0x84, 0x7f, 0, 0, 0),
    );
    const answers = decodeAll(await readAll(connection)).map(({ message }) => message);
    expect(answers).toMatchObject([{ errorReport: { providerErrorReport: { generalProblem: 'other' } } }]);
  });

  it('breaks off when nothing can be told', async () => {
    const { dial, unreadable } = await rigTwoWay(make(), () => []);
    const connection = await dial();
    await offer(connection, http);
    await expect(readAll(connection)).rejects.toMatchObject({ code: 'lost' });
    expect(unreadable).toHaveLength(1);
  });

  it('lets the handler say something later', async () => {
    const network = make();
    const server = createIllServer({
      mode: '499',
      acceptor: network.acceptor,
      onMessage: async (_arrived, { send }) => {
        setTimeout(() => void send(messageApdu('later')), 5);
        return [answerApdu()];
      },
      onUnreadable: async () => {},
    });
    const listening = await server.listen(anywhere);
    open.push(listening);
    const connection = await openTwoWay({ connector: network.connector, address: listening.address });
    open.push(connection);
    await connection.send(requestApdu());
    const kinds: unknown[] = [];
    for await (const received of connection) {
      kinds.push(received.kind === 'apdu' && received.message.apdu);
      if (kinds.length === 2) break;
    }
    expect(kinds).toEqual(['ILL-Answer', 'Message']);
  });

  it('breaks off when the handler returns what cannot be said', async () => {
    const { dial, network } = await rigTwoWay(make(), () => [{ ...messageApdu('x'), note: 7 as never }]);
    const connection = await dial();
    await connection.send(octetsOf(requestApdu()));
    await expect(readAll(connection)).rejects.toMatchObject({ code: 'lost' });
    expect(network.errors).toMatchObject([{ name: 'EncodeError' }]);
  });
});
