import { isInterlendError, type LendingEvent, type PeerAddress } from '@interlend/core';
import { parsePlainMail } from '@interlend/mail';
import { sendMail } from '@interlend/mail/smtp';
import { readFrames } from '@interlend/transport/frames';
import { createTcpConnector } from '@interlend/transport/tcp';
import type { AnyProtocol, ProtocolBinding } from '../protocols.js';

/** How the partners of a trial speak. */
export interface TrialWire {
  /** What was agreed between the two, as each of them has it in its settings. */
  readonly agreed?: { readonly partner: unknown; readonly server: unknown };
  /** Settings of the partner at the server, beside those. */
  readonly peer: Readonly<Record<string, unknown>>;
  /** What a partner says after its request. */
  readonly follows: LendingEvent;
  /** Whether the server owes an answer to that. */
  readonly isAnswered: boolean;
  /** Whether the server acknowledged. */
  say(address: PeerAddress, raw: Uint8Array): Promise<boolean>;
}

const mailbox = { partner: 'ill@partner.example', server: 'desk@library.example' } as const;

/** A mail server that hands over the same mail until it is taken. */
const mails: TrialWire = {
  agreed: {
    partner: { from: mailbox.partner, to: mailbox.server },
    server: { from: mailbox.server, to: mailbox.partner, replies: 'automatic' },
  },
  peer: { relay: { security: 'none' } },
  follows: { type: 'returned', from: 'borrower', returnedOn: '2024-03-04' },
  isAnswered: false,
  async say(address, raw) {
    const { from, to } = parsePlainMail(raw);
    try {
      const server = { ...address, security: 'none' } as const;
      return (await sendMail(raw, { from, to }, { server, timeoutMs: 10_000 })).outcome === 'delivered';
    } catch (error) {
      if (isInterlendError(error)) return false;
      throw error;
    }
  },
};

/** Messages on connections: acknowledged by their end in order, or by an answer on them. */
function connections(
  protocol: AnyProtocol,
  acknowledgesByEnding: boolean,
  hear: (frame: Uint8Array) => void,
): TrialWire {
  const connector = createTcpConnector({ limits: { budgetMs: 10_000, closeGraceMs: 200 } });
  return {
    peer: {},
    follows: { type: 'statusQueried', from: 'borrower' },
    isAnswered: true,
    async say(address, raw) {
      try {
        const connection = await connector.open(address);
        try {
          await connection.send(raw);
          if (acknowledgesByEnding) {
            await connection.end();
            return (await connection.receive()) === undefined;
          }
          const frames = readFrames(connection, protocol.createFramer(), { maxFrameAgeMs: 5000 });
          for await (const frame of frames) {
            hear(frame);
            return true;
          }
          return false;
        } finally {
          await connection.close();
        }
      } catch (error) {
        if (isInterlendError(error)) return false;
        throw error;
      }
    },
  };
}

/** The wire of a transport. `hear` is told what comes back on a connection. */
export function wireOf(
  { protocol, transports }: ProtocolBinding,
  transport: string,
  hear: (frame: Uint8Array) => void,
): TrialWire {
  const carrier = transports[transport];
  if (!carrier) throw new Error(`no transport ${transport} of ${protocol.name}`);
  return transport === 'smtp' ? mails : connections(protocol, carrier.acknowledgesByEnding, hear);
}
