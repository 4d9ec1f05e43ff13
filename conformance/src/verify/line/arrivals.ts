import { NotTried } from '../../run/checks.js';

/** Something that came from the partner: a whole message, or octets that are none. */
export type Arrival =
  | {
      readonly bytes: Uint8Array;
      /** Answers it on the connection that brought it; absent where nothing is answered there. */
      answer?(bytes: Uint8Array): void;
    }
  | { readonly problem: string };

/** No partner has more to say than this that nobody waits for. */
const mostArrivals = 1000;

/** What came and nobody asked for yet, in its order. */
export class Arrivals {
  readonly #queue: Arrival[] = [];
  #wake: (() => void) | undefined;
  #hasHeard = false;

  /** Whether anything ever came. */
  get hasHeard(): boolean {
    return this.#hasHeard;
  }

  get waiting(): readonly Arrival[] {
    return this.#queue;
  }

  put(arrival: Arrival): void {
    this.#hasHeard = true;
    if (this.#queue.length < mostArrivals) this.#queue.push(arrival);
    this.#wake?.();
  }

  clear(): void {
    this.#queue.length = 0;
  }

  /**
   * The next arrival, or `undefined` when none comes in time.
   *
   * @throws NotTried when `signal` aborts; its reason says why
   */
  async next(withinMs: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    if (this.#queue.length === 0 && !signal?.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, withinMs);
      signal?.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      clearTimeout(timer);
      this.#wake = undefined;
    }
    if (signal?.aborted && this.#queue.length === 0) throw new NotTried(String(signal.reason));
    return this.#queue.shift();
  }
}
