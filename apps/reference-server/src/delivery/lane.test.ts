import type { Gathering } from '@interlend/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Lane } from './lane.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function lane(gathering?: Pick<Gathering, 'most' | 'waitMs'>) {
  const due: string[] = [];
  const made = new Lane<string>(
    () => gathering && { ...gathering, join: () => [] },
    () => due.push('due'),
  );
  for (const entry of ['a', 'b', 'c']) made.push(entry);
  return { lane: made, due };
}

it('gives one after the other where nobody waits for company', () => {
  const { lane: alone } = lane();
  expect([alone.take(), alone.take(), alone.take(), alone.take()]).toEqual([['a'], ['b'], ['c'], []]);
});

it('gives nothing until those that wait have waited long enough, then all of them', () => {
  const { lane: waiting, due } = lane({ most: 50, waitMs: 5000 });
  expect(waiting.take()).toEqual([]);
  vi.advanceTimersByTime(4999);
  expect(due).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(due).toEqual(['due']);
  waiting.push('d');
  expect(waiting.take()).toEqual(['a', 'b', 'c', 'd']);
  expect(waiting.take()).toEqual([]);
});

it('waits for no more than go together', () => {
  const { lane: full } = lane({ most: 2, waitMs: 5000 });
  expect(full.take()).toEqual(['a', 'b']);
  expect(full.take()).toEqual([]);
});

it('waits anew for what comes after', () => {
  const { lane: next, due } = lane({ most: 3, waitMs: 5000 });
  next.take();
  next.push('d');
  expect(next.take()).toEqual([]);
  vi.advanceTimersByTime(5000);
  expect(due).toEqual(['due']);
  expect(next.take()).toEqual(['d']);
});

it('forgets one that is taken back, and waits for nobody when it was the last', () => {
  const { lane: held, due } = lane({ most: 50, waitMs: 5000 });
  held.take();
  for (const entry of ['a', 'b', 'c']) held.remove(entry);
  vi.advanceTimersByTime(10_000);
  expect(due).toEqual([]);
  expect(held.take()).toEqual([]);
});
