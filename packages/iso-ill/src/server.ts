import {
  type Acceptor,
  type Clock,
  type Connection,
  DecodeError,
  type Listening,
  type PeerAddress,
  type PeerCertificate,
  systemClock,
  TransportError,
} from '@interlend/core';
import { readFrames } from '@interlend/transport/frames';
import { createFramer, type DecodeOptions, type EncodeOptions } from './codec.js';
import { errorReportFor } from './error-report.js';
import { type ConversationLimits, defaultConversationLimits } from './limits.js';
import type { StatusOrErrorReport } from './messages/apdus.js';
import type { ServiceDateTime } from './messages/types.js';
import { type OutgoingApdu, octetsOf, type ReceivedApdu, readReceived } from './received.js';
import { nextStamp, toDateTime } from './service-time.js';
import { TappedConnection } from './tapped-connection.js';

/** Who sent something. */
export interface Sender {
  /** `host:port`, for logs. */
  readonly peer: string;
  /** For allow lists. */
  readonly peerAddress?: string;
  readonly peerCertificate?: PeerCertificate;
}

/** An APDU that arrived. */
export type ArrivedApdu = Extract<ReceivedApdu, { readonly kind: 'apdu' }> & Sender;

/** Octets that arrived and are no APDU. */
export interface UnreadableOctets extends Sender {
  /** As received; at most 64 KiB of an APDU that never became whole. */
  readonly bytes: Uint8Array;
  /** Its offset counts from the start of `bytes`. */
  readonly error: DecodeError;
  /**
   * What the sender is owed, when it could be made out whose APDU it was. On a two-way connection it is sent when the
   * handler is done; on a one-way connection it is the caller's to send to the peer's own listener.
   */
  readonly report?: StatusOrErrorReport;
}

/** What a handler gets beside the APDU. */
export interface HandlerOptions {
  /** Aborted when the listener closes. */
  readonly signal: AbortSignal;
}

/** What the handler of a two-way connection gets beside the APDU. */
export interface TwoWayHandlerOptions extends HandlerOptions {
  /** Says something on the connection, now or later, while it is open. @throws EncodeError @throws TransportError */
  readonly send: (apdu: OutgoingApdu) => Promise<void>;
}

/** What listeners of both modes are told. */
export interface CommonServerOptions {
  readonly acceptor: Acceptor;
  /**
   * Called for octets that are no APDU. The connection goes on when only one APDU is broken, and is broken off when
   * nobody can tell where the next one begins.
   */
  readonly onUnreadable: (unreadable: UnreadableOctets, options: HandlerOptions) => Promise<void>;
  readonly limits?: Partial<Omit<ConversationLimits, 'bufferedApdus'>>;
  readonly decode?: DecodeOptions;
  /** For the date and time of error reports. */
  readonly clock?: Clock;
  /** IANA name of the zone of this side's calendar; UTC when absent. */
  readonly timeZone?: string;
}

/** How to listen. In both modes a promise that a handler returns is the acknowledgement: resolve it when the APDU is safe. */
export type IllServerOptions =
  | (CommonServerOptions & {
      /** One-way: nothing is ever written on a connection that came in. */
      readonly mode: '1611';
      readonly onMessage: (arrived: ArrivedApdu, options: HandlerOptions) => Promise<void>;
    })
  | (CommonServerOptions & {
      /** Two-way: what the handler returns is written on the connection, in order. */
      readonly mode: '499';
      readonly onMessage: (
        arrived: ArrivedApdu,
        options: TwoWayHandlerOptions,
      ) => Promise<readonly OutgoingApdu[]>;
      readonly encode?: EncodeOptions;
    });

/** Something that can listen. */
export interface IllServer {
  /** @throws TransportError `address-in-use` or `unreachable` */
  listen(address: PeerAddress): Promise<Listening>;
}

/**
 * Makes a listener for APDUs. The APDUs of a connection are handled one after the other. The connection ends in order
 * after the peer ended its side and all handlers are done; when a handler fails it is broken off, so that the peer does
 * not take its APDU for received.
 *
 * ```ts
 * import { createIllServer } from '@interlend/iso-ill';
 * import { createTcpAcceptor } from '@interlend/transport/tcp';
 *
 * const server = createIllServer({
 *   mode: '1611',
 *   acceptor: createTcpAcceptor({ allow: ['127.0.0.0/8'] }),
 *   onMessage: async ({ message, bytes }) => console.log(message.apdu, bytes.length),
 *   onUnreadable: async ({ error, peer }) => console.log(peer, error.message),
 * });
 * const listening = await server.listen({ host: '127.0.0.1', port: 0 });
 * console.log(listening.address.port);
 * await listening.close();
 * ```
 */
export function createIllServer(options: IllServerOptions): IllServer {
  const limits = { ...defaultConversationLimits, ...options.limits };
  let connections = 0;
  return {
    listen: (address) =>
      options.acceptor.listen(address, async (connection, { signal }) => {
        const { peer } = connection;
        if (connections >= limits.connections) {
          throw failBeyondLimit(peer, `${limits.connections} connections are open already`);
        }
        connections++;
        try {
          await new Session(connection, signal, options, limits).serve();
        } finally {
          connections--;
        }
      }),
  };
}

function failBeyondLimit(peer: string, what: string): TransportError {
  return new TransportError('limit', `connection of ${peer} is broken off: ${what}`, {
    peer,
    phase: 'receive',
  });
}

/** One connection that came in. */
class Session {
  readonly #connection: TappedConnection;
  readonly #sender: Sender;
  readonly #signal: AbortSignal;
  readonly #options: IllServerOptions;
  readonly #limits: ConversationLimits;

  constructor(
    connection: Connection,
    signal: AbortSignal,
    options: IllServerOptions,
    limits: ConversationLimits,
  ) {
    const { peer, peerAddress, peerCertificate } = connection;
    this.#connection = new TappedConnection(connection);
    this.#sender = {
      peer,
      ...(peerAddress !== undefined && { peerAddress }),
      ...(peerCertificate && { peerCertificate }),
    };
    this.#signal = signal;
    this.#options = options;
    this.#limits = limits;
  }

  async serve(): Promise<void> {
    const { decode } = this.#options;
    const { maxFrameAgeMs, apdusPerConnection } = this.#limits;
    const framer = createFramer(decode?.limits);
    const frames = readFrames(this.#connection, framer, { signal: this.#signal, maxFrameAgeMs });
    for (let count = 0; ; count++) {
      const bytes = await this.#nextFrame(frames);
      if (!bytes) return;
      if (count === apdusPerConnection) {
        throw failBeyondLimit(this.#sender.peer, `it carried ${apdusPerConnection} APDUs`);
      }
      const received = readReceived(bytes, decode);
      if (received.kind === 'apdu') await this.#handle({ ...received, ...this.#sender });
      else await this.#giveUnreadable(bytes, received.error);
    }
  }

  /** `undefined` when the connection may end in order. */
  async #nextFrame(frames: AsyncGenerator<Uint8Array, void, undefined>): Promise<Uint8Array | undefined> {
    let next: IteratorResult<Uint8Array, void>;
    try {
      next = await frames.next();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      // Breaking off would destroy the answer on its way.
      if (await this.#giveUnreadable(this.#connection.rest, error)) return undefined;
      throw error;
    }
    if (next.done) return undefined;
    this.#connection.forget(next.value.length);
    return next.value;
  }

  async #handle(arrived: ArrivedApdu): Promise<void> {
    const options = this.#options;
    const signal = this.#signal;
    if (options.mode === '1611') {
      await options.onMessage(arrived, { signal });
      return;
    }
    for (const apdu of await options.onMessage(arrived, { signal, send: (apdu) => this.#send(apdu) })) {
      await this.#send(apdu);
    }
  }

  /** Whether the sender was told on this connection. */
  async #giveUnreadable(bytes: Uint8Array, error: DecodeError): Promise<boolean> {
    const { mode, onUnreadable } = this.#options;
    const report = errorReportFor(error, bytes, this.#now());
    await onUnreadable(
      { ...this.#sender, bytes, error, ...(report && { report }) },
      { signal: this.#signal },
    );
    if (mode === '1611' || !report) return false;
    await this.#send(report);
    return true;
  }

  async #send(apdu: OutgoingApdu): Promise<void> {
    const encode = this.#options.mode === '499' ? this.#options.encode : undefined;
    await this.#connection.send(octetsOf(apdu, encode), { signal: this.#signal });
  }

  #now(): ServiceDateTime {
    const { clock = systemClock, timeZone = 'UTC' } = this.#options;
    return { dateTimeOfThisService: toDateTime(nextStamp(undefined, clock.now(), timeZone)) };
  }
}
