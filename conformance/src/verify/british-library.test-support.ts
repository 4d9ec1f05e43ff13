import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { pipeline } from 'node:stream';
import { createServer } from 'node:tls';
import { type ArtMessage, type ReplyLine, readReplies } from '@interlend/artemail';
import { BritishLibrary } from '@interlend/artemail/double';
import type { Listening, PeerAddress } from '@interlend/core';
import { listenForMail, type MailServer, sendMail } from '@interlend/mail/smtp';
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

/** How the mails of the British Library travel beyond plain SMTP. */
export interface OfficeTls {
  /** Of its mail server: STARTTLS, or TLS from the first octet. */
  readonly office?: { readonly cert: string; readonly key: string; readonly isImplicit?: boolean };
  /** How it hands over its replies. */
  readonly replies?: Pick<MailServer, 'security' | 'ca'>;
}

export async function startBritishLibrary(
  fault: MailFault = (text) => text,
  accounts = [account],
  isReporting = true,
  tls: OfficeTls = {},
): Promise<RunningBritishLibrary> {
  const answersTo = await freePort();
  const address = 'artemail@bl.example';
  const library = new BritishLibrary({ address, accounts, clock: { now: () => new Date() } });
  const taken: string[] = [];
  const reports: Promise<void>[] = [];
  const write = async (raw: Uint8Array): Promise<void> => {
    const server = { host: '127.0.0.1', port: answersTo, security: 'none', ...tls.replies } as const;
    const bytes = new Uint8Array(Buffer.from(fault(latin1(raw)), 'latin1'));
    await sendMail(bytes, { from: address, to: 'desk@library.example' }, { server });
  };
  const office: Listening = await listenForMail(
    { host: '127.0.0.1', port: 0 },
    {
      isRecipient: () => true,
      ...(tls.office && !tls.office.isImplicit ? { tls: { ...tls.office, isRequired: true } } : {}),
    },
    async ({ raw }) => {
      taken.push(latin1(raw));
      const report = await library.receive(raw);
      if (isReporting) reports.push(write(report));
    },
  );
  const ending = tls.office?.isImplicit ? await endTls(tls.office, office.address) : undefined;
  const desk: PartnerDesk = {
    name: 'the double of the British Library',
    isExact: true,
    begin: () => ({
      async act({ due }, { expected }) {
        const requestNumber = [...library.orders.keys()].at(-1) ?? '';
        const message = expected?.message as ArtMessage | undefined;
        if (message?.kind !== 'mail') throw new Error('expected the mail of the exchange');
        const lines = readReplies(message.mail.text).filter(isCoded);
        await Promise.all(reports);
        await write(library.reply(lines.map((line) => ({ ...line, requestNumber, ...dayOf(line, due) }))));
        return undefined;
      },
    }),
  };
  return {
    listener: ending?.address ?? office.address,
    answersTo,
    desk,
    taken,
    async close() {
      await Promise.allSettled(reports);
      await ending?.close();
      await office.close();
    },
  };
}

/** TLS from the first octet in front of a mail server, as a terminator does it. */
async function endTls(
  { cert, key }: { readonly cert: string; readonly key: string },
  { host, port }: PeerAddress,
): Promise<Listening> {
  const server = createServer({ cert, key }, (outside) => {
    const inside = connect({ host, port });
    pipeline(outside, inside, outside, () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    address: { host: '127.0.0.1', port: own },
    close: async () => {
      server.close();
    },
  };
}

function isCoded(line: ReplyLine): line is ReplyLine & { readonly code: string } {
  return line.code !== undefined;
}

/** The day that staff were asked to enter, in place of the one of the exchange. */
function dayOf({ argument }: ReplyLine, due: unknown): { readonly argument?: string } {
  if (typeof due !== 'string' || !/^\d\d-\d\d-\d{4}$/.test(argument ?? '')) return {};
  return { argument: due.split('-').reverse().join('-') };
}
