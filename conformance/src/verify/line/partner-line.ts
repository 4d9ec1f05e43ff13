import type { Listening, PeerAddress } from '@interlend/core';
import { NotTried } from '../../run/checks.js';
import type { LiveManner } from '../../run/live.js';
import { answered } from './answered.js';
import { type Arrival, Arrivals } from './arrivals.js';
import type { Carrier, Ears, Reach } from './carrier.js';
import { mail } from './mail.js';
import { oneWay } from './one-way.js';
import { twoWay } from './two-way.js';

/** How a partner is reached and heard, and where. */
export interface LineOptions extends Reach {
  /** Where the partner opens connections; absent where it cannot. */
  readonly listen?: PeerAddress;
  readonly manner: LiveManner;
}

const carriers: Readonly<Record<LiveManner, (reach: Reach, ears: () => Ears) => Carrier>> = {
  'one-way': oneWay,
  'two-way': twoWay,
  answered,
  mail,
};

/** Troubles that are told; a partner that tries again and again has the same ones. */
const mostTroubles = 3;

/** Both directions to a live partner, in the manner of its transport. */
export class PartnerLine {
  readonly #listen: PeerAddress | undefined;
  readonly #carrier: Carrier;
  readonly #arrivals = new Arrivals();
  readonly #troubles: string[] = [];
  #listening: Listening | undefined;
  /** What was taken last: an answer goes where it came from. */
  #taken: Arrival | undefined;
  /** Aborts when what belongs to this conversation shall end. */
  #ending = new AbortController();
  #isAlive = false;

  constructor({ listen, manner, ...reach }: LineOptions) {
    this.#listen = listen;
    this.#carrier = carriers[manner](reach, () => ({
      arrivals: this.#arrivals,
      noteTrouble: (what) => this.noteTrouble(what),
      noteLife: () => {
        this.#isAlive = true;
      },
      ending: this.#ending.signal,
    }));
  }

  /** Begins to listen, where it shall; gives the address that it has then. @throws TransportError */
  async listen(): Promise<PeerAddress | undefined> {
    if (!this.#listen) return undefined;
    this.#listening = await this.#carrier.listen(this.#listen);
    return this.#listening.address;
  }

  async close(): Promise<void> {
    this.reset();
    await this.#listening?.close();
  }

  /**
   * Between two conversations: what comes too late belongs to none. Connections that the partner opened are its own to
   * keep; those that we opened end.
   */
  reset(): void {
    this.#ending.abort();
    this.#ending = new AbortController();
    this.#carrier.reset();
    this.#taken = undefined;
    this.#troubles.length = 0;
    this.#arrivals.clear();
  }

  /** What came and nobody asked for yet. */
  get waiting(): readonly Arrival[] {
    return this.#arrivals.waiting;
  }

  /** Connections from the partner that came to nothing in this conversation. */
  get troubles(): readonly string[] {
    return this.#troubles;
  }

  /** Whether the partner ever said anything, or acknowledged what was said. */
  get isAlive(): boolean {
    return this.#isAlive || this.#arrivals.hasHeard;
  }

  /** Told by the acceptor of a connection that failed, for instance in its handshake. */
  noteTrouble(what: string): void {
    if (this.#troubles.length < mostTroubles && !this.#troubles.includes(what)) this.#troubles.push(what);
  }

  /** Sees whether somebody is there. @throws TransportError @throws TimeoutError @throws HarnessError */
  knock(): Promise<void> {
    return this.#carrier.knock();
  }

  /**
   * Says a message.
   *
   * @throws TransportError @throws TimeoutError @throws PeerError @throws CheckFailure when the partner cannot be known to have it
   */
  say(bytes: Uint8Array): Promise<void> {
    return this.#carrier.say(bytes, this.#taken);
  }

  /**
   * The next arrival, or `undefined` when none comes in time.
   *
   * @throws NotTried when nothing can come, or `signal` aborts; its reason says why
   */
  async next(withinMs: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    if (!this.#listen && !this.#carrier.hearsWithoutListener && this.waiting.length === 0) {
      throw new NotTried(
        "no place where the partner's messages come: give --listen HOST:PORT, and tell the partner",
      );
    }
    this.#taken = await this.#arrivals.next(withinMs, signal);
    return this.#taken;
  }
}
