import { describe, expect, test } from 'vitest';
import { InOrder } from './in-order.js';
import { gate } from './octets.test-support.js';

describe('tasks in order', () => {
  test('begin when the one before has ended, whatever became of it', async () => {
    const queue = new InOrder();
    const log: string[] = [];
    const door = gate();
    const first = queue.run(async () => {
      log.push('first begins');
      await door.opened;
      log.push('first ends');
      throw new Error('fault');
    });
    const second = queue.run(async () => {
      log.push('second');
      return 2;
    });
    await Promise.resolve();
    expect(queue.isBusy).toBe(true);
    expect(log).toEqual(['first begins']);
    door.open();
    await expect(first).rejects.toThrow('fault');
    expect(await second).toBe(2);
    expect(log).toEqual(['first begins', 'first ends', 'second']);
    expect(queue.isBusy).toBe(false);
  });
});
