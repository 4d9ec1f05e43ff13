import { isInterlendError } from '@interlend/core';
import { createMemoryJournal, OutboundQueue, type SendOutcome } from '@interlend/transport/queue';

/** Pauses between attempts: whoever rehearses is there and wants to see it. */
const pausesMs = [500, 2000, 10_000] as const;

/** One message to one place. Rejects when the attempt failed. */
export type Attempt = (bytes: Uint8Array, signal: AbortSignal) => Promise<SendOutcome>;

/** Messages on their way: in order within a transaction, tried again after pauses, told of when they fail. */
export interface Outbox {
  add(peer: string, transaction: string, bytes: Uint8Array, attempt: Attempt): Promise<void>;
  close(): Promise<void>;
}

/** @param isRepeatHarmless whether a message may be said again when nobody knows whether it arrived */
export function createOutbox(isRepeatHarmless: boolean, onProblem: (problem: string) => void): Outbox {
  const attempts = new Map<string, Attempt>();
  let added = 0;
  const queue = new OutboundQueue({
    journal: createMemoryJournal(),
    pausesMs,
    onMaybeDelivered: isRepeatHarmless ? 'retry' : 'review',
    async send({ id, bytes }, { signal }) {
      const attempt = attempts.get(id);
      if (!attempt) throw new RangeError(`expected an entry that was added, found ${id}`);
      return attempt(bytes, signal);
    },
    onEvent(event) {
      if (event.type === 'delivered') attempts.delete(event.entry.id);
      if (event.type !== 'failed' && event.type !== 'review') return;
      const why = isInterlendError(event.cause) ? event.cause.message : 'unknown';
      onProblem(`${event.entry.peer}: attempt ${event.attempt} ${event.type}: ${why}`);
    },
  });
  return {
    async add(peer, transaction, bytes, attempt) {
      const id = String(added++);
      attempts.set(id, attempt);
      await queue.add({ id, transaction, peer, bytes });
    },
    close: () => queue.close(),
  };
}
