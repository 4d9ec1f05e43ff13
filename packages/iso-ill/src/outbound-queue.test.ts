import { EncodeError, TransportError } from '@interlend/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sendOneWay } from './client.js';
import { encode } from './codec.js';
import { anywhere, gate, messageApdu, networks } from './edges.test-support.js';
import { OutboundQueue } from './outbound-queue.js';
import { createMemoryJournal, type OutboundEntry, type QueueJournal } from './queue-journal.js';
import type { OutboundQueueOptions, QueueEvent, SendEntry } from './queue-options.js';
import { createIllServer } from './server.js';

/** A clock that only moves when told, and rings what is due then. */
class TestTime {
  #now = Date.parse('2024-02-03T10:00:00Z');
  readonly #bells = new Map<object, { readonly at: number; readonly ring: () => void }>();

  readonly now = (): Date => new Date(this.#now);
  readonly after = (ms: number, ring: () => void): (() => void) => {
    const key = {};
    this.#bells.set(key, { at: this.#now + ms, ring });
    return () => this.#bells.delete(key);
  };

  get bells(): number {
    return this.#bells.size;
  }

  async pass(minutes: number): Promise<void> {
    this.#now += minutes * 60_000;
    for (const [key, { at, ring }] of [...this.#bells]) {
      if (at > this.#now) continue;
      this.#bells.delete(key);
      ring();
    }
    await settled();
  }
}

/** Lets everything that does not wait for the clock happen. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const entry = (id: string, transaction = 'T', peer = 'P'): OutboundEntry => ({
  id,
  transaction,
  peer,
  bytes: encode(messageApdu(id, transaction)),
});

const refused = (): TransportError =>
  new TransportError('refused', 'nothing listens', { peer: 'p:1', phase: 'connect' });
const delivered = { outcome: 'delivered' } as const;

const rig = (send: SendEntry, options: Partial<OutboundQueueOptions> = {}) => {
  const time = new TestTime();
  const events: QueueEvent[] = [];
  const journal = options.journal ?? createMemoryJournal();
  const queue = new OutboundQueue({
    send,
    clock: time,
    after: time.after,
    onEvent: (event) => events.push(event),
    ...options,
    journal,
  });
  const told = (): string[] => events.map(({ type, entry: { id } }) => `${id} ${type}`);
  return { time, events, told, queue, journal };
};

describe('an outbound queue', () => {
  it('delivers and says so', async () => {
    const { queue, told, journal } = rig(async () => delivered);
    await queue.add(entry('a'));
    await settled();
    expect(told()).toEqual(['a queued', 'a sending', 'a delivered']);
    expect(await journal.pending()).toEqual([]);
  });

  it('sends the next APDU of a transaction only when the former is done', async () => {
    const doors = new Map(['a', 'b', 'c'].map((id) => [id, gate()]));
    const { queue, told } = rig(async ({ id }) => {
      await doors.get(id)?.opened;
      return delivered;
    });
    await Promise.all(['a', 'b', 'c'].map((id) => queue.add(entry(id))));
    const sending = (): string[] => told().filter((line) => line.endsWith('sending'));
    for (const [id, count] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const) {
      await settled();
      expect(sending()).toHaveLength(count);
      doors.get(id)?.open();
    }
    await settled();
    expect(sending()).toEqual(['a sending', 'b sending', 'c sending']);
  });

  it('keeps the order in which entries were added, whatever the journal takes for each', async () => {
    const slow = gate();
    const memory = createMemoryJournal();
    const journal: QueueJournal = {
      ...memory,
      add: async (added, at) => {
        if (added.id === 'a') await slow.opened;
        await memory.add(added, at);
      },
    };
    const { queue, told } = rig(async () => delivered, { journal });
    const first = queue.add(entry('a'));
    await queue.add(entry('b'));
    await settled();
    expect(told()).toEqual(['b queued']);
    slow.open();
    await first;
    await settled();
    expect(told().filter((line) => line.endsWith('delivered'))).toEqual(['a delivered', 'b delivered']);
  });

  it('makes four attempts within an hour with the same octets, then asks for a review', async () => {
    const sent: string[] = [];
    const added = entry('a');
    const octets = Buffer.from(added.bytes).toString('hex');
    const { queue, time, events, told } = rig(async ({ bytes }) => {
      sent.push(`${time.now().toISOString().slice(11, 16)} ${Buffer.from(bytes).toString('hex') === octets}`);
      throw refused();
    });
    await queue.add(added);
    added.bytes.fill(0);
    await settled();
    for (let minute = 0; minute < 120; minute++) await time.pass(1);
    expect(sent).toEqual(['10:00 true', '10:02 true', '10:12 true', '10:57 true']);
    expect(told()).toEqual([
      'a queued',
      ...['a sending', 'a failed', 'a sending', 'a failed', 'a sending', 'a failed', 'a sending'],
      'a review',
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'review', attempt: 4, cause: { code: 'refused' } });
    expect(events[2]).toMatchObject({ attempt: 1, nextAt: new Date('2024-02-03T10:02:00Z') });
  });

  it('goes on with the transaction after a retry that succeeded', async () => {
    let isUp = false;
    const { queue, time, told } = rig(async () => {
      if (!isUp) throw refused();
      return delivered;
    });
    await queue.add(entry('a'));
    await queue.add(entry('b'));
    await settled();
    isUp = true;
    await time.pass(2);
    expect(told()).toEqual([
      ...['a queued', 'a sending', 'b queued', 'a failed', 'a sending', 'a delivered'],
      ...['b sending', 'b delivered'],
    ]);
  });

  it('sends again when nobody knows, unless it is told to take that for delivered', async () => {
    const unsure: SendEntry = async () => ({ outcome: 'maybe-delivered' });
    const careful = rig(unsure);
    const trusting = rig(unsure, { onMaybeDelivered: 'accept' });
    for (const { queue } of [careful, trusting]) await queue.add(entry('a'));
    await settled();
    expect(careful.told().at(-1)).toBe('a failed');
    expect(trusting.told().at(-1)).toBe('a delivered');
    await careful.time.pass(2);
    expect(careful.events.filter(({ type }) => type === 'sending')).toHaveLength(2);
  });

  it('asks for a review at once when no repetition can help', async () => {
    const { queue, events, time } = rig(async () => {
      throw new EncodeError('missing', 'made for a test', '');
    });
    await queue.add(entry('a'));
    await settled();
    expect(events.at(-1)).toMatchObject({ type: 'review', attempt: 1, cause: { name: 'EncodeError' } });
    expect(time.bells).toBe(0);
  });

  it('goes by the error also when the sender throws it without a promise', async () => {
    const { queue, told } = rig(() => {
      throw refused();
    });
    await queue.add(entry('a'));
    await settled();
    expect(told().at(-1)).toBe('a failed');
  });

  it('holds what stands behind an entry in review, and says so', async () => {
    const { queue, told } = rig(async () => {
      throw new EncodeError('missing', 'made for a test', '');
    });
    await queue.add(entry('a'));
    await queue.add(entry('b'));
    await settled();
    await queue.add(entry('c'));
    await queue.add(entry('x', 'OTHER'));
    await settled();
    expect(told()).toEqual([
      ...['a queued', 'a sending', 'b queued', 'a review', 'b held', 'c queued', 'c held'],
      ...['x queued', 'x sending', 'x review'],
    ]);
  });

  it('tries again, with all its attempts, when a person says so', async () => {
    let attempts = 0;
    const { queue, time, told } = rig(
      async () => {
        if (++attempts < 4) throw refused();
        return delivered;
      },
      { pausesMs: [60_000] },
    );
    await queue.add(entry('a'));
    await settled();
    await time.pass(1);
    expect(told().at(-1)).toBe('a review');
    expect(queue.retry('a')).toBe(true);
    await settled();
    expect(told().at(-1)).toBe('a failed');
    expect(queue.retry('a')).toBe(true);
    await settled();
    expect(told().at(-1)).toBe('a delivered');
    expect(time.bells).toBe(0);
    expect(queue.retry('a')).toBe(false);
  });

  it('goes on behind an entry that a person dropped', async () => {
    const { queue, told, journal } = rig(async ({ id }) => {
      if (id === 'a') throw new EncodeError('missing', 'made for a test', '');
      return delivered;
    });
    await queue.add(entry('a'));
    await queue.add(entry('b'));
    await settled();
    expect(await queue.drop('b')).toBe(false);
    expect(await queue.drop('a')).toBe(true);
    expect(await queue.drop('a')).toBe(false);
    await settled();
    expect(told().slice(-3)).toEqual(['a dropped', 'b sending', 'b delivered']);
    expect(await journal.pending()).toEqual([]);
  });

  it('does not let dead peers delay the others', async () => {
    const dead = gate();
    const { queue, told, time } = rig(
      async ({ peer }) => {
        if (!peer.startsWith('dead')) return delivered;
        await dead.opened;
        throw refused();
      },
      { concurrency: 8, perPeer: 2 },
    );
    for (const peer of ['dead1', 'dead2', 'dead3']) {
      for (let index = 0; index < 10; index++)
        await queue.add(entry(`${peer}-${index}`, `${peer}-${index}`, peer));
    }
    for (let index = 0; index < 50; index++)
      await queue.add(entry(`live-${index}`, `L${index}`, `P${index % 5}`));
    await settled();
    expect(told().filter((line) => line.startsWith('live') && line.endsWith('delivered'))).toHaveLength(50);
    expect(told().filter((line) => line.startsWith('dead') && line.endsWith('sending'))).toHaveLength(6);
    dead.open();
    await settled();
    expect(told().filter((line) => line.endsWith('failed'))).toHaveLength(30);
    await time.pass(2);
  });

  it('leaves half of the slots to peers that answer, once it knows which do not', async () => {
    const doors: (() => void)[] = [];
    let isFirst = true;
    const { queue, told, time } = rig(
      async ({ peer }) => {
        if (!peer.startsWith('dead')) return delivered;
        if (isFirst) throw refused();
        const door = gate();
        doors.push(door.open);
        await door.opened;
        throw refused();
      },
      { concurrency: 4, perPeer: 4, pausesMs: [60_000, 60_000] },
    );
    for (let index = 0; index < 20; index++)
      await queue.add(entry(`dead-${index}`, `D${index}`, `dead${index}`));
    await settled();
    isFirst = false;
    await time.pass(1);
    expect(doors).toHaveLength(2);
    await queue.add(entry('live', 'L', 'P'));
    await settled();
    expect(told().at(-1)).toBe('live delivered');
    for (const open of doors) open();
    await settled();
    expect(doors).toHaveLength(4);
    isFirst = true;
    while (doors.length > 0) {
      doors.pop()?.();
      await settled();
    }
    await queue.close();
  });

  it('takes up after a restart what was left, in order and at its time', async () => {
    const before = rig(async () => {
      throw refused();
    });
    for (const id of ['a', 'b']) await before.queue.add(entry(id));
    await before.queue.add(entry('done', 'OTHER'));
    await settled();
    await before.queue.close();
    await before.journal.done('done', before.time.now());
    const after = rig(async () => delivered, { journal: before.journal });
    await after.queue.resume();
    await settled();
    expect(after.told()).toEqual([]);
    await after.time.pass(1);
    expect(after.told()).toEqual([]);
    await after.time.pass(1);
    expect(after.told()).toEqual(['a sending', 'a delivered', 'b sending', 'b delivered']);
    expect(after.events[0]).toMatchObject({ attempt: 2 });
  });

  it('counts an attempt of which a crash hid the end, and leaves what is in review', async () => {
    const journal = createMemoryJournal();
    for (const [id, attempts] of [
      ['once', 1],
      ['often', 4],
      ['new', 0],
      ['person', 2],
    ] as const) {
      await journal.add(entry(id, id), new Date(0));
      for (let attempt = 1; attempt <= attempts; attempt++) await journal.attempt(id, attempt, new Date(0));
    }
    await journal.review('person', 'made for a test', new Date(0));
    const { queue, told, events } = rig(async () => delivered, { journal });
    await queue.resume();
    await settled();
    expect(told().filter((line) => !line.endsWith('sending'))).toEqual([
      'often review',
      'once delivered',
      'new delivered',
    ]);
    expect(events.find(({ type, entry: { id } }) => type === 'sending' && id === 'once')).toMatchObject({
      attempt: 2,
    });
    expect((await journal.pending()).map(({ entry: { id }, isInReview }) => [id, isInReview])).toEqual([
      ['often', true],
      ['person', true],
    ]);
    expect(queue.retry('person')).toBe(true);
    await settled();
    expect(told().at(-1)).toBe('person delivered');
  });

  it('forgets an entry that the journal did not take', async () => {
    const journal: QueueJournal = {
      ...createMemoryJournal(),
      add: () => Promise.reject(new Error('disk full')),
    };
    const { queue, told } = rig(async () => delivered, { journal });
    await expect(queue.add(entry('a'))).rejects.toThrow('disk full');
    await settled();
    expect(told()).toEqual([]);
  });

  it('sends nothing whose attempt the journal did not take, and goes on when the end of one is not taken', async () => {
    const memory = createMemoryJournal();
    let isFull = true;
    const journal: QueueJournal = {
      ...memory,
      attempt: (id, attempt, at) =>
        isFull ? Promise.reject(new Error('disk full')) : memory.attempt(id, attempt, at),
      done: () => Promise.reject(new Error('disk full')),
    };
    const { queue, told, time } = rig(async () => delivered, { journal });
    await queue.add(entry('a'));
    await queue.add(entry('b'));
    await settled();
    expect(told().filter((line) => !line.endsWith('queued'))).toEqual(['a journal-failed', 'a failed']);
    isFull = false;
    await time.pass(2);
    expect(told().slice(-6)).toEqual([
      ...['a sending', 'a journal-failed', 'a delivered'],
      ...['b sending', 'b journal-failed', 'b delivered'],
    ]);
  });

  it('does not stop for an owner that throws', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): unknown => warnings.push(warning.name);
    process.on('warning', listen);
    let sent = 0;
    const { queue } = rig(
      async () => {
        sent++;
        return delivered;
      },
      {
        onEvent: () => {
          throw new Error('made for a test');
        },
      },
    );
    await queue.add(entry('a'));
    await queue.add(entry('b'));
    await settled();
    process.off('warning', listen);
    expect(sent).toBe(2);
    expect(new Set(warnings)).toEqual(new Set(['InterlendQueueWarning']));
  });

  it('closes when what is under way is done, or at once when it is told to', async () => {
    const door = gate();
    const patient = rig(async () => {
      await door.opened;
      return delivered;
    });
    await patient.queue.add(entry('a'));
    await patient.queue.add(entry('b'));
    const closing = patient.queue.close();
    door.open();
    await closing;
    expect(patient.told()).toEqual(['a queued', 'a sending', 'b queued', 'a delivered']);
    expect((await patient.journal.pending()).map(({ entry: { id } }) => id)).toEqual(['b']);

    const stop = new AbortController();
    const hasty = rig(
      (_entry, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(refused()), { once: true })),
    );
    await hasty.queue.add(entry('a'));
    await settled();
    const aborted = hasty.queue.close({ signal: stop.signal });
    stop.abort();
    await aborted;
    expect(hasty.told()).toEqual(['a queued', 'a sending']);
    expect(await hasty.journal.pending()).toHaveLength(1);
  });

  it.each([{ concurrency: 0 }, { perPeer: 1.5 }, { pausesMs: [-1] }, { pausesMs: [2 ** 31] }])(
    'refuses the setting %j',
    (options) => {
      expect(() => rig(async () => delivered, options)).toThrow(
        expect.objectContaining({ name: 'ConfigError', key: Object.keys(options)[0] }),
      );
    },
  );

  it('ends every entry in order, once, within its limits, whatever fails', async () => {
    const plan = fc.array(
      fc.record({
        transaction: fc.constantFrom('A', 'B', 'C', 'D'),
        peer: fc.constantFrom('P', 'Q'),
        failures: fc.nat(5),
      }),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(plan, fc.integer({ min: 1, max: 4 }), async (plans, concurrency) => {
        const left = plans.map(({ failures }) => failures);
        const busy = new Set<string>();
        let most = 0;
        const { queue, time, events } = rig(
          async ({ id, transaction }) => {
            expect(busy.has(transaction)).toBe(false);
            busy.add(transaction);
            most = Math.max(most, busy.size);
            await new Promise((resolve) => setImmediate(resolve));
            busy.delete(transaction);
            if ((left[Number(id)] ?? 0) === 0) return delivered;
            left[Number(id)] = (left[Number(id)] ?? 0) - 1;
            throw refused();
          },
          { concurrency, perPeer: 2 },
        );
        await Promise.all(
          plans.map(({ transaction, peer }, id) => queue.add(entry(String(id), transaction, peer))),
        );
        for (let round = 0; round < 400 && (busy.size > 0 || time.bells > 0 || round < 2); round++)
          await time.pass(45);
        const ends = events.filter(({ type }) => type === 'delivered' || type === 'review');
        expect(new Set(ends.map(({ entry: { id } }) => id)).size).toBe(ends.length);
        expect(most).toBeLessThanOrEqual(concurrency);
        for (const lane of ['A', 'B', 'C', 'D']) {
          const ids = plans.flatMap((each, id) => (each.transaction === lane ? [id] : []));
          const stuck = ids.findIndex((id) => (plans[id]?.failures ?? 0) > 3);
          const expected = stuck < 0 ? ids : ids.slice(0, stuck + 1);
          const ended = ends.filter(({ entry: { transaction } }) => transaction === lane);
          expect(ended.map(({ entry: { id } }) => Number(id))).toEqual(expected);
        }
        await queue.close();
      }),
      { numRuns: 25 },
    );
  });
});

describe.each(networks)('an outbound queue over $name', ({ make }) => {
  it('brings every APDU to a partner that comes and goes, in order per transaction', async () => {
    const network = make();
    const heard: string[] = [];
    const server = createIllServer({
      mode: '1611',
      acceptor: network.acceptor,
      onMessage: async ({ message }) => {
        heard.push(message.apdu === 'Message' ? String(message.note) : message.apdu);
      },
      onUnreadable: async () => {},
    });
    const away = await server.listen(anywhere);
    await away.close();
    const { queue, time, told } = rig(({ bytes }, { signal }) =>
      sendOneWay(bytes, { connector: network.connector, address: away.address, signal }),
    );
    for (const id of ['1', '2', '3']) {
      await queue.add(entry(`A${id}`, 'A'));
      await queue.add(entry(`B${id}`, 'B'));
    }
    while (told().filter((line) => line.endsWith('failed')).length < 2) await settled();
    const back = await server.listen(away.address);
    await time.pass(2);
    while (told().filter((line) => line.endsWith('delivered')).length < 6) await settled();
    expect(heard.filter((note) => note.startsWith('A'))).toEqual(['A1', 'A2', 'A3']);
    expect(heard.filter((note) => note.startsWith('B'))).toEqual(['B1', 'B2', 'B3']);
    await queue.close();
    await back.close();
  });
});
