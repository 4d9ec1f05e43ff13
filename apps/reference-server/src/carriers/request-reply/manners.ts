import type { Connection, Connector, DecodeError, PeerAddress } from '@interlend/core';
import type { ListenerSettings, PeerSettings } from '../../settings.js';

/** How sessions of a protocol begin and end, and what its replies say about being sent again. */
export interface Manners {
  /** Serves one connection, each message answered before the next one is read. Rejects to break it off. */
  serve(connection: Connection, serving: Serving, signal: AbortSignal): Promise<void>;
  /** What is said of a message that this server does not act on. */
  refusal(profile: string | undefined): Uint8Array;
  /**
   * Opens a session with a peer and asks one thing.
   *
   * @throws TransportError @throws TimeoutError @throws DecodeError
   */
  ask(asking: Asking): Promise<Asked>;
}

/** What serving a connection needs. */
export interface Serving {
  readonly settings: ListenerSettings;
  /** The reply to a message. */
  readonly answer: (raw: Uint8Array) => Promise<Uint8Array>;
  /** Told that a caller did not say what callers must. */
  readonly onStranger: () => void;
  /** Told of octets in which no end of a message can be found. */
  readonly onLost: (error: DecodeError) => Promise<void>;
}

/** What asking needs. */
export interface Asking {
  readonly connector: Connector;
  readonly address: PeerAddress;
  readonly peer: PeerSettings;
  readonly raw: Uint8Array;
  readonly signal: AbortSignal;
}

/** What was replied. */
export interface Asked {
  readonly raw: Uint8Array;
  /** Who replied. */
  readonly from: Pick<Connection, 'peer' | 'peerCertificate'>;
  /** Whether the peer wants to be asked again later. */
  readonly isPutOff: boolean;
  /** Says goodbye. Never rejects. */
  readonly leave: () => Promise<void>;
}
