import { PeerError } from '@interlend/core';
import { callerOf, incomingOn } from '../caller.js';
import { type Carrier, type Inward, NoRouteError, type Outward, type PeerLine } from '../carrier.js';
import { listenForConnections } from '../listen-for-connections.js';
import type { TailConnection } from '../tail-connection.js';
import type { Manners } from './manners.js';

/**
 * Every message is answered on its own connection, in order: the reply to a message is its acknowledgement, so it comes
 * after the commit of what the message did. Whoever missed a reply asks again.
 */
export function createRequestReply(manners: Manners): Carrier {
  return {
    acknowledgesByEnding: false,
    listen: (inward) =>
      listenForConnections(inward, (connection, signal) => serve(inward, manners, connection, signal)),
    lineTo: (outward) => lineTo(outward, manners),
  };
}

async function serve(
  inward: Inward,
  manners: Manners,
  connection: TailConnection,
  signal: AbortSignal,
): Promise<void> {
  const { settings } = inward;
  await manners.serve(
    connection,
    {
      settings,
      answer: async (raw) => {
        connection.taken(raw.length);
        const accepted = await inward.ask(incomingOn(inward, connection, raw));
        const answer = await accepted.answer;
        if (answer === 'failed')
          throw new Error('a message could not be processed: no reply is better than a wrong one');
        return answer ?? manners.refusal(settings.profile);
      },
      onStranger: () => inward.logger.warn({ from: connection.peer }, 'login refused'),
      onLost: (error) => inward.acceptRubbish(incomingOn(inward, connection, connection.tail), error),
    },
    signal,
  );
}

function lineTo({ protocol, peer, connector, hear }: Outward, manners: Manners): PeerLine {
  const network = connector();
  const { address, transport, symbol } = peer;
  const goodbyes = new Set<Promise<void>>();
  return {
    async send(raw, signal, { transactionId }) {
      if (!address) throw new NoRouteError(`no address for ${symbol}`);
      const asked = await manners.ask({ connector: network, address, peer, raw, signal });
      const goodbye = asked.leave().finally(() => goodbyes.delete(goodbye));
      goodbyes.add(goodbye);
      const { answer } = await hear({
        protocol: protocol.name,
        transport,
        ...callerOf(asked.from),
        raw: asked.raw,
        peer: symbol,
        ...(transactionId !== undefined && { transactionId }),
      });
      // The reply decides what may be said next, so the next message of the loan waits for its effect.
      await answer;
      if (!asked.isPutOff) return;
      throw new PeerError(
        `${symbol} asks for the message again later`,
        { wireCode: '' },
        { retryable: true },
      );
    },
    async close() {
      await Promise.all(goodbyes);
    },
  };
}
