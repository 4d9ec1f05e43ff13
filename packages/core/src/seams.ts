/** The present moment. Real in a server, fixed in a test. */
export interface Clock {
  now(): Date;
}

/** Makes identifiers that do not repeat. */
export interface IdSource {
  next(): string;
}

/** Numbers from 0 (included) to 1 (excluded). */
export type RandomSource = () => number;

/** The clock of the machine. */
export const systemClock: Clock = { now: () => new Date() };

/** Where a peer is reached. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** The certificate that a peer proved to own. */
export interface PeerCertificate {
  /** Distinguished name on one line, for instance `CN=lender.example, O=Example Library`. */
  readonly subject: string;
  /** SHA-256 of the certificate: upper-case hex with colons. */
  readonly fingerprint256: string;
}

/** A stream of octets to one peer. */
export interface Connection {
  /** `host:port` of the other end, for logs. */
  readonly peer: string;
  /** IP address of the other end, for allow lists; IPv4 in its own notation. Absent where there is no network. */
  readonly peerAddress?: string;
  /** Absent where the peer showed no certificate, or nobody asked for one. */
  readonly peerCertificate?: PeerCertificate;
  /**
   * Resolves when the octets are handed to the system. An abort in its middle ends the connection.
   * @throws TransportError @throws TimeoutError
   */
  send(bytes: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * The next octets, or `undefined` at the end of the stream. An aborted call takes nothing away.
   * @throws TransportError @throws TimeoutError
   */
  receive(options?: { readonly signal?: AbortSignal }): Promise<Uint8Array | undefined>;
  /** Says that nothing more will be sent; receiving goes on. @throws TransportError @throws TimeoutError */
  end(): Promise<void>;
  /** Ends both directions. Never throws; may be called twice. */
  close(): Promise<void>;
}

/** Opens connections. One budget covers lookup, connect, handshake and everything up to close. */
export interface Connector {
  /** The signal stops the opening, not the connection. @throws TransportError @throws TimeoutError */
  open(
    address: PeerAddress,
    options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  ): Promise<Connection>;
}

/** A running listener. */
export interface Listening {
  readonly address: PeerAddress;
  /** Stops accepting, ends open connections and waits for their handlers. */
  close(): Promise<void>;
}

/**
 * Accepts connections. The connection is closed when the handler's promise settles: in order when it resolves, broken off
 * when it rejects, so that the peer does not take what it sent for accepted.
 */
export interface Acceptor {
  listen(
    address: PeerAddress,
    handle: (connection: Connection, options: { readonly signal: AbortSignal }) => Promise<void>,
  ): Promise<Listening>;
}
