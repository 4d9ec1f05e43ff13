import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outcomeOf } from './contract/rig.test-support.js';
import { describeTransport } from './contract/transport.test-support.js';
import { afterRealTime } from './deadline.js';
import { createMemoryNetwork, type MemoryFaults } from './memory.js';
import { gate, numbered, receiveAll, turns } from './octets.test-support.js';

describeTransport('memory transport', ({ onError, limits }) =>
  createMemoryNetwork({ onError, limits, after: afterRealTime }),
);

const place = { host: 'lender', port: 1611 };

/** One question of five octets and one answer of five; what each side got to know of it. */
async function exchange(faults: MemoryFaults) {
  const lender: string[] = [];
  const borrower: string[] = [];
  const { acceptor, connector } = createMemoryNetwork({
    faults,
    onError: (error) => lender.push(String(error)),
  });
  const listening = await acceptor.listen(place, async (connection) => {
    const question = await receiveAll(connection);
    lender.push(`got ${question.length}`);
    await connection.send(numbered(5));
  });
  try {
    const connection = await connector.open(place);
    await connection.send(numbered(5));
    await connection.end();
    for (let chunk = await connection.receive(); chunk; chunk = await connection.receive()) {
      borrower.push(`got ${chunk.length}`);
    }
    borrower.push('saw the end');
    await connection.close();
  } catch (error) {
    borrower.push(String(error));
  }
  await listening.close();
  return { lender, borrower };
}

const brokenFor = (peer: string, phase: string) =>
  `TransportError: connection with ${peer} was lost in phase ${phase}: the link broke`;

describe('faults', () => {
  test('without any, all arrives in one piece', async () => {
    expect(await exchange({})).toEqual({ lender: ['got 5'], borrower: ['got 5', 'saw the end'] });
  });

  test('an open that is refused reaches nobody', async () => {
    expect(await exchange({ refuse: true })).toEqual({
      lender: [],
      borrower: ['TransportError: lender:1611 was not reached in phase connect: nothing listens there'],
    });
  });

  test('octets arrive in the sizes that were ordered', async () => {
    expect(await exchange({ chunkSizes: [2, 1] })).toEqual({
      lender: ['got 5'],
      borrower: ['got 2', 'got 1', 'got 2', 'saw the end'],
    });
  });

  test.each([[[0]], [[-3]]])('sizes of %j are sizes of 1', async (chunkSizes) => {
    expect(await exchange({ chunkSizes })).toEqual(await exchange({ chunkSizes: [1] }));
  });

  test('a delay changes nothing but the turn in which octets arrive', async () => {
    expect(await exchange({ delayTurns: 7 })).toEqual(await exchange({}));
  });

  test.each([0, 1, 4])('a cut after %i octets of the question loses it for both', async (cutAfterOctets) => {
    expect(await exchange({ cutAfterOctets })).toEqual({
      lender: [brokenFor('memory:1', 'receive')],
      borrower: [brokenFor('lender:1611', 'send')],
    });
  });

  test.each([6, 9])('a cut after %i octets loses the rest of the answer', async (cutAfterOctets) => {
    expect(await exchange({ cutAfterOctets })).toEqual({
      lender: ['got 5', brokenFor('memory:1', 'send')],
      borrower: [`got ${cutAfterOctets - 5}`, brokenFor('lender:1611', 'receive')],
    });
  });

  test('the same faults give the same story', async () => {
    const faults = fc.record(
      {
        cutAfterOctets: fc.nat(12),
        delayTurns: fc.nat(5),
        chunkSizes: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(faults, async (given) => {
        expect(await exchange(given)).toEqual(await exchange(given));
      }),
      { numRuns: 100 },
    );
  });

  test('given as a list, hit the connections in the order of their opening', async () => {
    const { acceptor, connector } = createMemoryNetwork({
      faults: [{ refuse: true }, { cutAfterOctets: 1 }],
    });
    const listening = await acceptor.listen(place, async (connection) => {
      await receiveAll(connection).catch(() => {});
    });
    await expect(connector.open(place)).rejects.toMatchObject({ code: 'refused' });
    const second = await connector.open(place);
    await expect(second.send(numbered(2))).rejects.toMatchObject({ code: 'lost', maybeDelivered: true });
    const third = await connector.open(place);
    await third.send(numbered(2));
    await third.end();
    expect(await outcomeOf(third)).toBe('end');
    await Promise.all([second.close(), third.close(), listening.close()]);
  });
});

describe('without timers', () => {
  test('nothing times out', async () => {
    const { acceptor, connector } = createMemoryNetwork({ limits: { idleMs: 1, lifetimeMs: 1 } });
    const listening = await acceptor.listen(place, async (connection) => {
      await connection.send(await receiveAll(connection));
    });
    const connection = await connector.open(place, { timeoutMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await connection.send(numbered(3));
    await connection.end();
    expect(await receiveAll(connection)).toEqual(numbered(3));
    await Promise.all([connection.close(), listening.close()]);
  });

  test('timers that the caller gives ring for the deadline', async () => {
    const rings: { ms: number; ring: () => void }[] = [];
    const { acceptor, connector } = createMemoryNetwork({
      after: (ms, ring) => {
        rings.push({ ms, ring });
        return () => {};
      },
    });
    const listening = await acceptor.listen(place, async () => {});
    const connection = await connector.open(place, { timeoutMs: 1_234 });
    rings.find(({ ms }) => ms === 1_234)?.ring();
    await expect(connection.send(numbered(1))).rejects.toMatchObject({
      name: 'TimeoutError',
      budgetMs: 1_234,
      phase: 'send',
    });
    await connection.close();
    await listening.close();
  });
});

test('a queued message that is stopped is never sent', async () => {
  const { acceptor, connector } = createMemoryNetwork({ limits: { bufferedOctets: 10 } });
  const reading = gate();
  let received = new Uint8Array(0) as Uint8Array;
  const listening = await acceptor.listen(place, async (connection) => {
    await reading.opened;
    received = await receiveAll(connection);
  });
  const connection = await connector.open(place);
  const stop = new AbortController();
  const messages = [numbered(20), numbered(9, 100), numbered(7, 20)].map((bytes, index) =>
    connection.send(bytes, index === 1 ? { signal: stop.signal } : {}),
  );
  stop.abort();
  await expect(messages[1]).rejects.toMatchObject({ code: 'aborted' });
  reading.open();
  await Promise.all([messages[0], messages[2]]);
  await connection.end();
  await connection.receive();
  expect(received).toEqual(numbered(27));
  await Promise.all([connection.close(), listening.close()]);
});

test('a sender of single octets waits for room too', async () => {
  const { acceptor, connector } = createMemoryNetwork({
    faults: { chunkSizes: [1] },
    limits: { bufferedChunks: 4 },
  });
  const reading = gate();
  const listening = await acceptor.listen(place, async (connection) => {
    await reading.opened;
    await connection.send(await receiveAll(connection));
  });
  const connection = await connector.open(place);
  let isSent = false;
  const sending = connection.send(numbered(6)).then(() => {
    isSent = true;
  });
  await turns(5);
  expect(isSent).toBe(false);
  reading.open();
  await sending;
  await connection.end();
  expect(await receiveAll(connection)).toEqual(numbered(6));
  await Promise.all([connection.close(), listening.close()]);
});

test('a connection that comes while the listener closes is broken off', async () => {
  let served = 0;
  let closing: Promise<void> | undefined;
  let isClosing = false;
  const { acceptor, connector } = createMemoryNetwork({
    // The first timer runs between the finding of the listener and the first word to its handler.
    after: () => {
      if (!isClosing) {
        isClosing = true;
        closing = listening.close();
      }
      return () => {};
    },
  });
  const listening = await acceptor.listen(place, async () => {
    served++;
  });
  expect(await outcomeOf(await connector.open(place))).toBe('lost');
  await closing;
  expect(served).toBe(0);
});

test('leaves no timer behind, however a connection ends', async () => {
  const running = new Set<object>();
  const { acceptor, connector } = createMemoryNetwork({
    faults: [{}, { cutAfterOctets: 2 }],
    onError: () => {},
    after: () => {
      const timer = {};
      running.add(timer);
      return () => running.delete(timer);
    },
  });
  const listening = await acceptor.listen(place, async (connection) => {
    await receiveAll(connection);
  });
  const whole = await connector.open(place);
  await whole.send(numbered(3));
  await whole.close();
  const broken = await connector.open(place);
  expect(running.size).toBeGreaterThan(0);
  await broken.send(numbered(3)).catch(() => {});
  await listening.close();
  expect(running.size).toBe(0);
});

test('gives free ports, each once', async () => {
  const { acceptor } = createMemoryNetwork();
  const listen = () => acceptor.listen({ host: 'lender', port: 0 }, async () => {});
  const [first, second] = [await listen(), await listen()];
  expect(first.address).not.toEqual(second.address);
  await first.close();
  const third = await listen();
  expect(third.address).toEqual(first.address);
});

test('limits that are not usable are refused', () => {
  expect(() => createMemoryNetwork({ limits: { idleMs: 0 } })).toThrow(
    expect.objectContaining({ name: 'ConfigError', key: 'limits.idleMs' }),
  );
});
