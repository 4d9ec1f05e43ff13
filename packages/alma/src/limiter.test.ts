import { describe, expect, it } from 'vitest';
import { createAlmaClient } from './client/client.js';
import { exampleSeed } from './double/example-seed.test-support.js';
import { createAlmaDouble } from './double/index.js';
import { AlmaLimiter } from './limiter.js';
import type { Pacing } from './pacing.js';

/** Time that passes only when everybody waits for it. */
function madeUpTime(): Pacing & {
  run<Result>(work: Promise<Result>): Promise<Result>;
  readonly now: () => Date;
} {
  let nowMs = Date.parse('2026-02-02T10:00:00Z');
  const timers: { at: number; ring: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    now: () => new Date(nowMs),
    wait: (ms) =>
      new Promise((resolve) => {
        timers.push({ at: nowMs + ms, ring: resolve });
      }),
    async run(work) {
      let isDone = false;
      const done = (): void => {
        isDone = true;
      };
      work.then(done, done);
      for (;;) {
        // Everything that can go on without time passing does so first.
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        if (isDone) return work;
        timers.sort((one, other) => one.at - other.at);
        const next = timers.shift();
        if (!next) throw new Error('everybody waits, and nothing is to come');
        nowMs = Math.max(nowMs, next.at);
        next.ring();
      }
    },
  };
}

function burst(perSecondOfClient: number, latencyMs: (call: number) => number, count = 2000) {
  const time = madeUpTime();
  const double = createAlmaDouble({ seed: exampleSeed, clock: time });
  let call = 0;
  const alma = createAlmaClient({
    server: 'https://alma.example',
    apiKey: 'k',
    pacing: time,
    limiter: new AlmaLimiter({ perSecond: perSecondOfClient, pacing: time }),
    async fetch(...args) {
      const held = latencyMs(call++);
      if (held > 0) await time.wait(held);
      return double.handle(new Request(...args));
    },
  });
  const ids = Array.from({ length: count }, (_, index) => index);
  const work = Promise.all(
    ids.map((index) =>
      alma.lendingRequests.create('NLNZ:WLC', {
        external_id: String(index),
        owner: 'RS',
        partner: { value: 'NLNZ:WLC' },
        format: { value: 'PHYSICAL' },
        citation_type: { value: 'BOOK' },
        title: 'The Theory of Examples',
      }),
    ),
  );
  return { time, double, work, ids };
}

/** The most calls that arrived within a second. */
function busiest(double: ReturnType<typeof createAlmaDouble>): number {
  const times = double.calls.map(({ at }) => at.getTime());
  let from = 0;
  return Math.max(
    ...times.map((time, index) => {
      while ((times[from] ?? 0) <= time - 1000) from++;
      return index - from + 1;
    }),
  );
}

describe('a burst of 2000 calls', () => {
  it.each([
    ['without delay', () => 0],
    ['with delays that bunch calls up', (call: number) => (call % 25) * 37],
  ])('keeps within 25 a second and loses none, %s', async (_, latency) => {
    const { time, double, work, ids } = burst(25, latency);
    const made = await time.run(work);
    expect(new Set(made.map(({ external_id }) => Number(external_id)))).toEqual(new Set(ids));
    expect(double.state.lending.size).toBe(2000);
    expect(double.calls).toHaveLength(2000);
    expect(double.calls.filter(({ status }) => status !== 200)).toEqual([]);
    expect(busiest(double)).toBeLessThanOrEqual(25);
  });

  it('would be refused without a limit', async () => {
    const { time, double, work } = burst(1000, () => 0);
    await time.run(work.catch(() => undefined));
    expect(busiest(double)).toBeGreaterThan(25);
    expect(double.calls.some(({ status }) => status === 429)).toBe(true);
  });
});

describe('the calls of a day', () => {
  it('end before the last one that is to be kept, and go on the next day', async () => {
    const time = madeUpTime();
    const double = createAlmaDouble({
      seed: exampleSeed,
      clock: time,
      thresholds: { perDay: 10, perSecond: 1000 },
    });
    const heard: number[] = [];
    const limiter = new AlmaLimiter({
      pacing: time,
      keepRemaining: 4,
      onRemaining: (remaining) => heard.push(remaining),
    });
    const alma = createAlmaClient({
      server: 'https://alma.example',
      apiKey: 'k',
      pacing: time,
      limiter,
      fetch: (...args) => double.handle(new Request(...args)),
    });
    const look = () => time.run(alma.partners.page());
    for (let call = 0; call < 6; call++) await look();
    expect(heard).toEqual([9, 8, 7, 6, 5, 4]);
    await expect(look()).rejects.toMatchObject({ code: 'daily-limit', retryable: true, status: undefined });
    expect(double.calls).toHaveLength(6);
    // A quarter of an hour later one looks whether that still holds; the next is not made.
    await time.run(time.wait(15 * 60_000));
    await look();
    await expect(look()).rejects.toMatchObject({ code: 'daily-limit' });
    expect(double.calls).toHaveLength(7);
    await time.run(alma.partners.page({ keepRemaining: 0 }));
    expect(limiter.remaining).toBe(2);
    await time.run(time.wait(24 * 3_600_000));
    await look();
    expect(limiter.remaining).toBe(9);
  });

  it('that are used up are told apart from the limit per second', async () => {
    const double = createAlmaDouble({ thresholds: { perDay: 1 } });
    const fetch = (...args: Parameters<typeof globalThis.fetch>) => double.handle(new Request(...args));
    const alma = createAlmaClient({ server: 'https://alma.example', apiKey: 'k', fetch });
    await alma.check('read');
    double.calls.slice();
    const other = createAlmaClient({ server: 'https://alma.example', apiKey: 'k', fetch });
    await expect(other.check('read')).rejects.toMatchObject({
      code: 'daily-limit',
      status: 429,
      trackingId: undefined,
    });
  });
});

describe('answers that come in another order than their calls went', () => {
  it('raise what remains of the day only for calls that began later', async () => {
    const limiter = new AlmaLimiter({ perSecond: 10, keepRemaining: 1 });
    const first = await limiter.enter('listPartners');
    first(100);
    const [older, newer] = [await limiter.enter('listPartners'), await limiter.enter('listPartners')];
    newer(98);
    older(99);
    expect(limiter.remaining).toBe(98);
    (await limiter.enter('listPartners'))(1000);
    expect(limiter.remaining).toBe(1000);
  });

  it('hold back calls that might go beyond what is kept, until they are there', async () => {
    const limiter = new AlmaLimiter({ perSecond: 10, keepRemaining: 1 });
    (await limiter.enter('listPartners'))(3);
    const [one, two] = [await limiter.enter('listPartners'), await limiter.enter('listPartners')];
    const third = limiter.enter('listPartners');
    one(2);
    two(1);
    await expect(third).rejects.toMatchObject({ code: 'daily-limit' });
  });
});

describe('who waits for a place', () => {
  it('gives it up when stopped', async () => {
    const time = madeUpTime();
    const limiter = new AlmaLimiter({ perSecond: 1, pacing: time });
    const leave = await limiter.enter('listPartners');
    const stop = new AbortController();
    const waiting = limiter.enter('listPartners', { signal: stop.signal });
    const behind = limiter.enter('listPartners');
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    leave();
    leave();
    await time.run(behind);
  });

  it('refuses numbers that are none', () => {
    expect(() => new AlmaLimiter({ perSecond: 0 })).toThrow(expect.objectContaining({ key: 'perSecond' }));
  });
});
