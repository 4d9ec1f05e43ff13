import { DecodeError, type Listening } from '@interlend/core';
import { faultOf } from '../logger.js';
import { incomingOn } from './caller.js';
import type { Inward } from './carrier.js';
import { TailConnection } from './tail-connection.js';

/**
 * Listens on one port for one protocol; which library a message is for stands in the message. Octets that are no message
 * are kept for staff, and the connection is broken off: without an end in order the peer does not take its last message
 * as received.
 */
export function listenForConnections(
  inward: Inward,
  serve: (connection: TailConnection, signal: AbortSignal) => Promise<void>,
): Promise<Listening> {
  const { host, port } = inward.settings;
  return inward.acceptor().listen({ host, port }, async (connection, { signal }) => {
    const tail = new TailConnection(connection);
    try {
      await serve(tail, signal);
    } catch (error) {
      inward.logger.warn({ from: connection.peer, fault: faultOf(error).fault }, 'connection ended early');
      if (error instanceof DecodeError)
        await inward.acceptRubbish(incomingOn(inward, tail, tail.tail), error);
      throw error;
    }
  });
}
