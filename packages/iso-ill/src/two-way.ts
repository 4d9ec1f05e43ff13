import {
  type Connection,
  type Connector,
  isInterlendError,
  type PeerAddress,
  TransportError,
  type TransportErrorCode,
} from '@interlend/core';
import { readFrames } from '@interlend/transport/frames';
import { createFramer, type DecodeOptions, decode, type EncodeOptions } from './codec.js';
import { type ConversationLimits, defaultConversationLimits } from './limits.js';
import type { ApduName } from './messages/enumerations.js';
import type { TransactionId } from './messages/types.js';
import {
  isSameTransaction,
  type OutgoingApdu,
  octetsOf,
  type ReceivedApdu,
  readReceived,
} from './received.js';
import { salvage } from './salvage.js';

/** How to open a two-way connection. */
export interface TwoWayOptions {
  readonly connector: Connector;
  readonly address: PeerAddress;
  /** Stops the attempt: the opening, and everything on the connection. */
  readonly signal?: AbortSignal;
  /** For the whole attempt, from the lookup to the close. The connector's own when absent. */
  readonly timeoutMs?: number;
  readonly limits?: Partial<Pick<ConversationLimits, 'maxFrameAgeMs' | 'bufferedApdus'>>;
  readonly encode?: EncodeOptions;
  readonly decode?: DecodeOptions;
}

/** A {@link ReceivedApdu} that could be read. */
export type ReadableApdu = Extract<ReceivedApdu, { readonly kind: 'apdu' }>;

/** What answers an APDU, beside the Status-Or-Error-Report, which answers any. */
const AnswersTo: Readonly<Partial<Record<ApduName, readonly ApduName[]>>> = {
  'ILL-Request': ['ILL-Answer', 'Shipped', 'Forward-Notification', 'Expired'],
  'Conditional-Reply': ['ILL-Answer', 'Shipped', 'Expired'],
  Cancel: ['Cancel-Reply'],
  Renew: ['Renew-Answer'],
};

interface Waiter {
  readonly transactionId: TransactionId;
  readonly answers: readonly ApduName[];
  answer: ReceivedApdu | undefined;
}

/**
 * A connection the way of port 499: both sides say what they have to say on it.
 *
 * ```ts
 * import { type IllApdu, openTwoWay } from '@interlend/iso-ill';
 * import { createTcpConnector } from '@interlend/transport/tcp';
 *
 * async function ask(request: IllApdu): Promise<string> {
 *   const connection = await openTwoWay({
 *     connector: createTcpConnector(),
 *     address: { host: 'ill.example', port: 499 },
 *     timeoutMs: 30_000,
 *   });
 *   try {
 *     const { message } = await connection.request(request);
 *     return message.apdu;
 *   } finally {
 *     await connection.close();
 *   }
 * }
 * ```
 *
 * @throws TransportError @throws TimeoutError
 */
export async function openTwoWay(options: TwoWayOptions): Promise<TwoWayConnection> {
  const { connector, address, signal, timeoutMs } = options;
  const connection = await connector.open(address, {
    ...(signal && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  return new TwoWayConnection(connection, options);
}

/**
 * The APDUs of a two-way connection. Octets are read while somebody waits for an APDU: in {@link TwoWayConnection.request}
 * or in a loop over the connection, which gives what no request waits for and ends when the peer ends its side.
 */
export class TwoWayConnection implements AsyncIterable<ReceivedApdu> {
  readonly #connection: Connection;
  readonly #options: Omit<TwoWayOptions, 'connector' | 'address'>;
  readonly #bufferedApdus: number;
  readonly #frames: AsyncGenerator<Uint8Array, void, undefined>;
  readonly #waiters = new Set<Waiter>();
  readonly #requests = new Set<Promise<unknown>>();
  readonly #unclaimed: ReceivedApdu[] = [];
  #pulling: Promise<void> | undefined;
  #failure: unknown;
  #isEnded = false;
  #isClosed = false;

  constructor(connection: Connection, options: Omit<TwoWayOptions, 'connector' | 'address'> = {}) {
    const { maxFrameAgeMs, bufferedApdus } = { ...defaultConversationLimits, ...options.limits };
    this.#connection = connection;
    this.#options = options;
    this.#bufferedApdus = bufferedApdus;
    this.#frames = readFrames(connection, createFramer(options.decode?.limits), {
      maxFrameAgeMs,
      ...(options.signal && { signal: options.signal }),
    });
  }

  /** `host:port` of the other end. */
  get peer(): string {
    return this.#connection.peer;
  }

  /** @throws EncodeError @throws TransportError @throws TimeoutError */
  async send(apdu: OutgoingApdu): Promise<void> {
    const { encode, signal } = this.#options;
    await this.#connection.send(octetsOf(apdu, encode), signal ? { signal } : {});
  }

  /**
   * Sends an APDU and waits for its answer in the same transaction: an ILL-Answer or what stands for one, or a
   * Status-Or-Error-Report.
   *
   * @throws DecodeError when the answer cannot be read
   * @throws TransportError `closed` when the peer ends its side without an answer; `maybeDelivered` is true then
   * @throws EncodeError @throws TimeoutError
   */
  request(apdu: OutgoingApdu, options: { readonly signal?: AbortSignal } = {}): Promise<ReadableApdu> {
    const request = this.#request(apdu, options.signal).finally(() => this.#requests.delete(settled));
    const settled = request.then(
      () => {},
      () => {},
    );
    this.#requests.add(settled);
    return request;
  }

  /** Says that nothing more will be sent; receiving goes on. */
  async end(): Promise<void> {
    await this.#connection.end();
  }

  /** Waits for the answers to requests under way, since peers drop what comes on connections closed early; then closes. */
  async close(): Promise<void> {
    while (this.#requests.size > 0) await Promise.all(this.#requests);
    this.#isClosed = true;
    await this.#connection.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ReceivedApdu, void, undefined> {
    for (;;) {
      const received = this.#unclaimed.shift();
      if (received) yield received;
      else if (this.#isEnded || this.#isClosed) return;
      else await this.#pull();
    }
  }

  async #request(apdu: OutgoingApdu, signal: AbortSignal | undefined): Promise<ReadableApdu> {
    if (signal?.aborted)
      throw this.#error('aborted', `request was stopped before it was sent to ${this.peer}`, false);
    const message = apdu instanceof Uint8Array ? decode(apdu, this.#options.decode).message : apdu;
    const waiter: Waiter = {
      transactionId: message.transactionId,
      answers: [...(AnswersTo[message.apdu] ?? []), 'Status-Or-Error-Report'],
      answer: undefined,
    };
    this.#waiters.add(waiter);
    try {
      await this.send(apdu);
      while (waiter.answer === undefined) {
        if (this.#isEnded || this.#isClosed)
          throw this.#error('closed', `${this.peer} ended without an answer`);
        await unlessAborted(this.#pull(), signal, () =>
          this.#error('aborted', `waiting for an answer of ${this.peer} was stopped by the caller`),
        );
      }
      if (waiter.answer.kind === 'unreadable') throw waiter.answer.error;
      return waiter.answer;
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  /** Reads one APDU and gives it to whom it belongs. All who wait share one pull. */
  #pull(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (!this.#pulling) {
      this.#pulling = this.#readOne().finally(() => {
        this.#pulling = undefined;
      });
      // Whoever waited may have been aborted meanwhile; the failure is kept for the next call.
      this.#pulling.catch(() => {});
    }
    return this.#pulling;
  }

  async #readOne(): Promise<void> {
    try {
      const next = await this.#frames.next();
      if (next.done) this.#isEnded = true;
      else this.#give(readReceived(next.value, this.#options.decode));
    } catch (error) {
      if (this.#isClosed && isInterlendError(error)) {
        this.#isEnded = true;
        return;
      }
      this.#failure = error;
      throw error;
    }
  }

  #give(received: ReceivedApdu): void {
    const transactionId =
      received.kind === 'apdu' ? received.message.transactionId : salvage(received.bytes).transactionId;
    for (const waiter of this.#waiters) {
      if (waiter.answer !== undefined || !transactionId) continue;
      if (!isSameTransaction(waiter.transactionId, transactionId)) continue;
      if (received.kind === 'apdu' && !waiter.answers.includes(received.message.apdu)) continue;
      waiter.answer = received;
      return;
    }
    if (this.#unclaimed.length >= this.#bufferedApdus) {
      throw this.#error(
        'limit',
        `more than ${this.#bufferedApdus} APDUs of ${this.peer} wait to be asked for`,
      );
    }
    this.#unclaimed.push(received);
  }

  #error(code: TransportErrorCode, message: string, maybeDelivered = true): TransportError {
    return new TransportError(code, message, { peer: this.peer, phase: 'receive', maybeDelivered });
  }
}

function unlessAborted(
  promise: Promise<void>,
  signal: AbortSignal | undefined,
  onAbort: () => Error,
): Promise<void> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(onAbort());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
