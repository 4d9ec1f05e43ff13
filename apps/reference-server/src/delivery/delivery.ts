import type { Clock, JoinedMessage, RandomSource } from '@interlend/core';
import type { Channel } from '../carriers/carrier.js';
import { faultOf, type Logger } from '../logger.js';
import type { Observer } from '../observer.js';
import type { ProtocolRegistry } from '../registry.js';
import type { DeliverySettings } from '../settings.js';
import type { OutboxItem, OutboxRuling, Posted, Store } from '../store/store.js';
import { Lane } from './lane.js';
import type { Routes } from './routes.js';
import { tryToSend } from './try-to-send.js';

/** What a delivery works with. */
export interface DeliveryParts {
  readonly store: Store;
  readonly registry: ProtocolRegistry;
  readonly routes: Routes;
  readonly settings: DeliverySettings;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly logger: Logger;
  readonly observer: Observer;
}

/** A message in a queue; `raw` is at hand while it is fresh. */
interface Entry {
  item: OutboxItem;
  raw: Uint8Array | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Behind others or in a pause, due, or being sent. */
  place: 'queue' | 'lane' | 'wire';
}

/**
 * Sends what is in the outbox. Messages of one transaction go one after the other, the next only when the former is
 * done; peers do not wait for each other. A message that cannot be delivered is tried again after growing pauses and
 * then left to a person, as is one of which nobody knows whether it arrived.
 */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #queues = new Map<string, Entry[]>();
  readonly #entries = new Map<number, Entry>();
  readonly #lanes = new Map<string, Lane<Entry>>();
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #drained = new Map<string, (() => void)[]>();
  #isStarted = false;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Takes up what was left in the outbox. Messages that may have been sent before a crash go on only when that does no harm. */
  async start(): Promise<void> {
    this.#isStarted = true;
    const { store, clock, registry } = this.#parts;
    for (const item of await store.outbox()) {
      const isUncertain =
        item.leasedUntil !== undefined && registry.get(item.protocol)?.protocol.isRepeatHarmless !== true;
      if (!isUncertain || item.state === 'review') {
        this.#enqueue({ item, raw: undefined, timer: undefined, place: 'queue' });
        continue;
      }
      const now = clock.now();
      const outcome = {
        kind: 'review',
        problem: 'unknown: the server stopped while it was being sent',
      } as const;
      await store.settle({ message: item.message, startedAt: now, endedAt: now, outcome });
      this.#enqueue({
        item: { ...item, state: 'review', leasedUntil: undefined },
        raw: undefined,
        timer: undefined,
        place: 'queue',
      });
    }
  }

  /** Takes messages that were just put into the outbox. */
  offer(posted: readonly Posted[]): void {
    for (const { item, raw } of posted) this.#enqueue({ item, raw, timer: undefined, place: 'queue' });
  }

  /** Lets messages of a queue go over an open connection to their peer, as long as it is open. */
  bind(queue: string, channel: Channel): void {
    this.#parts.routes.bind(queue, channel);
  }

  /** Carries out what staff decided about a message. False when it does not wait, or is being sent at this moment. */
  async rule(message: number, ruling: OutboxRuling): Promise<boolean> {
    const entry = this.#entries.get(message);
    if (!entry || entry.place === 'wire') return false;
    this.#hold(entry);
    const item = await this.#parts.store.rule(message, ruling, this.#parts.clock.now());
    if (item !== undefined) entry.item = item;
    if (item !== undefined && ruling === 'give-up') this.#done(entry);
    else if (this.#queues.get(entry.item.queue)?.[0] === entry) this.#schedule(entry);
    return item !== undefined;
  }

  /** Number of messages that wait, by peer. */
  waiting(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const entries of this.#queues.values()) {
      for (const { item } of entries) counts.set(item.peer, (counts.get(item.peer) ?? 0) + 1);
    }
    return counts;
  }

  /** Resolves when everything that is owed over a channel was said, or waits for a person. */
  async answered(channel: Channel): Promise<void> {
    await Promise.all(this.#parts.routes.queuesOf(channel).map((queue) => this.drained(queue)));
  }

  /** Resolves when nothing waits in a queue, or only for a person. */
  async drained(queue: string): Promise<void> {
    const head = this.#queues.get(queue)?.[0];
    if (!head || head.item.state === 'review') return;
    await new Promise<void>((resolve) => {
      this.#drained.set(queue, [...(this.#drained.get(queue) ?? []), resolve]);
    });
  }

  /** Starts nothing more and waits for what is under way, at most `graceMs`; then breaks it off. What was broken off is sent after the next start. */
  async stop(graceMs: number): Promise<void> {
    this.#isStarted = false;
    for (const entries of this.#queues.values()) clearTimeout(entries[0]?.timer);
    for (const lane of this.#lanes.values()) lane.close();
    const timer = setTimeout(() => this.#stopping.abort(), graceMs);
    try {
      while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    } finally {
      clearTimeout(timer);
    }
    for (const queue of [...this.#drained.keys()]) this.#signalDrained(queue);
  }

  #enqueue(entry: Entry): void {
    this.#entries.set(entry.item.message, entry);
    const entries = this.#queues.get(entry.item.queue);
    if (entries) {
      entries.push(entry);
      return;
    }
    this.#queues.set(entry.item.queue, [entry]);
    this.#schedule(entry);
  }

  /** Lets the head of a queue go when it is due. */
  #schedule(entry: Entry): void {
    const { item } = entry;
    entry.place = 'queue';
    if (!this.#isStarted) return;
    if (item.state === 'review') {
      this.#signalDrained(item.queue);
      return;
    }
    const pause = item.dueAt.getTime() - this.#parts.clock.now().getTime();
    if (pause > 0) {
      entry.timer = setTimeout(() => this.#schedule(entry), Math.min(pause, 0x7fff_ffff));
      return;
    }
    const lane = this.#laneTo(item.peer);
    entry.place = 'lane';
    lane.push(entry);
    this.#pump(lane);
  }

  /** Takes a message back into its queue, where nothing happens to it. */
  #hold(entry: Entry): void {
    clearTimeout(entry.timer);
    this.#lanes.get(entry.item.peer)?.remove(entry);
    entry.place = 'queue';
  }

  #laneTo(peer: string): Lane<Entry> {
    const known = this.#lanes.get(peer);
    if (known) return known;
    const made: Lane<Entry> = new Lane(
      ({ item }) => this.#parts.routes.gatheringFor(item),
      () => this.#pump(made),
    );
    this.#lanes.set(peer, made);
    return made;
  }

  #pump(lane: Lane<Entry>): void {
    while (this.#isStarted && lane.running < this.#parts.settings.perPeer) {
      const entries = lane.take();
      if (entries.length === 0) return;
      for (const entry of entries) entry.place = 'wire';
      lane.running += 1;
      const run = this.#attempt(entries).finally(() => {
        lane.running -= 1;
        this.#underWay.delete(run);
        this.#pump(lane);
      });
      this.#underWay.add(run);
    }
  }

  /** One attempt for heads of queues that go together. Never rejects. */
  async #attempt(entries: readonly Entry[]): Promise<void> {
    try {
      for (const { bytes, of } of await this.#packed(entries)) {
        const inside = of.flatMap((index) => entries[index] ?? []);
        await this.#attemptOne(inside, bytes).catch((error: unknown) => this.#notNoted(inside, error));
      }
    } catch (error) {
      this.#notNoted(entries, error);
    }
  }

  /** What goes out for messages: themselves, or several as one. */
  async #packed(entries: readonly Entry[]): Promise<readonly JoinedMessage[]> {
    const { store, routes } = this.#parts;
    const raws = await Promise.all(
      entries.map(async ({ item: { message }, raw }) => {
        const found = raw ?? (await store.message(message))?.raw;
        if (!found) throw new Error(`message ${message} is not in the store`);
        return found;
      }),
    );
    const [first] = entries;
    const gathering = first && routes.gatheringFor(first.item);
    return gathering?.join(raws) ?? raws.map((bytes, index) => ({ bytes, of: [index] }));
  }

  /** The store failed: nothing was noted, so the same attempt is due again after a pause. */
  #notNoted(entries: readonly Entry[], error: unknown): void {
    const { logger, settings, clock } = this.#parts;
    const dueAt = new Date(clock.now().getTime() + settings.firstDelayMs);
    for (const entry of entries) {
      logger.error({ message: entry.item.message, ...faultOf(error) }, 'delivery: not noted');
      entry.item = { ...entry.item, dueAt };
      this.#schedule(entry);
    }
  }

  /** One attempt for what goes out as one message. */
  async #attemptOne(entries: readonly Entry[], bytes: Uint8Array): Promise<void> {
    const { store, clock, observer, logger } = this.#parts;
    const startedAt = clock.now();
    const items = entries.map(({ item }) => item);
    const outcome = await tryToSend(this.#parts, items, bytes, this.#stopping.signal);
    if (outcome === undefined) return;
    const endedAt = clock.now();
    await Promise.all(items.map(({ message }) => store.settle({ message, startedAt, endedAt, outcome })));
    for (const entry of entries) {
      const { item } = entry;
      observer.attempted(item, bytes.length, outcome, endedAt.getTime() - startedAt.getTime());
      if (outcome.kind === 'delivered') {
        this.#done(entry);
        continue;
      }
      logger.warn(
        { message: item.message, peer: item.peer, attempt: item.attempts + 1, problem: outcome.problem },
        `delivery: ${outcome.kind}`,
      );
      entry.raw = undefined;
      const isReview = outcome.kind === 'review';
      entry.item = {
        ...item,
        attempts: item.attempts + 1,
        state: isReview ? 'review' : 'waiting',
        dueAt: isReview ? item.dueAt : outcome.dueAt,
        leasedUntil: undefined,
      };
      this.#schedule(entry);
    }
  }

  /** Takes the head from its queue and lets the next one go. */
  #done(entry: Entry): void {
    const { queue, message } = entry.item;
    this.#entries.delete(message);
    const entries = this.#queues.get(queue) ?? [];
    const index = entries.indexOf(entry);
    if (index >= 0) entries.splice(index, 1);
    const next = entries[0];
    if (next === undefined) {
      this.#queues.delete(queue);
      this.#signalDrained(queue);
    } else if (index === 0) {
      this.#schedule(next);
    }
  }

  #signalDrained(queue: string): void {
    for (const resolve of this.#drained.get(queue) ?? []) resolve();
    this.#drained.delete(queue);
  }
}
