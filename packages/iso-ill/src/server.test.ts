import type { Connection, DecodeError, Listening } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { sendOneWay } from './client.js';
import { encode } from './codec.js';
import {
  anywhere,
  brokenApdu,
  closedAfterEach,
  gate,
  http,
  messageApdu,
  networks,
  noteOf,
  octetsOf,
  offer,
  readAll,
  type TestNetwork,
} from './edges.test-support.js';
import type { IllApdu } from './messages/apdus.js';
import { createIllServer, type IllServerOptions, type UnreadableOctets } from './server.js';

const open = closedAfterEach();

const clock = { now: () => new Date('2024-02-03T10:11:12.500Z') };

interface Rig {
  readonly network: TestNetwork;
  readonly listening: Listening;
  readonly heard: unknown[];
  readonly unreadable: UnreadableOctets[];
  readonly dial: () => Promise<Connection>;
}

const rig = async (
  network: TestNetwork,
  options: Partial<Pick<IllServerOptions, 'limits' | 'decode' | 'timeZone' | 'onUnreadable'>> & {
    readonly mode?: '1611';
    readonly onMessage?: (message: IllApdu) => Promise<void>;
  } = {},
): Promise<Rig> => {
  const heard: unknown[] = [];
  const unreadable: UnreadableOctets[] = [];
  const { onMessage, ...rest } = options;
  const server = createIllServer({
    mode: '1611',
    acceptor: network.acceptor,
    clock,
    onUnreadable: async (octets) => {
      unreadable.push(octets);
    },
    ...rest,
    onMessage: async ({ message }) => {
      await onMessage?.(message);
      heard.push(noteOf(message));
    },
  });
  const listening = await server.listen(anywhere);
  open.push(listening);
  const dial = async (): Promise<Connection> => {
    const connection = await network.connector.open(listening.address);
    open.push(connection);
    return connection;
  };
  return { network, listening, heard, unreadable, dial };
};

describe.each(networks)('a one-way listener over $name', ({ make }) => {
  it('hands over every APDU of a connection in order, with its octets and its sender', async () => {
    const network = make();
    const arrived: unknown[] = [];
    const server = createIllServer({
      mode: '1611',
      acceptor: network.acceptor,
      onMessage: async ({ message, bytes, peer, deviations }) => {
        arrived.push([noteOf(message), bytes, typeof peer, deviations]);
      },
      onUnreadable: async () => {},
    });
    const listening = await server.listen(anywhere);
    open.push(listening);
    const apdus = ['one', 'two', 'three'].map((note) => messageApdu(note));
    await sendOneWay(apdus, { connector: network.connector, address: listening.address });
    expect(arrived).toEqual(apdus.map((apdu) => [noteOf(apdu), encode(apdu), 'string', []]));
  });

  it('ends the connection only when the handler is done', async () => {
    const kept = gate();
    const { dial, heard } = await rig(make(), { onMessage: () => kept.opened });
    const connection = await dial();
    await connection.send(octetsOf(messageApdu('one')));
    await connection.end();
    const end = connection.receive();
    const first = await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 20, 'still open'))]);
    expect(first).toBe('still open');
    kept.open();
    expect(await end).toBeUndefined();
    expect(heard).toEqual(['one']);
  });

  it('breaks the connection off when the handler fails, and goes on with the next one', async () => {
    let isFull = true;
    const { network, listening, heard } = await rig(make(), {
      onMessage: async () => {
        if (isFull) throw new Error('the disk is full');
      },
    });
    const to = { connector: network.connector, address: listening.address };
    expect(await sendOneWay(messageApdu('one'), to)).toMatchObject({ why: 'broken-off' });
    expect(network.errors).toEqual([expect.objectContaining({ message: 'the disk is full' })]);
    isFull = false;
    expect(await sendOneWay(messageApdu('one'), to)).toEqual({ outcome: 'delivered' });
    expect(heard).toEqual(['one']);
  });

  it('gives a broken APDU with what its sender is owed, writes nothing, and goes on', async () => {
    const { dial, heard, unreadable } = await rig(make(), { timeZone: 'Europe/Rome' });
    const connection = await dial();
    await connection.send(Uint8Array.of(...octetsOf(messageApdu('one')), ...brokenApdu('BROKEN')));
    await connection.send(octetsOf(messageApdu('two')));
    await connection.end();
    expect(await readAll(connection)).toHaveLength(0);
    expect(heard).toEqual(['one', 'two']);
    expect(unreadable).toMatchObject([
      {
        bytes: brokenApdu('BROKEN'),
        error: { code: 'badly-structured' },
        report: {
          transactionId: { transactionQualifier: 'BROKEN' },
          serviceDateTime: { dateTimeOfThisService: { date: '20240203', time: '111112' } },
          errorReport: { providerErrorReport: { generalProblem: 'badly-structured-APDU' } },
        },
      },
    ]);
  });

  it('lets an APDU number through that no APDU has, so that its sender can be told', async () => {
    const { dial, unreadable } = await rig(make());
    const connection = await dial();
    await connection.send(octetsOf(messageApdu('one')).with(0, 0x75));
    await connection.end();
    await readAll(connection);
    expect(unreadable).toMatchObject([
      { report: { errorReport: { providerErrorReport: { generalProblem: 'unrecognized-APDU' } } } },
    ]);
  });

  it.each<{ title: string; octets: Uint8Array; rest: Uint8Array; code: DecodeError['code'] }>([
    { title: 'HTTP', octets: http, rest: Uint8Array.from(http), code: 'not-a-message' },
    {
      title: 'noise after an APDU',
      octets: Uint8Array.of(...octetsOf(messageApdu('one')), 0x0a),
      rest: Uint8Array.of(0x0a),
      code: 'not-a-message',
    },
    {
      title: 'half an APDU',
      octets: octetsOf(messageApdu('one'), messageApdu('two')).subarray(0, -5),
      rest: octetsOf(messageApdu('two')).subarray(0, -5),
      code: 'incomplete',
    },
    {
      title: 'a length beyond the limit',
      octets: Uint8Array.of(0x71, 0x84, 0x7f, 0xff, 0xff, 0xff),
      rest: Uint8Array.of(0x71, 0x84, 0x7f, 0xff, 0xff, 0xff),
      code: 'limit',
    },
  ])('gives the octets of $title and breaks the connection off', async ({ octets, rest, code }) => {
    const { dial, unreadable, heard } = await rig(make());
    const connection = await dial();
    await offer(connection, octets);
    await expect(readAll(connection)).rejects.toMatchObject({ code: 'lost' });
    expect(heard).toEqual(octets.length > rest.length ? ['one'] : []);
    expect(unreadable.map((found) => found.error.code)).toEqual([code]);
    // One octet at a time, the limit is found before the last of them came.
    expect(rest.slice(0, unreadable[0]?.bytes.length)).toEqual(unreadable[0]?.bytes);
    expect(unreadable[0]).not.toHaveProperty('report');
  });

  it('refuses what is odd when it reads strictly', async () => {
    const odd = messageApdu(' one');
    const strict = await rig(make(), { decode: { isStrict: true } });
    const lenient = await rig(make());
    for (const { dial } of [strict, lenient]) {
      const connection = await dial();
      await connection.send(encode(odd));
      await connection.end();
      await readAll(connection);
    }
    expect(strict.unreadable).toMatchObject([{ error: { code: 'deviation' } }]);
    expect(strict.heard).toEqual([]);
    expect(lenient.heard).toEqual([' one']);
  });

  it('ends an endless stream of APDUs', async () => {
    const { dial, heard, network } = await rig(make(), { limits: { apdusPerConnection: 3 } });
    const connection = await dial();
    const many = octetsOf(...Array<IllApdu>(500).fill(messageApdu('one')));
    const stream = async (): Promise<void> => {
      for (;;) await connection.send(many);
    };
    await expect(stream()).rejects.toMatchObject({ code: 'lost' });
    expect(heard).toHaveLength(3);
    expect(network.errors).toMatchObject([{ code: 'limit' }]);
  });

  it('ends an endless APDU', async () => {
    const { dial, unreadable } = await rig(make(), { decode: { limits: { messageOctets: 2000 } } });
    const connection = await dial();
    const elements = new Uint8Array(40_000).map((_, at) => (at % 2 ? 0x00 : 0xa5));
    const stream = async (): Promise<void> => {
      await connection.send(Uint8Array.of(0x71, 0x80, 0x30, 0x80));
      for (;;) await connection.send(elements);
    };
    await expect(stream()).rejects.toMatchObject({ code: 'lost' });
    expect(unreadable).toMatchObject([{ error: { code: 'limit' } }]);
  });

  it('gives up on a sender that lets octets drip', async () => {
    const { dial, network } = await rig(make(), { limits: { maxFrameAgeMs: 30 } });
    const connection = await dial();
    await connection.send(octetsOf(messageApdu('one')).subarray(0, 10));
    await expect(readAll(connection)).rejects.toMatchObject({ code: 'lost' });
    expect(network.errors).toMatchObject([{ name: 'TimeoutError', budgetMs: 30 }]);
  });

  it('breaks off connections beyond the limit, and serves again when there is room', async () => {
    const { dial, network, heard } = await rig(make(), { limits: { connections: 2 } });
    const flood = await Promise.all(Array.from({ length: 12 }, dial));
    const outcomes = await Promise.all(
      flood.map(async (connection) => {
        try {
          await connection.send(octetsOf(messageApdu('one')));
          await connection.end();
          await readAll(connection);
          return 'served';
        } catch {
          return 'broken off';
        }
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'served').length).toBe(heard.length);
    expect(outcomes).toContain('broken off');
    expect(network.errors).toHaveLength(12 - heard.length);
    const after = await dial();
    await after.send(octetsOf(messageApdu('after')));
    await after.end();
    await readAll(after);
    expect(heard.at(-1)).toBe('after');
  });

  it('serves others while one handler takes its time', async () => {
    const kept = gate();
    const { dial, heard } = await rig(make(), {
      onMessage: async (message) => {
        if (noteOf(message) === 'slow') await kept.opened;
      },
    });
    const slow = await dial();
    await slow.send(octetsOf(messageApdu('slow')));
    const fast = await dial();
    await fast.send(octetsOf(messageApdu('fast')));
    await fast.end();
    await readAll(fast);
    expect(heard).toEqual(['fast']);
    kept.open();
  });

  it('stops listening although a connection is idle', async () => {
    const { dial, listening } = await rig(make());
    const connection = await dial();
    await connection.send(octetsOf(messageApdu('one')));
    await listening.close();
    await expect(readAll(connection)).rejects.toMatchObject({ code: 'lost' });
  });
});
