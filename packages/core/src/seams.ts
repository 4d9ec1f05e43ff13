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

/** A stream of octets to one peer. */
export interface Connection {
  /** `host:port` of the other end, for logs and allow lists. */
  readonly peer: string;
  /** Resolves when the octets are handed to the system. @throws TransportError @throws TimeoutError */
  send(bytes: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** The next octets, or `undefined` at the end of the stream. @throws TransportError @throws TimeoutError */
  receive(options?: { readonly signal?: AbortSignal }): Promise<Uint8Array | undefined>;
  /** Says that nothing more will be sent; receiving goes on. */
  end(): Promise<void>;
  /** Ends both directions. Never throws; may be called twice. */
  close(): Promise<void>;
}

/** Opens connections. One budget covers lookup, connect, handshake and everything up to close. */
export interface Connector {
  open(address: PeerAddress, options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number }): Promise<Connection>;
}

/** A running listener. */
export interface Listening {
  readonly address: PeerAddress;
  /** Stops accepting, ends open connections and waits for their handlers. */
  close(): Promise<void>;
}

/** Accepts connections. The connection is closed when the handler's promise settles. */
export interface Acceptor {
  listen(
    address: PeerAddress,
    handle: (connection: Connection, options: { readonly signal: AbortSignal }) => Promise<void>,
  ): Promise<Listening>;
}
