import type { Clock } from '@interlend/core';
import type { Delivery } from './delivery/delivery.js';
import type { Directory } from './directory.js';
import type { LoanWrites } from './loan-step.js';
import { writeLoanStep } from './loan-step.js';
import { faultOf, type Logger } from './logger.js';
import type { Observer } from './observer.js';
import type { ProtocolRegistry } from './registry.js';
import type { Decision, Store, TransactionRecord } from './store/store.js';

/** What alarms work with. */
export interface AlarmParts {
  readonly store: Store;
  readonly directory: Directory;
  readonly registry: ProtocolRegistry;
  readonly delivery: Delivery;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: Observer;
}

/** Longest sleep, so that a clock that was set forward is noticed. */
const longestSleepMs = 60_000;
const perRound = 100;

/** Wakes the guards of transactions at the time they asked for. */
export class Alarms {
  readonly #parts: AlarmParts;
  #timer: NodeJS.Timeout | undefined;
  #wakesAt = Number.POSITIVE_INFINITY;
  #isStopped = true;
  #round: Promise<void> = Promise.resolve();

  constructor(parts: AlarmParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#isStopped = false;
    await this.ring();
  }

  /** Takes note that a guard wants to be woken. */
  set(at: Date | undefined): void {
    if (at !== undefined && at.getTime() < this.#wakesAt) this.#sleepUntil(at.getTime());
  }

  /** Wakes every guard whose time has come, then sleeps until the next one. */
  ring(): Promise<void> {
    this.#round = this.#round
      .then(() => this.#wakeAll())
      .catch((error: unknown) => {
        this.#parts.logger.error(faultOf(error), 'alarms failed');
        this.#sleepUntil(this.#parts.clock.now().getTime() + longestSleepMs);
      });
    return this.#round;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  async #wakeAll(): Promise<void> {
    const { store, clock } = this.#parts;
    for (;;) {
      if (this.#isStopped) return;
      const due = await store.due(clock.now(), perRound);
      await Promise.all(due.map((record) => this.#wake(record.id)));
      if (due.length < perRound) break;
    }
    const next = await store.nextWakeAt();
    this.#wakesAt = Number.POSITIVE_INFINITY;
    this.#sleepUntil(next?.getTime() ?? Number.POSITIVE_INFINITY);
  }

  async #wake(id: string): Promise<void> {
    const { store, delivery, observer, logger } = this.#parts;
    try {
      const { result, posted } = await store.step({ id }, ([record]) => this.#expire(record));
      if (result) observer.stepped(result.record, result.writes);
      delivery.offer(posted);
    } catch (error) {
      logger.error({ transaction: id, ...faultOf(error) }, 'timer failed');
      // Switched off rather than rung for ever; the failure stands in the log.
      await store.step({ id }, ([record]) => ({
        writes: record ? { transaction: { ...record, wakeAt: undefined } } : {},
        result: undefined,
      }));
    }
  }

  #expire(record: TransactionRecord | undefined): Decision<LoanWrites | undefined> {
    const { registry, directory, clock } = this.#parts;
    const now = clock.now();
    if (!record?.wakeAt || record.wakeAt > now) return { writes: {}, result: undefined };
    const protocol = registry.get(record.protocol)?.protocol;
    if (!protocol) throw new Error(`protocol ${record.protocol} is not known`);
    const context = directory.guardContext(record.peer, now);
    const step = protocol.expire(record.guard, context);
    const written = writeLoanStep({
      record: { ...record, wakeAt: undefined },
      protocol,
      source: 'timer',
      context,
      step,
      event: step.event,
      carrier: 'first-reply',
      warnings: step.warnings,
    });
    return { writes: written.writes, result: written };
  }

  #sleepUntil(at: number): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#wakesAt = at;
    const sleep = Math.min(Math.max(at - this.#parts.clock.now().getTime(), 0), longestSleepMs);
    this.#timer = setTimeout(() => void this.ring(), sleep);
    this.#timer.unref();
  }
}
