import { EncodeError } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { delivered, entry, gate, refused, rig, settled } from './outbound-queue.test-support.js';
import { createMemoryJournal, type QueueJournal } from './queue-journal.js';
import type { SendEntry } from './queue-options.js';

describe('an outbound queue', () => {
  it('delivers and says so', async () => {
    const { queue, told, journal } = rig(async () => delivered);
    await queue.add(entry('a'));
    await settled();
    expect(told()).toEqual(['a queued', 'a sending', 'a delivered']);
    expect(await journal.pending()).toEqual([]);
  });

  it('sends the next message of a transaction only when the former is done', async () => {
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
});
