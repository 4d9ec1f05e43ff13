import { type Framer, isInterlendError, type Listening, type PeerAddress } from '@interlend/core';
import { parsePlainMail } from '@interlend/mail';
import { listenForMail, sendMail } from '@interlend/mail/smtp';
import { readFrames } from '@interlend/transport/frames';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import type { AnyProtocol } from '../any-protocol.js';
import type { ProtocolBinding } from '../registry.js';

/** What a partner gets for something it said: an acknowledgement, octets that may be one, or nothing to rely on. */
export type Response = 'acknowledged' | 'nothing' | Uint8Array;

/** How the partners of a trial reach the server, and are reached. */
export interface Wire {
  say(address: PeerAddress, raw: Uint8Array): Promise<Response>;
  /** Where partners hear what the server says by itself. */
  listen(hear: (raw: Uint8Array) => void): Promise<Listening>;
}

const anywhere: PeerAddress = { host: '127.0.0.1', port: 0 };
const many = { connections: 2000, connectionsPerAddress: 2000 };

/** The wire of a transport; `undefined` when the protocol has no such transport. */
export function wireOf({ protocol, transports }: ProtocolBinding, transport: string): Wire | undefined {
  const carrier = transports[transport];
  if (!carrier) return undefined;
  return transport === 'smtp' ? mails : connections(protocol, carrier.acknowledgesByEnding);
}

/** A mail server that hands over the same mail until it is taken, and takes everything. */
const mails: Wire = {
  say(address, raw) {
    const { from, to } = parsePlainMail(raw);
    return orNothing(async () => {
      const server = { ...address, security: 'none' } as const;
      const { outcome } = await sendMail(raw, { from, to }, { server, timeoutMs: 10_000 });
      return outcome === 'delivered' ? 'acknowledged' : 'nothing';
    });
  },
  listen: (hear) =>
    listenForMail(anywhere, { ...many, isRecipient: () => true }, async ({ raw }) => hear(raw)),
};

/** Messages on connections: acknowledged by their end in order, or by an answer on them. */
function connections(protocol: AnyProtocol, acknowledgesByEnding: boolean): Wire {
  const connector = createTcpConnector({ limits: { budgetMs: 10_000, closeGraceMs: 200 } });
  return {
    say: (address, raw) =>
      orNothing(async () => {
        const connection = await connector.open(address);
        try {
          await connection.send(raw);
          if (acknowledgesByEnding) {
            await connection.end();
            return (await connection.receive()) === undefined ? 'acknowledged' : 'nothing';
          }
          const frames = readFrames(connection, protocol.createFramer(), { maxFrameAgeMs: 5000 });
          for await (const frame of frames) return frame;
          return 'nothing';
        } finally {
          await connection.close();
        }
      }),
    listen: (hear) =>
      createTcpAcceptor({ onError: () => undefined, limits: many }).listen(
        anywhere,
        async (connection, { signal }) => {
          const framer: Framer = protocol.createFramer();
          for await (const frame of readFrames(connection, framer, { signal, maxFrameAgeMs: 5000 }))
            hear(frame);
          await connection.end();
        },
      ),
  };
}

/** A server that is killed breaks connections in every way: no failure of the wire is one of the trial. */
async function orNothing(speak: () => Promise<Response>): Promise<Response> {
  try {
    return await speak();
  } catch (error) {
    if (isInterlendError(error)) return 'nothing';
    throw error;
  }
}
