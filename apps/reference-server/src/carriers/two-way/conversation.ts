import { type Connection, type Framer, TransportError } from '@interlend/core';
import { readFrames } from '@interlend/transport/frames';
import type { Channel } from '../carrier.js';

/** What a conversation needs to know. */
export interface ConversationOptions {
  readonly connection: Connection;
  readonly framer: Framer;
  /** How long the peer has to break the connection before what was said counts as taken. */
  readonly settleMs: number;
  /** How long a begun message may take to come in whole. */
  readonly maxFrameAgeMs: number;
  /** Called for every message that comes in. Further octets are read when its promise settles. */
  readonly hear: (raw: Uint8Array) => Promise<void>;
}

/**
 * A connection on which both sides may speak. What was said counts as taken when the peer says something afterwards, ends
 * the connection in order, or leaves it unbroken for a while: the wire has no other confirmation.
 */
export class Conversation implements Channel {
  readonly peer: string;
  readonly #connection: Connection;
  readonly #framer: Framer;
  readonly #settleMs: number;
  readonly #maxFrameAgeMs: number;
  readonly #hear: (raw: Uint8Array) => Promise<void>;
  readonly #waiting = new Set<(error: unknown) => void>();
  #isClosed = false;
  #lastMoved = Date.now();

  constructor({ connection, framer, settleMs, maxFrameAgeMs, hear }: ConversationOptions) {
    this.peer = connection.peer;
    this.#connection = connection;
    this.#framer = framer;
    this.#settleMs = settleMs;
    this.#maxFrameAgeMs = maxFrameAgeMs;
    this.#hear = hear;
  }

  /** Whether something can be said. */
  get isOpen(): boolean {
    return !this.#isClosed;
  }

  /** How long nothing was said or heard. */
  get idleMs(): number {
    return this.#waiting.size > 0 ? 0 : Date.now() - this.#lastMoved;
  }

  /** Sends one message and waits until it counts as taken. @throws TransportError @throws TimeoutError */
  async say(raw: Uint8Array, signal?: AbortSignal): Promise<void> {
    if (this.#isClosed) {
      throw new TransportError('closed', 'connection is closed', { peer: this.peer, phase: 'send' });
    }
    await this.#connection.send(raw, signal === undefined ? {} : { signal });
    this.#lastMoved = Date.now();
    await new Promise<void>((resolve, reject) => {
      const settle = (error: unknown): void => {
        clearTimeout(timer);
        this.#waiting.delete(settle);
        if (error === undefined) resolve();
        else reject(error);
      };
      const timer = setTimeout(() => settle(undefined), this.#settleMs);
      this.#waiting.add(settle);
      if (this.#isClosed) settle(undefined);
    });
  }

  /**
   * Hears messages until the peer ends or the connection breaks. Afterwards things may still be said until
   * {@link Conversation.close} when the peer only ended its own side.
   *
   * @throws DecodeError when what comes in cannot be this protocol
   * @throws TransportError @throws TimeoutError when the connection breaks
   */
  async listen(signal?: AbortSignal): Promise<void> {
    let outcome: unknown;
    try {
      const options = { maxFrameAgeMs: this.#maxFrameAgeMs, ...(signal === undefined ? {} : { signal }) };
      for await (const raw of readFrames(this.#connection, this.#framer, options)) {
        this.#lastMoved = Date.now();
        this.#settle(undefined);
        await this.#hear(raw);
      }
    } catch (error) {
      outcome = error;
      this.#isClosed = true;
      throw error;
    } finally {
      this.#settle(outcome);
    }
  }

  /** Ends both directions. What waits counts as taken: it was handed over and the connection was whole. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#settle(undefined);
    await this.#connection.end().catch(() => undefined);
    await this.#connection.close();
  }

  #settle(error: unknown): void {
    for (const settle of [...this.#waiting]) settle(error);
  }
}
