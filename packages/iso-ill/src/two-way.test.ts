import type { Connection } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { encode } from './codec.js';
import {
  answerApdu,
  anywhere,
  brokenApdu,
  closedAfterEach,
  gate,
  headOf,
  messageApdu,
  networks,
  receiveOne,
  requestApdu,
  type TestNetwork,
} from './edges.test-support.js';
import type { IllApdu } from './messages/apdus.js';
import type { ReceivedApdu } from './received.js';
import { openTwoWay, type TwoWayConnection, type TwoWayOptions } from './two-way.js';

const open = closedAfterEach();

type Peer = (connection: Connection, signal: AbortSignal) => Promise<void>;

const dial = async (
  { acceptor, connector }: TestNetwork,
  peer: Peer,
  options: Partial<TwoWayOptions> = {},
): Promise<TwoWayConnection> => {
  const listening = await acceptor.listen(anywhere, (connection, { signal }) => peer(connection, signal));
  open.push(listening);
  const connection = await openTwoWay({ connector, address: listening.address, ...options });
  open.unshift(connection);
  return connection;
};

const says =
  (...octets: readonly (IllApdu | Uint8Array)[]): Peer =>
  async (connection, signal) => {
    await connection.receive();
    for (const one of octets) await connection.send(one instanceof Uint8Array ? one : encode(one));
    await untilEnd(connection, signal);
  };
const untilEnd: Peer = async (connection, signal) => {
  while (await connection.receive({ signal }));
};
const nameOf = (received: ReceivedApdu): string =>
  received.kind === 'apdu' ? received.message.apdu : received.error.code;

describe.each(networks)('a two-way connection over $name', ({ make }) => {
  it('gives the answer to a request, and leaves the rest to the loop', async () => {
    const connection = await dial(
      make(),
      says(messageApdu('first'), answerApdu('OTHER'), brokenApdu('OTHER'), answerApdu(), messageApdu('last')),
    );
    const { message, bytes, deviations } = await connection.request(requestApdu());
    expect([message.apdu, bytes, deviations]).toEqual(['ILL-Answer', encode(answerApdu()), []]);
    const names: string[] = [];
    for await (const received of connection) {
      names.push(nameOf(received));
      if (names.length === 4) break;
    }
    expect(names).toEqual(['Message', 'ILL-Answer', 'badly-structured', 'Message']);
  });

  it.each<{ title: string; asked: IllApdu; answer: IllApdu }>([
    {
      title: 'ILL-Request by a Status-Or-Error-Report',
      asked: requestApdu(),
      answer: { apdu: 'Status-Or-Error-Report', ...headOf('TQ-0001'), reasonNoReport: 'temporary' },
    },
    {
      title: 'ILL-Request by Shipped',
      asked: requestApdu(),
      answer: {
        apdu: 'Shipped',
        ...headOf('TQ-0001'),
        shippedServiceType: 'loan',
        supplyDetails: { chargeableUnits: 1 },
      },
    },
    {
      title: 'Cancel by Cancel-Reply',
      asked: { apdu: 'Cancel', ...headOf('TQ-0001') },
      answer: { apdu: 'Cancel-Reply', ...headOf('TQ-0001'), answer: true },
    },
    {
      title: 'Renew by Renew-Answer, without a requester-id and with an EDIFACTString',
      asked: { apdu: 'Renew', ...headOf('TQ-0001') },
      answer: {
        ...{ apdu: 'Renew-Answer', ...headOf('TQ-0001'), requesterId: undefined as never, answer: false },
        transactionId: {
          transactionGroupQualifier: 'TGQ-0001',
          transactionQualifier: { edifact: 'TQ-0001' },
        },
      },
    },
  ])('takes $title', async ({ asked, answer }) => {
    const connection = await dial(make(), says(answer));
    expect((await connection.request(encode(asked))).message.apdu).toBe(answer.apdu);
  });

  it('does not take a Message or the answer of another transaction for the answer', async () => {
    const connection = await dial(make(), async (peer) => {
      await peer.receive();
      await peer.send(encode(messageApdu('no answer')));
      await peer.send(encode(answerApdu('OTHER')));
    });
    await expect(connection.request(requestApdu())).rejects.toMatchObject({
      name: 'TransportError',
      code: 'closed',
      maybeDelivered: true,
    });
  });

  it('gives two requests under way each its own answer, in whatever order they come', async () => {
    const connection = await dial(make(), says(answerApdu('B'), answerApdu('A')));
    const answers = await Promise.all(
      ['A', 'B'].map((qualifier) => connection.request(requestApdu(qualifier))),
    );
    expect(answers.map(({ message }) => message.transactionId.transactionQualifier)).toEqual(['A', 'B']);
  });

  it('closes only after the answer', async () => {
    const asked = gate();
    const isWaiting = gate();
    let wasOpen: boolean | undefined;
    const connection = await dial(make(), async (peer, signal) => {
      await receiveOne(peer, requestApdu());
      asked.open();
      await isWaiting.opened;
      const next = peer.receive({ signal });
      wasOpen =
        (await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 15, 'open'))])) !== undefined;
      await peer.send(encode(answerApdu()));
      await next;
    });
    const request = connection.request(requestApdu());
    await asked.opened;
    const closing = connection.close();
    isWaiting.open();
    expect((await request).message.apdu).toBe('ILL-Answer');
    await closing;
    expect(wasOpen).toBe(true);
  });

  it('throws when the answer cannot be read', async () => {
    const connection = await dial(make(), says(brokenApdu()));
    await expect(connection.request(requestApdu())).rejects.toMatchObject({ name: 'DecodeError' });
  });

  it('throws for a peer that answers rubbish, now and later', async () => {
    const connection = await dial(make(), says(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')));
    await expect(connection.request(requestApdu())).rejects.toMatchObject({
      name: 'DecodeError',
      code: 'not-a-message',
    });
    await expect(connection.request(requestApdu())).rejects.toMatchObject({ code: 'not-a-message' });
  });

  it('throws when the peer breaks the connection off', async () => {
    const connection = await dial(make(), async (peer) => {
      await peer.receive();
      throw new Error('made for a test');
    });
    await expect(connection.request(requestApdu())).rejects.toMatchObject({
      code: 'lost',
      maybeDelivered: true,
    });
  });

  it('stops one request at the signal of its caller, and keeps its answer for the loop', async () => {
    const asked = gate();
    const stopped = gate();
    const connection = await dial(make(), async (peer, signal) => {
      await peer.receive();
      asked.open();
      await stopped.opened;
      await peer.send(encode(answerApdu()));
      await untilEnd(peer, signal);
    });
    const stop = new AbortController();
    const request = connection.request(requestApdu(), { signal: stop.signal });
    await asked.opened;
    stop.abort();
    await expect(request).rejects.toMatchObject({ code: 'aborted', maybeDelivered: true });
    const late = connection.request(requestApdu(), { signal: stop.signal });
    await expect(late).rejects.toMatchObject({ code: 'aborted', maybeDelivered: false });
    stopped.open();
    for await (const received of connection) {
      expect(nameOf(received)).toBe('ILL-Answer');
      break;
    }
  });

  it('stops everything at the signal of the attempt', async () => {
    const stop = new AbortController();
    const connection = await dial(make(), untilEnd, { signal: stop.signal });
    const request = connection.request(requestApdu());
    const loop = connection[Symbol.asyncIterator]().next();
    setTimeout(() => stop.abort(), 5);
    await expect(request).rejects.toMatchObject({ code: 'aborted' });
    await expect(loop).rejects.toMatchObject({ code: 'aborted' });
  });

  it('ends the loop when the peer ends its side, and when this side closes', async () => {
    const ended = await dial(make(), async () => {});
    for await (const _ of ended) expect.unreachable();
    const closed = await dial(make(), untilEnd);
    const next = closed[Symbol.asyncIterator]().next();
    await closed.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('can be heard to its end after it ended its own side', async () => {
    const connection = await dial(make(), async (peer, signal) => {
      await untilEnd(peer, signal);
      await peer.send(encode(answerApdu()));
    });
    await connection.send(requestApdu());
    await connection.end();
    const names: string[] = [];
    for await (const received of connection) names.push(nameOf(received));
    expect(names).toEqual(['ILL-Answer']);
  });

  it('gives up on a peer that says too much while an answer is waited for', async () => {
    const connection = await dial(make(), says(...Array<IllApdu>(50).fill(messageApdu('x'))), {
      limits: { bufferedApdus: 10 },
    });
    await expect(connection.request(requestApdu())).rejects.toMatchObject({ code: 'limit' });
  });

  it('gives up on a peer that lets an answer drip', async () => {
    const connection = await dial(make(), says(encode(answerApdu()).subarray(0, 20)), {
      limits: { maxFrameAgeMs: 20 },
    });
    await expect(connection.request(requestApdu())).rejects.toMatchObject({
      name: 'TimeoutError',
      budgetMs: 20,
    });
  });
});
