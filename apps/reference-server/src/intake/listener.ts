import { type Acceptor, type Clock, DecodeError, type Listening } from '@interlend/core';
import { readFrames } from '@interlend/transport/frames';
import { Conversation, callerOf } from '../delivery/conversation.js';
import type { Delivery } from '../delivery/delivery.js';
import type { Routes } from '../delivery/routes.js';
import { faultOf, type Logger } from '../logger.js';
import type { ProtocolBinding } from '../protocols.js';
import type { ListenerSettings } from '../settings.js';
import type { NewIncoming } from '../store/store.js';
import type { Accepted, Intake } from './intake.js';
import { TailConnection } from './tail-connection.js';

/** What a listener works with. */
export interface ListenerParts {
  readonly acceptor: Acceptor;
  readonly binding: ProtocolBinding;
  readonly settings: ListenerSettings;
  readonly settleMs: number;
  readonly intake: Intake;
  readonly delivery: Delivery;
  readonly routes: Routes;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A connection that says more at once waits until so much of it is on disk. */
const mostAtOnce = 256;

/** How long a two-way peer that ended its side waits for the answers to what it said. */
const answerWaitMs = 5000;

/** Listens on one port for one protocol and transport; which library a message is for stands in the message. */
export function startListener(parts: ListenerParts): Promise<Listening> {
  const { acceptor, binding, settings, logger } = parts;
  const isTwoWay = binding.transports[settings.transport] === 'two-way';
  return acceptor.listen({ host: settings.host, port: settings.port }, async (connection, { signal }) => {
    const tail = new TailConnection(connection);
    try {
      await (isTwoWay ? serveTwoWay(parts, tail, signal) : serveOneWay(parts, tail, signal));
    } catch (error) {
      logger.warn({ from: connection.peer, fault: faultOf(error).fault }, 'connection ended early');
      if (error instanceof DecodeError)
        await parts.intake.acceptRubbish(incoming(parts, tail, tail.tail), error);
      // Without an end in order the peer does not take its last message as received.
      throw error;
    }
  });
}

/** Keeps every message, then ends in order: on this transport that is the acknowledgement, so it comes after the commit. */
async function serveOneWay(
  parts: ListenerParts,
  connection: TailConnection,
  signal: AbortSignal,
): Promise<void> {
  const { binding, settings, intake } = parts;
  let kept: Promise<Accepted>[] = [];
  for await (const raw of readFrames(connection, binding.protocol.createFramer(), {
    signal,
    maxFrameAgeMs: settings.messageMs,
  })) {
    connection.taken(raw.length);
    const accepted = intake.accept(incoming(parts, connection, raw));
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

async function serveTwoWay(
  parts: ListenerParts,
  connection: TailConnection,
  signal: AbortSignal,
): Promise<void> {
  const { binding, settings, settleMs, intake, delivery, routes } = parts;
  const underWay = new Set<Promise<unknown>>();
  const conversation = new Conversation({
    connection,
    framer: binding.protocol.createFramer(),
    settleMs,
    maxFrameAgeMs: settings.messageMs,
    hear: async (raw) => {
      connection.taken(raw.length);
      const { processed } = await intake.accept(incoming(parts, connection, raw), conversation);
      underWay.add(processed);
      void processed.then(() => underWay.delete(processed));
    },
  });
  try {
    await conversation.listen(signal);
    await Promise.all(underWay);
    await Promise.race([
      Promise.all(routes.queuesOf(conversation).map((queue) => delivery.drained(queue))),
      new Promise<void>((resolve) => {
        setTimeout(resolve, answerWaitMs).unref();
      }),
    ]);
  } finally {
    await conversation.close();
    routes.unbind(conversation);
  }
}

function incoming(
  { settings, clock }: ListenerParts,
  connection: TailConnection,
  raw: Uint8Array,
): NewIncoming {
  const { protocol, transport } = settings;
  return { protocol, transport, ...callerOf(connection), at: clock.now(), raw };
}
