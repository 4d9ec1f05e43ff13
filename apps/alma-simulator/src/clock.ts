import { type Clock, systemClock } from '@interlend/core';

/** A clock that staff can put forward, so that a loan of weeks is rehearsed in minutes. */
export class SimulatorClock implements Clock {
  readonly #running: Clock;
  #aheadMs = 0;

  /** @param running the clock it follows; one that stands still makes rehearsals repeatable */
  constructor(running: Clock = systemClock) {
    this.#running = running;
  }

  now(): Date {
    return new Date(this.#running.now().getTime() + this.#aheadMs);
  }

  /** Lets time pass. It never goes back: messages carry their time, and partners compare it. */
  advance(ms: number): Date {
    if (!Number.isSafeInteger(ms) || ms < 0)
      throw new RangeError('expected a whole number of milliseconds, not below zero');
    this.#aheadMs += ms;
    return this.now();
  }
}
