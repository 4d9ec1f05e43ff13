import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pauseAfter } from './backoff.js';

const settings = { attempts: 4, firstDelayMs: 100, factor: 3, jitter: 0 };

test('pauses grow, and end with the last attempt', () => {
  const pauses = [1, 2, 3, 4].map((attempt) => pauseAfter(attempt, settings, () => 0.5));
  expect(pauses).toEqual([100, 300, 900, undefined]);
});

test('a pause is off by no more than its jitter', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, chance) => {
        const exact = 100 * 3 ** (attempt - 1);
        const pause = pauseAfter(attempt, { ...settings, jitter: 0.2 }, () => chance) ?? 0;
        expect(Math.abs(pause - exact)).toBeLessThanOrEqual(exact * 0.2 + 1);
      },
    ),
  );
});
