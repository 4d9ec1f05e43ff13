import type { ReceivedApdu } from '../received.js';

/** An APDU that came in; `release` says that it was attended to. */
export interface Arrival {
  readonly received: ReceivedApdu;
  readonly release: () => void;
}

/** APDUs that wait for a double's attention. */
export class Inbox {
  readonly #arrivals: Arrival[] = [];
  #isClosed = false;
  #wake = (): void => {};

  /** Resolves when the double has attended to it. */
  put(received: ReceivedApdu): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((release) => {
      this.#arrivals.push({ received, release });
      this.#wake();
    });
  }

  /** The next one; `undefined` when there will be no more. Only one may wait. */
  async next(): Promise<Arrival | undefined> {
    for (;;) {
      const arrival = this.#arrivals.shift();
      if (arrival || this.#isClosed) return arrival;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Nobody attends to APDUs any more. */
  close(): void {
    this.#isClosed = true;
    for (const { release } of this.#arrivals.splice(0)) release();
    this.#wake();
  }
}
