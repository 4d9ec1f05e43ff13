import { readFrames } from '@interlend/transport/frames';
import { callerOf, incomingOn } from '../caller.js';
import {
  type Accepted,
  type Carrier,
  type Inward,
  NoRouteError,
  type Outward,
  type PeerLine,
} from '../carrier.js';
import { listenForConnections } from '../listen-for-connections.js';
import type { TailConnection } from '../tail-connection.js';
import { deliverOneWay } from './deliver.js';

/** A connection that says more at once waits until so much of it is on disk. */
const mostAtOnce = 256;

/** Whoever has something to say opens a connection, says it and closes; nothing comes back on it. */
export const oneWay: Carrier = {
  acknowledgesByEnding: true,
  listen: (inward) => listenForConnections(inward, (connection, signal) => serve(inward, connection, signal)),
  lineTo,
};

/** Keeps every message, then ends in order: that is the acknowledgement, so it comes after the commit. */
async function serve(inward: Inward, connection: TailConnection, signal: AbortSignal): Promise<void> {
  let kept: Promise<Accepted>[] = [];
  for await (const raw of readFrames(connection, inward.protocol.createFramer(), {
    signal,
    maxFrameAgeMs: inward.settings.messageMs,
  })) {
    connection.taken(raw.length);
    const accepted = inward.accept(incomingOn(inward, connection, raw));
    kept.push(accepted);
    // Without this a failure would count as unhandled until the end of the stream.
    accepted.catch(() => undefined);
    if (kept.length >= mostAtOnce) {
      await Promise.all(kept);
      kept = [];
    }
  }
  await Promise.all(kept);
  await connection.end();
}

function lineTo({ protocol, peer, delivery, connector, hear }: Outward): PeerLine {
  const { timeoutMs, closeWaitMs } = delivery;
  const network = connector();
  return {
    async send(raw, signal) {
      if (!peer.address) throw new NoRouteError(`no address for ${peer.symbol}`);
      await deliverOneWay({
        connector: network,
        address: peer.address,
        raw,
        timeoutMs: timeoutMs + closeWaitMs,
        closeWaitMs,
        withoutClose: peer.withoutClose,
        framer: protocol.createFramer(),
        hear: async (answer, connection) => {
          const { transport } = peer;
          await hear({ protocol: protocol.name, transport, ...callerOf(connection), raw: answer });
        },
        signal,
      });
    },
    close: () => Promise.resolve(),
  };
}
