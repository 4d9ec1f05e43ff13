import { describe, expect, test } from 'vitest';
import { Inbox } from './inbox.js';

const stopped = (): Error => new Error('stopped');
const broken = (): Error => new Error('broken');
const one = Uint8Array.of(1);
const two = Uint8Array.of(2, 2);

function filled(): { inbox: Inbox; taken: () => number } {
  let takes = 0;
  const inbox = new Inbox(() => {
    takes++;
  });
  inbox.push(one);
  inbox.push(two);
  return { inbox, taken: () => takes };
}

describe('an inbox', () => {
  test('gives what came in its order, counts it, and says when there is room', async () => {
    const { inbox, taken } = filled();
    expect([inbox.octets, inbox.chunks]).toEqual([3, 2]);
    expect(await inbox.take(undefined, stopped)).toBe(one);
    expect([inbox.octets, inbox.chunks, taken()]).toEqual([2, 1, 1]);
    expect(await inbox.take(undefined, stopped)).toBe(two);
    expect([inbox.octets, inbox.chunks, taken()]).toEqual([0, 0, 2]);
  });

  test('hands octets to a reader who waits, without keeping them', async () => {
    const inbox = new Inbox(() => {});
    const reading = inbox.take(undefined, stopped);
    inbox.push(one);
    expect(inbox.octets).toBe(0);
    expect(await reading).toBe(one);
  });

  test('takes nothing for no octets', async () => {
    const inbox = new Inbox(() => {});
    inbox.push(new Uint8Array(0));
    inbox.end();
    expect(await inbox.take(undefined, stopped)).toBeUndefined();
  });

  test('gives the rest before the end, and then the end for ever', async () => {
    const { inbox } = filled();
    inbox.end();
    inbox.fail(broken);
    inbox.push(one);
    expect(await inbox.take(undefined, stopped)).toBe(one);
    expect(await inbox.take(undefined, stopped)).toBe(two);
    expect(await inbox.take(undefined, stopped)).toBeUndefined();
    expect(await inbox.take(undefined, stopped)).toBeUndefined();
  });

  test('gives the rest before the failure, and keeps the first failure', async () => {
    const { inbox } = filled();
    inbox.fail(broken);
    inbox.fail(stopped);
    inbox.end();
    await inbox.take(undefined, stopped);
    await inbox.take(undefined, stopped);
    await expect(inbox.take(undefined, stopped)).rejects.toThrow('broken');
  });

  test('tells every waiting reader of the end and of a failure', async () => {
    const ended = new Inbox(() => {});
    const readers = [ended.take(undefined, stopped), ended.take(undefined, stopped)];
    ended.end();
    expect(await Promise.all(readers)).toEqual([undefined, undefined]);
    const failed = new Inbox(() => {});
    const waiting = Promise.allSettled([failed.take(undefined, stopped), failed.take(undefined, stopped)]);
    failed.fail(broken);
    expect(await waiting).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  });

  test('that is discarded is empty, makes room, and stays broken', async () => {
    const { inbox, taken } = filled();
    inbox.end();
    inbox.discard(broken);
    inbox.push(one);
    expect([inbox.octets, inbox.chunks, taken()]).toEqual([0, 0, 1]);
    await expect(inbox.take(undefined, stopped)).rejects.toThrow('broken');
  });

  test('forgets a reader who was stopped, and keeps the octets for the next', async () => {
    const inbox = new Inbox(() => {});
    const stop = new AbortController();
    const first = inbox.take(stop.signal, stopped);
    const second = inbox.take(undefined, stopped);
    stop.abort();
    inbox.push(one);
    await expect(first).rejects.toThrow('stopped');
    expect(await second).toBe(one);
  });

  test('gives nothing to who was stopped before', async () => {
    const { inbox } = filled();
    await expect(inbox.take(AbortSignal.abort(), stopped)).rejects.toThrow('stopped');
    expect(inbox.octets).toBe(3);
  });
});
