import type { Clock } from '@interlend/core';
import type { Outcome } from './outcome.js';

/** How many calls a double allows. */
export interface ThresholdOptions {
  /** 25 when absent. */
  readonly perSecond?: number;
  /** A hundred thousand when absent. */
  readonly perDay?: number;
}

/** Counts calls: those of the last second, and those of the day by the calendar in UTC. */
export class Thresholds {
  readonly #perSecond: number;
  readonly #perDay: number;
  readonly #clock: Clock;
  readonly #recent: number[] = [];
  #day = '';
  #used = 0;

  constructor({ perSecond = 25, perDay = 100_000 }: ThresholdOptions, clock: Clock) {
    this.#perSecond = perSecond;
    this.#perDay = perDay;
    this.#clock = clock;
  }

  get remaining(): number {
    return Math.max(this.#perDay - this.#used, 0);
  }

  /** Counts a call; gives why it is refused. */
  refusal(): Outcome | undefined {
    const now = this.#clock.now();
    const day = now.toISOString().slice(0, 10);
    if (day !== this.#day) {
      this.#day = day;
      this.#used = 0;
    }
    if (this.#used >= this.#perDay) {
      const message = 'Daily API Threshold has been reached.';
      return { kind: 'error', errorCode: 'DAILY_THRESHOLD', message, status: 429, isTracked: false };
    }
    const from = now.getTime() - 1000;
    while (this.#recent[0] !== undefined && this.#recent[0] <= from) this.#recent.shift();
    if (this.#recent.length >= this.#perSecond) {
      const message = 'HTTP requests are more than allowed per second';
      return { kind: 'error', errorCode: 'PER_SECOND_THRESHOLD', message, status: 429, isTracked: false };
    }
    this.#recent.push(now.getTime());
    this.#used++;
    return undefined;
  }
}
