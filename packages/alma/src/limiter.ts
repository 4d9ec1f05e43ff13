import { ConfigError } from '@interlend/core';
import { AlmaError } from './errors.js';
import type { OperationId } from './operations.js';
import { type Pacing, systemPacing } from './pacing.js';

/** How to keep within the limits of an institution. */
export interface LimiterOptions {
  /** Calls within any second; 25 when absent, what Alma allows a whole institution. Take less when others call too. */
  readonly perSecond?: number;
  /** Calls of the day that are left to others: at so many remaining, none is made here. 0 when absent. */
  readonly keepRemaining?: number;
  /** How often to look whether there are calls again, once there were none; 15 minutes when absent. */
  readonly probeEveryMs?: number;
  /** Told each time Alma says how many calls of the day remain. */
  readonly onRemaining?: (remaining: number) => void;
  readonly pacing?: Pacing;
}

interface Waiter {
  readonly operation: OperationId;
  /** Calls of the day to leave to others. */
  readonly keep: number;
  readonly admit: () => void;
  readonly refuse: (why: AlmaError) => void;
}

/** Gives a place back, with what the answer said of the day. */
export type LeavePlace = (remaining?: number) => void;

const windowMs = 1000;

/**
 * Keeps all calls of an institution within its limits. Clients that share one share the limits. A call takes one of
 * `perSecond` places and gives it back a second after its answer: however long a network holds calls up, no second at
 * Alma's end sees more than that.
 */
export class AlmaLimiter {
  readonly #perSecond: number;
  readonly #keepRemaining: number;
  readonly #probeEveryMs: number;
  readonly #onRemaining: (remaining: number) => void;
  readonly #pacing: Pacing;
  /** When places become free, the earliest first. */
  readonly #cooling: number[] = [];
  readonly #waiters = new Set<Waiter>();
  #underWay = 0;
  #isTimerSet = false;
  #remaining: number | undefined;
  /** Calls that had begun when `#remaining` was said: their answers may be older than it. */
  #begunBefore = 0;
  #begun = 0;
  #isAnswered = false;
  #probeAt = 0;

  /** @throws ConfigError when a number is not usable */
  constructor(options: LimiterOptions = {}) {
    this.#perSecond = whole('perSecond', options.perSecond ?? 25, 1);
    this.#keepRemaining = whole('keepRemaining', options.keepRemaining ?? 0, 0);
    this.#probeEveryMs = whole('probeEveryMs', options.probeEveryMs ?? 15 * 60_000, 1);
    this.#onRemaining = options.onRemaining ?? (() => {});
    this.#pacing = options.pacing ?? systemPacing;
  }

  /** Calls of the day that remain, as Alma said last. */
  get remaining(): number | undefined {
    return this.#remaining;
  }

  /**
   * Waits for a place, first come, first served. Call what it gives when the answer is there.
   *
   * @throws AlmaError `daily-limit` without a call when too few remain
   */
  async enter(
    operation: OperationId,
    options: { readonly signal?: AbortSignal | undefined; readonly keepRemaining?: number | undefined } = {},
  ): Promise<LeavePlace> {
    options.signal?.throwIfAborted();
    await this.#place(operation, options.keepRemaining ?? this.#keepRemaining, options.signal);
    const number = ++this.#begun;
    let isLeft = false;
    return (remaining) => {
      if (isLeft) return;
      isLeft = true;
      this.#isAnswered = true;
      this.#underWay--;
      this.#cooling.push(this.#pacing.nowMs() + windowMs);
      // More than was known is news of a new day, unless the call is older than that knowledge.
      const isOld =
        number <= this.#begunBefore && remaining !== undefined && remaining > (this.#remaining ?? 0);
      if (remaining !== undefined && !isOld) this.noteRemaining(remaining);
      this.#admit();
    };
  }

  /** Takes note of what an answer says about the day. */
  noteRemaining(remaining: number): void {
    this.#remaining = remaining;
    this.#begunBefore = this.#begun;
    this.#probeAt = this.#pacing.nowMs() + this.#probeEveryMs;
    this.#onRemaining(remaining);
  }

  /**
   * What the day says of one more call. Calls under way count as made; `later`: their answers will tell, and so will the
   * first one of all where some are to be kept.
   */
  #judge({ operation, keep }: Waiter): 'now' | 'later' | AlmaError {
    if (this.#remaining === undefined)
      return keep > 0 && !this.#isAnswered && this.#underWay > 0 ? 'later' : 'now';
    if (this.#remaining - this.#underWay > keep) return 'now';
    if (this.#remaining > keep) return 'later';
    const now = this.#pacing.nowMs();
    if (now >= this.#probeAt) {
      // One call finds out whether a new day has begun.
      this.#probeAt = now + this.#probeEveryMs;
      return 'now';
    }
    return new AlmaError(
      'daily-limit',
      `${operation}: not called, ${this.#remaining} calls of the day remain and ${keep} are kept`,
      { operation },
    );
  }

  #place(operation: OperationId, keep: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#waiters.delete(waiter);
        reject(signal?.reason);
      };
      const done = (): void => signal?.removeEventListener('abort', stop);
      const waiter: Waiter = {
        operation,
        keep,
        admit: () => {
          done();
          resolve();
        },
        refuse: (why) => {
          done();
          reject(why);
        },
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#waiters.add(waiter);
      this.#admit();
    });
  }

  #admit(): void {
    const now = this.#pacing.nowMs();
    while (this.#cooling[0] !== undefined && this.#cooling[0] <= now) this.#cooling.shift();
    for (const waiter of this.#waiters) {
      const judgement = this.#judge(waiter);
      if (judgement === 'later') break;
      const isRefused = judgement !== 'now';
      if (!isRefused && this.#underWay + this.#cooling.length >= this.#perSecond) break;
      this.#waiters.delete(waiter);
      if (isRefused) waiter.refuse(judgement);
      else {
        this.#underWay++;
        waiter.admit();
      }
    }
    const [next] = this.#cooling;
    if (this.#waiters.size === 0 || next === undefined || this.#isTimerSet) return;
    this.#isTimerSet = true;
    // Without a signal it never rejects.
    void this.#pacing.wait(Math.max(next - now, 1)).then(() => {
      this.#isTimerSet = false;
      this.#admit();
    });
  }
}

function whole(key: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  const accepted = `a whole number from ${least}`;
  throw new ConfigError(`${key}: expected ${accepted}`, { key, accepted });
}
