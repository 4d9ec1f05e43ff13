import { isInterlendError } from '@interlend/core';
import { Slots } from './outbound-slots.js';
import type { OutboundEntry, PendingEntry, QueueJournal } from './queue-journal.js';
import {
  type OutboundQueueOptions,
  type QueueEvent,
  type QueueSettings,
  type SendOutcome,
  settingsOf,
} from './queue-options.js';

interface Item {
  readonly entry: OutboundEntry;
  attempts: number;
  /** `ready` waits for a slot; `waiting` for its time; `queued` for its turn in the transaction. */
  state: 'journalling' | 'queued' | 'ready' | 'sending' | 'waiting' | 'review';
  cancel: () => void;
}

/**
 * Messages on their way to partners. Those of one transaction go one after the other, the next one when the former is
 * delivered; transactions and peers do not wait for each other.
 *
 * ```ts
 * import { createMemoryJournal, OutboundQueue } from '@interlend/transport/queue';
 * import { createTcpConnector } from '@interlend/transport/tcp';
 *
 * const connector = createTcpConnector();
 * const partners = new Map([['TEST:RSP', { host: 'ill.example', port: 1611 }]]);
 * const queue = new OutboundQueue({
 *   journal: createMemoryJournal(),
 *   send: async ({ peer, bytes }, { signal }) => {
 *     const address = partners.get(peer) ?? { host: 'localhost', port: 1611 };
 *     const connection = await connector.open(address, { signal, timeoutMs: 15_000 });
 *     await connection.send(bytes);
 *     await connection.end();
 *     await connection.close();
 *     return { outcome: 'delivered' };
 *   },
 *   onEvent: ({ type, entry }) => console.log(type, entry.id),
 * });
 * await queue.resume();
 * await queue.close();
 * ```
 */
export class OutboundQueue {
  readonly #settings: QueueSettings;
  readonly #lanes = new Map<string, Item[]>();
  readonly #slots: Slots<Item>;
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #isClosed = false;

  /** @throws ConfigError when a number is not usable */
  constructor(options: OutboundQueueOptions) {
    this.#settings = settingsOf(options);
    this.#slots = new Slots(this.#settings);
  }

  /**
   * Takes an entry. It is sent after those of its transaction that were added before.
   *
   * Rejects as the journal does; the entry is forgotten then.
   */
  async add(entry: OutboundEntry): Promise<void> {
    const kept = { ...entry, bytes: entry.bytes.slice() };
    const item: Item = { entry: kept, attempts: 0, state: 'journalling', cancel: () => {} };
    const lane = this.#lane(kept.transaction);
    lane.push(item);
    try {
      await this.#settings.journal.add(kept, this.#settings.clock.now());
    } catch (error) {
      this.#leave(item);
      throw error;
    }
    item.state = 'queued';
    this.#tell({ type: 'queued', entry: kept });
    const behind = lane.slice(0, lane.indexOf(item)).find(({ state }) => state === 'review');
    if (behind) this.#tell({ type: 'held', entry: kept, behind: behind.entry.id });
    this.#schedule(kept.transaction);
  }

  /** Takes up what the journal holds. Call it once, before anything is added. */
  async resume(): Promise<void> {
    const left = await this.#settings.journal.pending();
    for (const pending of left) {
      const { entry, attempts, isInReview, isUnderWay } = pending;
      const isUnknown = this.#settings.onMaybeDelivered === 'review' && attempts > 0 && isUnderWay !== false;
      const isOver = attempts > this.#settings.pausesMs.length;
      const state = isInReview || isOver || isUnknown ? 'review' : 'queued';
      const item: Item = { entry, attempts, state, cancel: () => {} };
      this.#lane(entry.transaction).push(item);
      if (state === 'queued') this.#waitUntilDue(item, pending);
      if (state === 'review' && !isInReview) {
        this.#tell({ type: 'review', entry, attempt: attempts, cause: undefined });
        await this.#note(item, 'review', () =>
          this.#settings.journal.review(
            entry.id,
            isOver ? 'attempts used up' : 'nobody knows whether it was delivered',
            this.#settings.clock.now(),
          ),
        );
      }
    }
    for (const transaction of [...this.#lanes.keys()]) this.#schedule(transaction);
  }

  /** A person says: try again, with as many attempts as a new entry has. False when it does not wait. */
  retry(id: string): boolean {
    const item = this.#waiting(id);
    if (!item) return false;
    item.cancel();
    item.attempts = 0;
    item.state = 'queued';
    this.#schedule(item.entry.transaction);
    return true;
  }

  /** A person gives an entry up, and what waits behind it goes on. False when it does not wait. */
  async drop(id: string): Promise<boolean> {
    const item = this.#waiting(id);
    if (!item) return false;
    item.cancel();
    item.state = 'journalling';
    await this.#note(item, 'drop', () => this.#settings.journal.drop(id, this.#settings.clock.now()));
    this.#tell({ type: 'dropped', entry: item.entry });
    this.#leave(item);
    return true;
  }

  /**
   * Starts nothing more and waits for the attempts under way; an abort of `signal` ends those. What is left stays in the
   * journal.
   */
  async close(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    this.#isClosed = true;
    for (const lane of this.#lanes.values()) for (const item of lane) item.cancel();
    const stop = (): void => this.#stop.abort();
    if (options.signal?.aborted) stop();
    options.signal?.addEventListener('abort', stop, { once: true });
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    options.signal?.removeEventListener('abort', stop);
  }

  #lane(transaction: string): Item[] {
    const lane = this.#lanes.get(transaction) ?? [];
    this.#lanes.set(transaction, lane);
    return lane;
  }

  #waiting(id: string): Item | undefined {
    for (const lane of this.#lanes.values()) {
      for (const item of lane) {
        if (item.entry.id === id && (item.state === 'waiting' || item.state === 'review')) return item;
      }
    }
    return undefined;
  }

  #leave(item: Item): void {
    const { transaction } = item.entry;
    const lane = this.#lane(transaction);
    lane.splice(lane.indexOf(item), 1);
    if (lane.length === 0) this.#lanes.delete(transaction);
    else this.#schedule(transaction);
  }

  /** Lets the head of a transaction go when it is its turn. */
  #schedule(transaction: string): void {
    const head = this.#lanes.get(transaction)?.[0];
    if (head?.state !== 'queued' || this.#isClosed) return;
    head.state = 'ready';
    this.#slots.offer(head.entry.peer, head);
    this.#pump();
  }

  #pump(): void {
    while (!this.#isClosed) {
      const item = this.#slots.take();
      if (!item) return;
      const running = this.#attempt(item).finally(() => {
        this.#underWay.delete(running);
        this.#pump();
      });
      this.#underWay.add(running);
    }
  }

  /** One attempt. Never rejects. */
  async #attempt(item: Item): Promise<void> {
    const { entry } = item;
    const { journal, onMaybeDelivered, clock } = this.#settings;
    item.state = 'sending';
    const attempt = ++item.attempts;
    if (!(await this.#note(item, 'attempt', () => journal.attempt(entry.id, attempt, clock.now())))) {
      this.#slots.release(entry.peer, undefined);
      await this.#fail(item, undefined);
      return;
    }
    this.#tell({ type: 'sending', entry, attempt });
    const { outcome, cause } = await this.#send(entry, attempt);
    const isDelivered =
      outcome === 'delivered' || (outcome === 'maybe-delivered' && onMaybeDelivered === 'accept');
    this.#slots.release(entry.peer, isDelivered);
    if (isDelivered) {
      await this.#note(item, 'done', () => journal.done(entry.id, clock.now()));
      this.#tell({ type: 'delivered', entry, attempt });
      this.#leave(item);
    } else if (!this.#stop.signal.aborted) {
      await this.#fail(item, cause, outcome === 'maybe-delivered' && onMaybeDelivered === 'review');
    }
  }

  async #send(
    entry: OutboundEntry,
    attempt: number,
  ): Promise<{ readonly outcome: SendOutcome['outcome'] | 'not-delivered'; readonly cause?: unknown }> {
    try {
      return await this.#settings.send(entry, { signal: this.#stop.signal, attempt });
    } catch (cause) {
      return { outcome: 'not-delivered', cause };
    }
  }

  async #fail(item: Item, cause: unknown, isLast = false): Promise<void> {
    const { entry, attempts } = item;
    const pause =
      isLast || (isInterlendError(cause) && !cause.retryable)
        ? undefined
        : this.#settings.pausesMs[attempts - 1];
    const now = this.#settings.clock.now();
    if (pause !== undefined) {
      const nextAt = new Date(now.getTime() + pause);
      await this.#note(item, 'failed', async () => await this.#settings.journal.failed?.(entry.id, now));
      this.#tell({ type: 'failed', entry, attempt: attempts, cause, nextAt });
      this.#wait(item, pause);
      return;
    }
    const why = cause instanceof Error ? cause.message : 'nobody knows whether it was delivered';
    await this.#note(item, 'review', () => this.#settings.journal.review(entry.id, why, now));
    item.state = 'review';
    this.#tell({ type: 'review', entry, attempt: attempts, cause });
    for (const { entry: next, state } of this.#lane(entry.transaction).slice(1)) {
      if (state !== 'journalling') this.#tell({ type: 'held', entry: next, behind: entry.id });
    }
  }

  #waitUntilDue(item: Item, { attempts, lastAttemptAt }: PendingEntry): void {
    const pause = this.#settings.pausesMs[attempts - 1];
    if (pause === undefined || !lastAttemptAt) return;
    const left = lastAttemptAt.getTime() + pause - this.#settings.clock.now().getTime();
    if (left > 0) this.#wait(item, Math.min(left, pause));
  }

  #wait(item: Item, ms: number): void {
    item.state = 'waiting';
    if (this.#isClosed) return;
    item.cancel = this.#settings.after(ms, () => {
      item.state = 'queued';
      this.#schedule(item.entry.transaction);
    });
  }

  /** Whether the journal took it. */
  async #note(item: Item, step: keyof QueueJournal, write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (cause) {
      this.#tell({ type: 'journal-failed', entry: item.entry, step, cause });
      return false;
    }
  }

  #tell(event: QueueEvent): void {
    try {
      this.#settings.onEvent(event);
    } catch (error) {
      // The owner's fault must not stop the queue, nor go unseen.
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      process.emitWarning(`onEvent of an outbound queue: ${text}`, 'InterlendQueueWarning');
    }
  }
}
