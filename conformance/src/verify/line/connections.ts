import {
  type Connection,
  isInterlendError,
  type Listening,
  type PeerAddress,
  TransportError,
} from '@interlend/core';
import { readFrames } from '@interlend/transport/frames';
import { HarnessError } from '../../run/checks.js';
import { type Ears, maxFrameAgeMs, type Reach } from './carrier.js';

/** Who refuses a certificate does so at once. */
const refusesWithinMs = 3_000;

/** A connection for one message and what is said to it at once. */
export function openTo({ connector, target, takesWithinMs }: Reach): Promise<Connection> {
  // Opened in its time, it has as long again, so that who takes nothing is told from who cannot be reached.
  return connector.open(target, { timeoutMs: 2 * takesWithinMs });
}

/**
 * Opens a connection to the partner and ends it. Over TLS a partner that refuses our certificate says so only after
 * the handshake, so that its end is awaited too.
 *
 * @throws TransportError @throws TimeoutError @throws HarnessError
 */
export async function knockAt(reach: Reach): Promise<void> {
  const connection = await openTo(reach);
  try {
    await connection.end();
    const deadline = AbortSignal.timeout(refusesWithinMs);
    while (await connection.receive({ signal: deadline }));
  } catch (error) {
    const code = isInterlendError(error) ? error.code : undefined;
    if (code === 'tls') throw error;
    if (code === 'lost' && reach.isSecured) {
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
 * Reads messages until the connection ends. Octets that are no message are evidence, and an arrival.
 *
 * @param heard told of each message before it is an arrival
 * @throws TransportError @throws TimeoutError when the connection is lost and `signal` has not aborted
 */
export async function readArrivals(
  connection: Connection,
  { put }: Reach,
  { arrivals, noteLife }: Ears,
  signal: AbortSignal,
  heard: () => void = () => undefined,
): Promise<void> {
  try {
    for await (const bytes of readFrames(connection, put.protocol.createFramer(), {
      maxFrameAgeMs,
      signal,
    })) {
      heard();
      arrivals.put({ bytes });
    }
    if (!signal.aborted) noteLife();
  } catch (error) {
    if (signal.aborted) return;
    if (!isInterlendError(error) || error.name !== 'DecodeError') throw error;
    arrivals.put({ problem: noMessage(connection.peer, error) });
  }
}

export function noMessage(peer: string, error: Error): string {
  return `octets that are no message came from ${peer}: ${error.message}`;
}

/**
 * Listens, and gives every connection that the partner opened up when the listener closes: what it still says then belongs to
 * nobody, so its own end is not waited for.
 *
 * @throws TransportError
 */
export async function listenTo(
  { acceptor }: Reach,
  at: PeerAddress,
  serve: (connection: Connection, signal: AbortSignal) => Promise<void>,
): Promise<Listening> {
  return acceptor.listen(at, async (connection, { signal }) => {
    await serve(connection, signal);
    // Rejecting breaks the connection off.
    if (signal.aborted) {
      throw new TransportError('aborted', 'the verification is over', {
        peer: connection.peer,
        phase: 'receive',
      });
    }
  });
}
