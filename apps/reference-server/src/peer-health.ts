import type { Clock, LibrarySymbol } from '@interlend/core';
import type { Observer } from './observer.js';
import type { AttemptOutcome, OutboxItem, Processed } from './store/store.js';

/** When things last went well or wrong with a partner, since the server started. */
export interface PeerRecord {
  readonly lastReceived?: Date;
  readonly lastDelivered?: Date;
  readonly lastFailed?: Date;
  /** What went wrong last. */
  readonly problem?: string;
  /** Failed attempts since the last delivery. */
  readonly failures: number;
}

const unknown: PeerRecord = { failures: 0 };

/** Watches how the exchange with each partner goes. */
export class PeerHealth implements Partial<Observer> {
  readonly #clock: Clock;
  readonly #records = new Map<string, PeerRecord>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(symbol: LibrarySymbol): PeerRecord {
    return this.#records.get(symbol.toLowerCase()) ?? unknown;
  }

  processed(sender: LibrarySymbol | undefined, { processing }: Processed): void {
    if (sender === undefined || processing !== 'done') return;
    this.#put(sender, { ...this.of(sender), lastReceived: this.#clock.now() });
  }

  attempted({ peer }: OutboxItem, _octets: number, outcome: AttemptOutcome): void {
    const now = this.#clock.now();
    const before = this.of(peer);
    this.#put(
      peer,
      outcome.kind === 'delivered'
        ? { ...before, lastDelivered: now, failures: 0 }
        : { ...before, lastFailed: now, problem: outcome.problem, failures: before.failures + 1 },
    );
  }

  #put(symbol: LibrarySymbol, record: PeerRecord): void {
    this.#records.set(symbol.toLowerCase(), record);
  }
}
