import { incomingOn } from '../caller.js';
import type { Carrier, Inward } from '../carrier.js';
import { listenForConnections } from '../listen-for-connections.js';
import type { TailConnection } from '../tail-connection.js';
import { Conversation } from './conversation.js';
import { Link } from './link.js';

/** How long a peer that ended its side waits for the answers to what it said. */
const answerWaitMs = 5000;

/** Both sides may speak on a connection for as long as it is open; whoever has something to say opens it. */
export const twoWay: Carrier = {
  acknowledgesByEnding: false,
  listen: (inward) => listenForConnections(inward, (connection, signal) => serve(inward, connection, signal)),
  lineTo: (outward) => new Link(outward),
};

async function serve(inward: Inward, connection: TailConnection, signal: AbortSignal): Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  const conversation: Conversation = new Conversation({
    connection,
    framer: inward.protocol.createFramer(),
    settleMs: inward.delivery.settleMs,
    maxFrameAgeMs: inward.settings.messageMs,
    hear: async (raw) => {
      connection.taken(raw.length);
      const { processed } = await inward.accept(incomingOn(inward, connection, raw), conversation);
      underWay.add(processed);
      void processed.then(() => underWay.delete(processed));
    },
  });
  try {
    await conversation.listen(signal);
    await Promise.all(underWay);
    await Promise.race([
      inward.answered(conversation),
      new Promise<void>((resolve) => {
        setTimeout(resolve, answerWaitMs).unref();
      }),
    ]);
  } finally {
    await conversation.close();
    inward.forget(conversation);
  }
}
