import { longestWaitMs } from './limits.js';

/** Calls `ring` after a time and returns what cancels that. */
export type After = (ms: number, ring: () => void) => () => void;

/** Waits by the timers of the platform. */
export const afterRealTime: After = (ms, ring) => {
  const timer = setTimeout(ring, Math.min(ms, longestWaitMs));
  return () => clearTimeout(timer);
};

/**
 * The one budget of a whole attempt: every phase, from the lookup to the close, spends from it. It rings once, to
 * whoever listens at that time.
 */
export class Deadline {
  readonly budgetMs: number;
  #ring: () => void = () => {};
  #hasRung = false;
  readonly #cancel: () => void;

  constructor(budgetMs: number, after: After) {
    this.budgetMs = budgetMs;
    this.#cancel = after(budgetMs, () => {
      this.#hasRung = true;
      this.#ring();
    });
  }

  /** Hands the bell to the next phase; rings at once when the time is over already. */
  onRing(ring: () => void): void {
    this.#ring = ring;
    if (this.#hasRung) ring();
  }

  /** Ends the attempt: the bell stays silent. */
  clear(): void {
    this.#ring = () => {};
    this.#cancel();
  }
}
