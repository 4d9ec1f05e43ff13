import type { Acceptor, Clock, Connector, DecodeError, LibrarySymbol, Listening } from '@interlend/core';
import type { AnyProtocol } from '../any-protocol.js';
import type { Logger } from '../logger.js';
import type { DeliverySettings, ListenerSettings, MailSettings, PeerSettings } from '../settings.js';
import type { NewIncoming } from '../store/store.js';

/**
 * How the messages of a protocol travel. A protocol says what stands in them, a carrier how they reach the other side and
 * what counts as their acknowledgement. The server knows its carriers by the names that settings give them.
 */
export interface Carrier {
  /**
   * Whether the end of a connection is the only acknowledgement a sender gets. Then a crash must break connections
   * rather than end them.
   */
  readonly acknowledgesByEnding: boolean;
  /** Whether its listeners read a mailbox instead of waiting for connections. */
  readonly readsMailbox?: boolean;
  /**
   * Takes away what the carrier wraps around a message. Absent where octets are carried as they are.
   *
   * @throws DecodeError when it cannot be read
   */
  unwrap?(raw: Uint8Array, mail: Unwrapping): Promise<Uint8Array>;
  /** Takes what comes in, until it is closed. */
  listen(inward: Inward): Promise<Listening>;
  /** A way to one peer. Nothing is opened before the first message. */
  lineTo(outward: Outward): PeerLine;
}

/** What a carrier knows when it unwraps a mail. */
export interface Unwrapping extends MailSettings {
  /** Symbols that stand for libraries of this server. */
  readonly own: readonly LibrarySymbol[];
}

/** What a carrier works with where messages come in. */
export interface Inward {
  readonly protocol: AnyProtocol;
  readonly settings: ListenerSettings;
  /** Symbols that stand for libraries of this server in messages which name none, at that moment. */
  own(): readonly LibrarySymbol[];
  readonly delivery: DeliverySettings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The network below, with TLS where the settings say so. */
  acceptor(): Acceptor;
  /**
   * Resolves when the octets are on disk: only then may they be acknowledged. Answers take `channel` while it is open.
   *
   * @throws when they could not be kept
   */
  accept(incoming: NewIncoming, channel?: Channel): Promise<Accepted>;
  /** As `accept`, where whatever is said of a message is said on the connection that brought it: `answer` has it. */
  ask(incoming: NewIncoming): Promise<Accepted>;
  /** Keeps octets that are no message, for staff to see. */
  acceptRubbish(incoming: NewIncoming, error: DecodeError): Promise<void>;
  /** Resolves when everything that is owed over a channel was said, or waits for a person. */
  answered(channel: Channel): Promise<void>;
  /** Forgets a channel that is closed. */
  forget(channel: Channel): void;
}

/** A message that is on disk, and the promise of its effect. */
export interface Accepted {
  readonly id: number;
  /** Resolves when it was processed, to the queue of the answers to it. Never rejects. */
  readonly processed: Promise<string | undefined>;
  /**
   * Resolves when it was processed, to what is to be said on the connection that brought it. `failed`: a fault of this
   * server kept it from being processed, and nobody may take it for done or for refused. Never rejects.
   */
  readonly answer: Promise<Uint8Array | 'failed' | undefined>;
}

/** What a carrier works with where messages go out to one peer. */
export interface Outward {
  readonly protocol: AnyProtocol;
  /** As it is known at that moment: an imported one may change. */
  readonly peer: PeerSettings;
  readonly delivery: DeliverySettings;
  /** The network below, with TLS where the settings say so. */
  connector(): Connector;
  /** Takes a message that came back on a connection of this server. Resolves when it is on disk. */
  hear(answer: Omit<NewIncoming, 'at'>, channel?: Channel): Promise<Accepted>;
  /** Forgets a channel that is closed. */
  forget(channel: Channel): void;
}

/** What a message that goes out is about. */
export interface Subject {
  /** The loan, if any: an answer on the same connection belongs to it, whatever the answer says. */
  readonly transactionId: string | undefined;
}

/** The way to one peer. */
export interface PeerLine {
  /**
   * Delivers one message. Resolves when it counts as taken.
   *
   * @throws NoRouteError when the settings of the peer name no way
   * @throws PeerError when it refuses, for now or for good
   * @throws TransportError @throws TimeoutError @throws DecodeError
   * @throws PeerError when the peer asks for it again later
   */
  send(raw: Uint8Array, signal: AbortSignal, about: Subject): Promise<void>;
  /** Closes what is open. Never throws. */
  close(): Promise<void>;
}

/** An open connection that answers may take. */
export interface Channel {
  /** Whether something can be said. */
  readonly isOpen: boolean;
  /** Says one message and waits until it counts as taken. @throws TransportError @throws TimeoutError */
  say(raw: Uint8Array, signal?: AbortSignal): Promise<void>;
}

/** There is no way to this peer: a person must change the settings or decide otherwise. */
export class NoRouteError extends Error {
  override readonly name = 'NoRouteError';
}
