import { type ArtMessage, type ReplyLine, readReplies } from '@interlend/artemail';
import { BritishLibrary } from '@interlend/artemail/double';
import type { Listening, PeerAddress } from '@interlend/core';
import { listenForMail, sendMail } from '@interlend/mail/smtp';
import { freePort } from '@interlend/testing';
import type { PartnerDesk } from './partner-desk.js';

/** The account that the suite has at the British Library. */
const account = { customerCode: '12-3456', password: 'EXAMPLE', allowsAddresses: true };

/** What becomes of a mail of the British Library. */
export type MailFault = (text: string) => string;

/** The double of the British Library as a live partner: its mail server, and who works there. */
export interface RunningBritishLibrary {
  readonly listener: PeerAddress;
  readonly answersTo: number;
  readonly desk: PartnerDesk;
  /** Every mail as it came in. */
  readonly taken: readonly string[];
  close(): Promise<void>;
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

export async function startBritishLibrary(
  fault: MailFault = (text) => text,
  accounts = [account],
): Promise<RunningBritishLibrary> {
  const answersTo = await freePort();
  const address = 'artemail@bl.example';
  const library = new BritishLibrary({ address, accounts, clock: { now: () => new Date() } });
  const taken: string[] = [];
  const reports: Promise<void>[] = [];
  const write = async (raw: Uint8Array): Promise<void> => {
    const server = { host: '127.0.0.1', port: answersTo, security: 'none' } as const;
    const bytes = new Uint8Array(Buffer.from(fault(latin1(raw)), 'latin1'));
    await sendMail(bytes, { from: address, to: 'desk@library.example' }, { server });
  };
  const office: Listening = await listenForMail(
    { host: '127.0.0.1', port: 0 },
    { isRecipient: () => true },
    async ({ raw }) => {
      taken.push(latin1(raw));
      reports.push(write(await library.receive(raw)));
    },
  );
  const desk: PartnerDesk = {
    name: 'the double of the British Library',
    isExact: true,
    begin: () => ({
      async act(_event, { expected }) {
        const requestNumber = [...library.orders.keys()].at(-1) ?? '';
        const message = expected?.message as ArtMessage | undefined;
        if (message?.kind !== 'mail') throw new Error('expected the mail of the exchange');
        const lines = readReplies(message.mail.text).filter(isCoded);
        await Promise.all(reports);
        await write(library.reply(lines.map((line) => ({ ...line, requestNumber }))));
        return undefined;
      },
    }),
  };
  return {
    listener: office.address,
    answersTo,
    desk,
    taken,
    async close() {
      await Promise.allSettled(reports);
      await office.close();
    },
  };
}

function isCoded(line: ReplyLine): line is ReplyLine & { readonly code: string } {
  return line.code !== undefined;
}
