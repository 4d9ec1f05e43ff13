import {
  type Acceptor,
  type Connection,
  type Connector,
  type Framer,
  isInterlendError,
  type Listening,
  type PeerAddress,
} from '@interlend/core';
import { readFrames } from '@interlend/transport/frames';
import { CheckFailure, NotTried } from '../run/checks.js';

/** Something that came from the partner: a whole message, or octets that are none. */
export type Arrival = { readonly bytes: Uint8Array } | { readonly problem: string };

/** How a partner is reached and heard. */
export interface LineOptions {
  readonly connector: Connector;
  readonly acceptor: Acceptor;
  readonly target: PeerAddress;
  /** Where the partner says its answers; absent where it cannot. */
  readonly listen?: PeerAddress;
  createFramer(): Framer;
}

const maxFrameAgeMs = 30_000;
const openWithinMs = 15_000;
/** No partner has more to say than this that nobody waits for. */
const mostArrivals = 1000;

/** Both directions to a live partner: it is told things over connections to it, and says things over connections from it. */
export class PartnerLine {
  readonly #options: LineOptions;
  readonly #arrivals: Arrival[] = [];
  #listening: Listening | undefined;
  #wake: (() => void) | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** Begins to listen, where it shall; gives the address that it has then. @throws TransportError */
  async listen(): Promise<PeerAddress | undefined> {
    const { acceptor, listen } = this.#options;
    if (!listen) return undefined;
    this.#listening = await acceptor.listen(listen, (connection, { signal }) =>
      this.#hear(connection, signal),
    );
    return this.#listening.address;
  }

  async close(): Promise<void> {
    await this.#listening?.close();
  }

  /** What came and nobody asked for yet. */
  get waiting(): readonly Arrival[] {
    return this.#arrivals;
  }

  /** Opens a connection to the partner and ends it. @throws TransportError @throws TimeoutError */
  async knock(): Promise<void> {
    const { connector, target } = this.#options;
    const connection = await connector.open(target, { timeoutMs: openWithinMs });
    await connection.close();
  }

  /**
   * Says a message on a connection of its own, and waits until the partner has ended it in order. What comes back on it is
   * an arrival too.
   *
   * @throws TransportError @throws TimeoutError @throws CheckFailure when the partner cannot be known to have it
   */
  async say(bytes: Uint8Array): Promise<void> {
    const { connector, target } = this.#options;
    const connection = await connector.open(target, { timeoutMs: openWithinMs });
    try {
      await connection.send(bytes);
      await connection.end();
      const deadline = AbortSignal.timeout(openWithinMs);
      await this.#readAll(connection, deadline);
      if (deadline.aborted) {
        throw new CheckFailure(
          `the partner did not end the connection within ${openWithinMs} ms, so that nobody knows whether it has the message`,
        );
      }
    } finally {
      await connection.close();
    }
  }

  /**
   * The next arrival, or `undefined` when none comes in time.
   *
   * @throws NotTried when there is no listener, or `signal` aborts; its reason says why
   */
  async next(withinMs: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    if (!this.#options.listen && this.#arrivals.length === 0) {
      throw new NotTried(
        "no place where the partner's messages come: give --listen HOST:PORT, and tell the partner",
      );
    }
    if (this.#arrivals.length === 0 && !signal?.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, withinMs);
      signal?.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      clearTimeout(timer);
      this.#wake = undefined;
    }
    if (signal?.aborted && this.#arrivals.length === 0) throw new NotTried(String(signal.reason));
    return this.#arrivals.shift();
  }

  #put(arrival: Arrival): void {
    if (this.#arrivals.length < mostArrivals) this.#arrivals.push(arrival);
    this.#wake?.();
  }

  async #hear(connection: Connection, signal: AbortSignal): Promise<void> {
    await this.#readAll(connection, signal);
    await connection.end();
  }

  async #readAll(connection: Connection, signal?: AbortSignal): Promise<void> {
    const framer = this.#options.createFramer();
    const limits = { maxFrameAgeMs, ...(signal ? { signal } : {}) };
    try {
      for await (const bytes of readFrames(connection, framer, limits)) this.#put({ bytes });
    } catch (error) {
      if (signal?.aborted) return;
      // Octets that are no message are evidence; a lost connection is one only to whoever waits on it.
      if (!isInterlendError(error) || error.name !== 'DecodeError') throw error;
      this.#put({ problem: `octets that are no message came from ${connection.peer}: ${error.message}` });
    }
  }
}
