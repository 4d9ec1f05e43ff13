import { ConfigError } from '@interlend/core';

/** What a connection that this side opened may cost. */
export interface ConnectorLimits {
  /**
   * Milliseconds for a whole attempt, from the lookup to the close, when the caller names none. A partner that has not
   * taken a message and closed within a minute will not do so in two.
   */
  readonly budgetMs: number;
  /** Octets received and not yet asked for. Beyond it the socket is paused, and the peer has to wait. */
  readonly bufferedOctets: number;
  /** Pieces received and not yet asked for: a stream of single octets must not cost a hundred times its size. */
  readonly bufferedChunks: number;
  /**
   * Milliseconds that a close waits for the peer to close too. Closing earlier while its octets are on the way would
   * make the system reset the connection, which can destroy what this side sent last.
   */
  readonly closeGraceMs: number;
}

/** What the other side's connections may cost. */
export interface AcceptorLimits {
  /** Open connections in all. Each costs a file descriptor and some tens of kilobytes; lending traffic needs few. */
  readonly connections: number;
  /** Open connections from one address. A gateway speaks for many libraries from one address, so this is not small. */
  readonly connectionsPerAddress: number;
  /** Milliseconds for the TLS handshake. It takes three round trips at the most. */
  readonly handshakeMs: number;
  /** Milliseconds without an octet in either direction while this side waits for the peer. */
  readonly idleMs: number;
  /** Milliseconds that one connection may live. It ends what goes on sending just fast enough not to be idle. */
  readonly lifetimeMs: number;
  /** As {@link ConnectorLimits.bufferedOctets}. */
  readonly bufferedOctets: number;
  /** As {@link ConnectorLimits.bufferedChunks}. */
  readonly bufferedChunks: number;
  /** As {@link ConnectorLimits.closeGraceMs}; also what handlers get to finish when the listener closes. */
  readonly closeGraceMs: number;
}

/** The limits of a connector that was given none. */
export const defaultConnectorLimits: ConnectorLimits = {
  budgetMs: 60_000,
  bufferedOctets: 256 * 1024,
  bufferedChunks: 256,
  closeGraceMs: 2_000,
};

/** The limits of an acceptor that was given none. */
export const defaultAcceptorLimits: AcceptorLimits = {
  connections: 512,
  connectionsPerAddress: 64,
  handshakeMs: 10_000,
  idleMs: 60_000,
  lifetimeMs: 3_600_000,
  bufferedOctets: 256 * 1024,
  bufferedChunks: 256,
  closeGraceMs: 2_000,
};

/** Octets handed to the system at once, so that a long message shows progress and can be stopped in its middle. */
export const sliceOctets = 64 * 1024;

/** The largest wait the timers of the platform know; a longer one would ring at once. */
export const longestWaitMs = 2 ** 31 - 1;

/** Fills in what is not given. @throws ConfigError when a limit is not a positive whole number */
export function withDefaults<Limits extends object>(defaults: Limits, given: Partial<Limits> = {}): Limits {
  for (const [key, value] of Object.entries<unknown>(given)) {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > longestWaitMs) {
      throw new ConfigError(`limits.${key} is not a positive whole number: ${String(value)}`, {
        key: `limits.${key}`,
        accepted: `a whole number from 1 to ${longestWaitMs}`,
      });
    }
  }
  return { ...defaults, ...given };
}
