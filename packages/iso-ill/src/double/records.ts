import type { OneWayDelivery } from '../client.js';
import type { IllApdu } from '../messages/apdus.js';
import type { ReceivedApdu } from '../received.js';

/** What a double heard, said, or did not say. */
export type DoubleRecord =
  | { readonly direction: 'in'; readonly received: ReceivedApdu }
  /** Kept when the sending begins; `message` is absent when the octets are no APDU. */
  | { readonly direction: 'out'; readonly bytes: Uint8Array; readonly message?: IllApdu }
  /** What is known of the delivery of octets on a one-way connection. */
  | { readonly direction: 'sent'; readonly bytes: Uint8Array; readonly delivery: OneWayDelivery }
  /** Octets could not be handed over. */
  | { readonly direction: 'unsent'; readonly bytes: Uint8Array; readonly failure: unknown }
  /** The octets of a connection could not be cut into APDUs, or it broke. */
  | { readonly direction: 'lost'; readonly failure: unknown }
  /** The behaviour wanted to say something that the wire does not allow now. */
  | { readonly direction: 'unsaid'; readonly failure: unknown };

/** Everything that happened to a double, for tests to look at and to wait for. */
export class Records {
  readonly all: DoubleRecord[] = [];
  #waiting: { readonly isThere: () => boolean; readonly resolve: () => void }[] = [];

  add(record: DoubleRecord): void {
    this.all.push(record);
    const { waiting, ready } = Object.groupBy(this.#waiting, ({ isThere }) =>
      isThere() ? 'ready' : 'waiting',
    );
    this.#waiting = waiting ?? [];
    for (const { resolve } of ready ?? []) resolve();
  }

  /** Resolves when so many records are as wanted. */
  async until(isWanted: (record: DoubleRecord) => boolean, count: number): Promise<readonly DoubleRecord[]> {
    const found = (): DoubleRecord[] => this.all.filter(isWanted);
    const isThere = (): boolean => found().length >= count;
    if (!isThere()) await new Promise<void>((resolve) => this.#waiting.push({ isThere, resolve }));
    return found();
  }
}
