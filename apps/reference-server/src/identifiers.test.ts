import { expect, test } from 'vitest';
import { createIdSource } from './identifiers.js';

test('identifiers never repeat and sort by the time they were made, also within a millisecond', () => {
  let now = 1_900_000_000_000;
  const ids = createIdSource({ now: () => new Date(now) });
  const made = Array.from({ length: 5000 }, (_, index) => {
    if (index % 100 === 0) now += 1;
    return ids.next();
  });
  expect(new Set(made).size).toBe(made.length);
  expect([...made].sort()).toEqual(made);
  expect(made[0]).toMatch(/^[0-9A-Z]{16}$/);
});

test('identifiers go on upwards when the clock goes back', () => {
  let now = 1_900_000_000_000;
  const ids = createIdSource({ now: () => new Date(now) });
  const before = ids.next();
  now -= 60_000;
  expect(ids.next() > before).toBe(true);
});
