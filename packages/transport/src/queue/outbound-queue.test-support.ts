import { TransportError } from '@interlend/core';
import { OutboundQueue } from './outbound-queue.js';
import { createMemoryJournal, type OutboundEntry } from './queue-journal.js';
import type { OutboundQueueOptions, QueueEvent, SendEntry } from './queue-options.js';

/** A clock that only moves when told, and rings what is due then. */
export class TestTime {
  #now = Date.parse('2024-02-03T10:00:00Z');
  readonly #bells = new Map<object, { readonly at: number; readonly ring: () => void }>();

  readonly now = (): Date => new Date(this.#now);
  readonly after = (ms: number, ring: () => void): (() => void) => {
    const key = {};
    this.#bells.set(key, { at: this.#now + ms, ring });
    return () => this.#bells.delete(key);
  };

  get bells(): number {
    return this.#bells.size;
  }

  async pass(minutes: number): Promise<void> {
    this.#now += minutes * 60_000;
    for (const [key, { at, ring }] of [...this.#bells]) {
      if (at > this.#now) continue;
      this.#bells.delete(key);
      ring();
    }
    await settled();
  }
}

/** Lets everything that does not wait for the clock happen. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A door that stays shut until it is opened. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

export const entry = (id: string, transaction = 'T', peer = 'P'): OutboundEntry => ({
  id,
  transaction,
  peer,
  bytes: new TextEncoder().encode(id),
});

export const refused = (): TransportError =>
  new TransportError('refused', 'nothing listens', { peer: 'p:1', phase: 'connect' });
export const delivered = { outcome: 'delivered' } as const;

export const rig = (send: SendEntry, options: Partial<OutboundQueueOptions> = {}) => {
  const time = new TestTime();
  const events: QueueEvent[] = [];
  const journal = options.journal ?? createMemoryJournal();
  const queue = new OutboundQueue({
    send,
    clock: time,
    after: time.after,
    onEvent: (event) => events.push(event),
    ...options,
    journal,
  });
  const told = (): string[] => events.map(({ type, entry: { id } }) => `${id} ${type}`);
  return { time, events, told, queue, journal };
};
