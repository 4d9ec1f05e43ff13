import {
  type Connection,
  type Connector,
  DecodeError,
  type Framer,
  type PeerAddress,
  TimeoutError,
} from '@interlend/core';

/** One message for a peer that answers, if at all, on a connection of its own. */
export interface OneWayDelivery {
  readonly connector: Connector;
  readonly address: PeerAddress;
  readonly raw: Uint8Array;
  /** For everything from lookup to close. */
  readonly timeoutMs: number;
  /** How long the peer may take to close. */
  readonly closeWaitMs: number;
  /** What a peer that does not close in time means. */
  readonly withoutClose: 'failed' | 'delivered';
  readonly framer: Framer;
  /** Called for messages that come back on the connection all the same. */
  readonly hear: (raw: Uint8Array, connection: Connection) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Opens a connection, says one message, ends this side and waits for the peer to end its own, which is the only
 * acknowledgement there is.
 *
 * @throws TransportError @throws TimeoutError @throws DecodeError when what comes back is not the protocol
 */
export async function deliverOneWay(delivery: OneWayDelivery): Promise<void> {
  const { connector, address, raw, timeoutMs, signal } = delivery;
  const connection = await connector.open(address, { signal, timeoutMs });
  try {
    await connection.send(raw, { signal });
    await connection.end();
    await awaitClose(connection, delivery);
  } finally {
    await connection.close();
  }
}

async function awaitClose(connection: Connection, delivery: OneWayDelivery): Promise<void> {
  const { closeWaitMs, withoutClose, framer, hear, signal } = delivery;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), closeWaitMs);
  const either = AbortSignal.any([signal, patience.signal]);
  try {
    for (;;) {
      const chunk = await connection.receive({ signal: either });
      if (chunk === undefined) break;
      for (const message of framer.push(chunk)) await hear(message, connection);
    }
    framer.end();
  } catch (error) {
    if (!patience.signal.aborted || error instanceof DecodeError) throw error;
    if (withoutClose === 'delivered') return;
    throw new TimeoutError(
      `${connection.peer} did not close within ${closeWaitMs} ms`,
      { phase: 'close', budgetMs: closeWaitMs, maybeDelivered: true },
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}
