import { describe, expect, test } from 'vitest';
import { type After, afterRealTime, Deadline } from './deadline.js';

function handTimer(): { after: After; ring: () => void; isCancelled: () => boolean } {
  let ring = (): void => {};
  let isCancelled = false;
  return {
    after: (_ms, given) => {
      ring = given;
      return () => {
        isCancelled = true;
      };
    },
    ring: () => ring(),
    isCancelled: () => isCancelled,
  };
}

describe('a deadline', () => {
  test('rings for the phase that listens when it passes', () => {
    const timer = handTimer();
    const deadline = new Deadline(500, timer.after);
    const heard: string[] = [];
    deadline.onRing(() => heard.push('connect'));
    deadline.onRing(() => heard.push('handshake'));
    timer.ring();
    expect(heard).toEqual(['handshake']);
    expect(deadline.budgetMs).toBe(500);
  });

  test('that has passed rings at once for a phase that comes late', () => {
    const timer = handTimer();
    const deadline = new Deadline(1, timer.after);
    timer.ring();
    const heard: string[] = [];
    deadline.onRing(() => heard.push('send'));
    expect(heard).toEqual(['send']);
  });

  test('that is cleared stays silent', () => {
    const timer = handTimer();
    const deadline = new Deadline(1, timer.after);
    const heard: string[] = [];
    deadline.onRing(() => heard.push('send'));
    deadline.clear();
    timer.ring();
    expect(heard).toEqual([]);
    expect(timer.isCancelled()).toBe(true);
  });
});

describe('real time', () => {
  test('rings, unless it is cancelled', async () => {
    const heard: string[] = [];
    const cancel = afterRealTime(1, () => heard.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => {
      afterRealTime(5, resolve);
    });
    expect(heard).toEqual([]);
  });

  test('does not take a time beyond its range for none', async () => {
    const heard: string[] = [];
    const cancel = afterRealTime(2 ** 40, () => heard.push('rang'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    cancel();
    expect(heard).toEqual([]);
  });
});
