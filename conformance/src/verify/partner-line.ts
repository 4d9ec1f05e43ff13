import {
  type Acceptor,
  type Connection,
  type Connector,
  isInterlendError,
  type Listening,
  type PeerAddress,
} from '@interlend/core';
import { readFrames } from '@interlend/transport/frames';
import { CheckFailure, HarnessError, NotTried } from '../run/checks.js';
import type { LiveManner, ProtocolUnderTest } from '../run/protocols.js';
import { type Arrival, Arrivals } from './arrivals.js';

/** How a partner is reached and heard. */
export interface LineOptions {
  readonly connector: Connector;
  readonly acceptor: Acceptor;
  readonly target: PeerAddress;
  /** Whether the connections to the partner are over TLS. */
  readonly isSecured: boolean;
  /** Where the partner opens connections; absent where it cannot. */
  readonly listen?: PeerAddress;
  readonly manner: LiveManner;
  readonly put: ProtocolUnderTest;
}

const maxFrameAgeMs = 30_000;
const openWithinMs = 15_000;
/** Who refuses a certificate does so at once. */
const refusesWithinMs = 3_000;
/** Troubles that are told; a partner that tries again and again has the same ones. */
const mostTroubles = 3;

/** Both directions to a live partner, in the manner of its transport. */
export class PartnerLine {
  readonly #options: LineOptions;
  readonly #arrivals = new Arrivals();
  readonly #troubles: string[] = [];
  #listening: Listening | undefined;
  /** What was taken last: an answer goes where it came from. */
  #taken: Arrival | undefined;
  /** Of a two-way conversation: the connection that carries it, whoever opened it. */
  #carrier: Connection | undefined;
  /** Aborts when the connections that we opened for this conversation shall end. */
  #ending = new AbortController();

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** Begins to listen, where it shall; gives the address that it has then. @throws TransportError */
  async listen(): Promise<PeerAddress | undefined> {
    const { acceptor, listen } = this.#options;
    if (!listen) return undefined;
    this.#listening = await acceptor.listen(listen, async (connection, { signal }) => {
      await this.#read(connection, signal);
      await connection.end();
    });
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
    this.#carrier = undefined;
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

  /** Told by the acceptor of a connection that failed, for instance in its handshake. */
  noteTrouble(what: string): void {
    if (this.#troubles.length < mostTroubles && !this.#troubles.includes(what)) this.#troubles.push(what);
  }

  /**
   * Opens a connection to the partner and ends it. Over TLS a partner that refuses our certificate says so only after
   * the handshake, so that its end is awaited too.
   *
   * @throws TransportError @throws TimeoutError @throws HarnessError
   */
  async knock(): Promise<void> {
    const connection = await this.#open();
    try {
      await connection.end();
      const deadline = AbortSignal.timeout(refusesWithinMs);
      while (await connection.receive({ signal: deadline }));
    } catch (error) {
      const code = isInterlendError(error) ? error.code : undefined;
      if (code === 'tls') throw error;
      if (code === 'lost' && this.#options.isSecured) {
        throw new HarnessError(
          'it broke the connection off after the TLS handshake; it may want a client certificate of an authority that it knows',
          { cause: error },
        );
      }
      // A partner that takes nothing without a message may break off here.
    } finally {
      await connection.close();
    }
  }

  /**
   * Says a message.
   *
   * @throws TransportError @throws TimeoutError @throws CheckFailure when the partner cannot be known to have it
   */
  say(bytes: Uint8Array): Promise<void> {
    switch (this.#options.manner) {
      case 'one-way':
        return this.#sayAlone(bytes);
      case 'two-way':
        return this.#sayOnCarrier(bytes);
      case 'answered':
        return this.#isAnswer(bytes) ? this.#answer(bytes) : this.#ask(bytes);
      default:
        return this.#options.manner satisfies never;
    }
  }

  /**
   * The next arrival, or `undefined` when none comes in time.
   *
   * @throws NotTried when nothing can come, or `signal` aborts; its reason says why
   */
  async next(withinMs: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    if (!this.#options.listen && !this.#carrier && this.waiting.length === 0) {
      throw new NotTried(
        "no place where the partner's messages come: give --listen HOST:PORT, and tell the partner",
      );
    }
    this.#taken = await this.#arrivals.next(withinMs, signal);
    return this.#taken;
  }

  #open(): Promise<Connection> {
    const { connector, target } = this.#options;
    return connector.open(target, { timeoutMs: openWithinMs });
  }

  /** On a connection of its own, whose end in order is the acknowledgement. What comes back on it is an arrival too. */
  async #sayAlone(bytes: Uint8Array): Promise<void> {
    const connection = await this.#open();
    try {
      await connection.send(bytes);
      await connection.end();
      const deadline = AbortSignal.timeout(openWithinMs);
      await this.#read(connection, deadline);
      if (deadline.aborted) {
        throw new CheckFailure(
          `the partner did not end the connection within ${openWithinMs} ms, so that nobody knows whether it has the message`,
        );
      }
    } finally {
      await connection.close();
    }
  }

  async #sayOnCarrier(bytes: Uint8Array): Promise<void> {
    if (!this.#carrier) {
      const connection = await this.#open();
      this.#carrier = connection;
      void this.#attend(connection, this.#ending.signal);
    }
    await this.#carrier.send(bytes);
  }

  /** Hears a connection that we opened until the conversation ends. Never rejects: whoever waits is told that none came, and why. */
  async #attend(connection: Connection, signal: AbortSignal): Promise<void> {
    try {
      await this.#read(connection, signal);
      await connection.end();
    } catch (error) {
      this.noteTrouble(error instanceof Error ? error.message : String(error));
    } finally {
      await connection.close();
    }
  }

  async #ask(bytes: Uint8Array): Promise<void> {
    const connection = await this.#open();
    try {
      await connection.send(bytes);
      await this.#read(connection, AbortSignal.timeout(openWithinMs), (frame) => this.#isAnswer(frame));
    } finally {
      await connection.close();
    }
  }

  async #answer(bytes: Uint8Array): Promise<void> {
    if (!this.#taken || 'problem' in this.#taken) throw new CheckFailure('there is nothing to be answered');
    await this.#taken.answer(bytes);
  }

  #isAnswer(bytes: Uint8Array): boolean {
    const { protocol, onTheSpot } = this.#options.put;
    return onTheSpot?.isAnswer(protocol.decode(bytes).message) ?? false;
  }

  /** Reads messages until the connection ends, somebody says goodbye, or one is the last that is wanted. */
  async #read(
    connection: Connection,
    signal?: AbortSignal,
    isLast: (frame: Uint8Array) => boolean = () => false,
  ): Promise<void> {
    const { manner, put } = this.#options;
    const limits = { maxFrameAgeMs, ...(signal ? { signal } : {}) };
    const answer = (bytes: Uint8Array): Promise<void> => connection.send(bytes);
    try {
      for await (const bytes of readFrames(connection, put.protocol.createFramer(), limits)) {
        if (put.onTheSpot?.isGoodbye(put.protocol.decode(bytes).message)) return;
        if (manner === 'two-way') this.#carrier = connection;
        if (put.onTheSpot?.isGreeting(put.protocol.decode(bytes).message)) continue;
        this.#arrivals.put({ bytes, answer });
        if (isLast(bytes)) return;
      }
    } catch (error) {
      if (signal?.aborted) return;
      // Octets that are no message are evidence; a lost connection is one only to whoever waits on it.
      if (!isInterlendError(error) || error.name !== 'DecodeError') throw error;
      this.#arrivals.put({
        problem: `octets that are no message came from ${connection.peer}: ${error.message}`,
      });
    } finally {
      if (this.#carrier === connection) this.#carrier = undefined;
    }
  }
}
