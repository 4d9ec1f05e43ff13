import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delivered, entry, gate, refused, rig, settled } from './outbound-queue.test-support.js';
import { createMemoryJournal, type QueueJournal } from './queue-journal.js';

describe('an outbound queue', () => {
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

  it('leaves to a person what nobody knows the end of, where a repeat would do harm', async () => {
    const { journal, ...before } = rig(async () => ({ outcome: 'maybe-delivered' }), {
      onMaybeDelivered: 'review',
    });
    await before.queue.add(entry('unknown', 'A'));
    await settled();
    expect(before.told()).toEqual(['unknown queued', 'unknown sending', 'unknown review']);
    await before.queue.close();

    await journal.add(entry('broken-off', 'B'), new Date(0));
    await journal.attempt('broken-off', 1, new Date(0));
    await journal.add(entry('failed', 'C'), new Date(0));
    await journal.attempt('failed', 1, new Date(0));
    await journal.failed?.('failed', new Date(0));
    const after = rig(async () => delivered, { journal, onMaybeDelivered: 'review' });
    await after.queue.resume();
    await settled();
    expect(after.told()).toEqual(['broken-off review', 'failed sending', 'failed delivered']);
    expect((await journal.pending()).map(({ entry: { id } }) => id)).toEqual(['unknown', 'broken-off']);
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
