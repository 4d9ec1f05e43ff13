import { BritishLibrary } from '@interlend/artemail/double';
import type { LendingRequest, Listening, PeerAddress } from '@interlend/core';
import { listenForMail, sendMail } from '@interlend/mail/smtp';
import { defaultRegistry } from '../../protocols.js';
import type { Server } from '../../server.js';
import type { SettingsInput } from '../../settings.js';
import { eventually, startServer } from '../../test-server.test-support.js';

const open: { close(): Promise<void> }[] = [];

/** To be closed after the test. */
export function opened<Thing extends { close(): Promise<void> }>(thing: Thing): Thing {
  open.push(thing);
  return thing;
}

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const each of open.splice(0).reverse()) await each.close();
}

export const anywhere = { host: '127.0.0.1', port: 0 };
export const text = ({ host, port }: PeerAddress): string => `${host}:${port}`;

/** A mail server that takes everything, keeps it, and hands it on to who has the address. */
export async function postOffice(take: (raw: Uint8Array, to: string) => Promise<void>): Promise<Listening> {
  return opened(
    await listenForMail(anywhere, { isRecipient: () => true }, async ({ raw, envelopeTo }) => {
      for (const to of envelopeTo) await take(raw, to);
    }),
  );
}

export async function handOver(raw: Uint8Array, to: string, address: PeerAddress): Promise<void> {
  await sendMail(raw, { from: 'post@office.example', to }, { server: { ...address, security: 'none' } });
}

export async function start(symbol: string, settings: Partial<SettingsInput>): Promise<Server> {
  const server = await startServer(symbol, settings, { registry: defaultRegistry });
  opened({ close: () => server.stop() });
  return server;
}

export const request = (lender: string, more: Partial<LendingRequest> = {}): LendingRequest => ({
  borrower: { symbol: 'EX:LIB' },
  lender: { symbol: lender },
  services: ['loan'],
  item: { kind: 'monograph', title: 'Über Beispiele', author: 'Jones' },
  ...more,
});

export const stateOf = (server: Server, id: string, state: string) =>
  eventually(async () => {
    const record = await server.store.transaction(id);
    return record?.transaction.state === state ? record : undefined;
  });

/** What the API shows of a loan. */
export interface ShownLoan {
  readonly state: string;
  readonly needsReview: boolean;
  readonly pending: readonly { readonly id: string; readonly event: { readonly type: string } }[];
  readonly events: readonly { readonly event: { readonly type: string } }[];
  readonly messages: readonly {
    readonly hex: string;
    readonly name?: string;
    readonly warnings: readonly string[];
    readonly sentIn: readonly { readonly name: string; readonly hex?: string }[];
  }[];
}

export async function shownLoan(server: Server, id: string): Promise<ShownLoan> {
  const response = await fetch(new URL(`/transactions/${id}`, server.apiUrl));
  return (await response.json()) as ShownLoan;
}

/** The settings of a partner that is the British Library. */
export const partner = {
  from: 'desk@library.example',
  to: 'artemail@bl.example',
  accounts: [{ customerCode: '12-3456', password: 'SECRET7' }],
  keywords: { service: ['S'], delivery: ['LOAN'], instructions: [] },
};

/** As a peer at the mail server of an address. */
export function britishLibraryAt(
  address: PeerAddress,
  more: Readonly<Record<string, unknown>> = {},
): NonNullable<SettingsInput['peers']>[number] {
  return {
    symbol: 'EX:BL',
    protocol: 'artemail',
    transport: 'smtp',
    address: text(address),
    relay: { security: 'none' },
    profile: 'british-library',
    partner: { ...partner, ...more },
  };
}

/** A server that orders, and the British Library that reports on each file. */
export async function rehearsal(more: Readonly<Record<string, unknown>> = {}) {
  const library = new BritishLibrary({
    address: partner.to,
    accounts: partner.accounts,
    clock: { now: () => new Date() },
  });
  let home: PeerAddress = anywhere;
  const arrived: Uint8Array[] = [];
  const answers: Promise<void>[] = [];
  const office = await postOffice(async (raw) => {
    arrived.push(raw);
    const report = await library.receive(raw);
    answers.push(handOver(report, partner.from, home));
  });
  const server = await start('EX:LIB', {
    listeners: [{ protocol: 'artemail', transport: 'smtp', port: 0 }],
    peers: [britishLibraryAt(office.address, more)],
  });
  home = server.listeners[0] ?? anywhere;
  const numberOf = async (id: string): Promise<string> => (await server.store.transaction(id))?.key ?? '';
  /** A mail reaches the server. */
  const hear = (raw: Uint8Array): Promise<void> => handOver(raw, partner.from, home);
  const reply = async (
    lines: readonly { readonly requestNumber: string; readonly code: string }[],
  ): Promise<void> => hear(library.reply(lines));
  const ask = async (): Promise<string> => (await server.desk.borrow(request('EX:BL'))).id;
  /** Resolves when the library has an order and its report has come. */
  const isOrdered = async (id: string): Promise<void> => {
    await eventually(async () => (library.orders.has(await numberOf(id)) ? true : undefined));
    await Promise.all(answers);
  };
  const ordered = async (): Promise<string> => {
    const id = await ask();
    await isOrdered(id);
    return id;
  };
  return { library, server, arrived, numberOf, hear, reply, ask, isOrdered, ordered };
}

/** What a mail server of the partner writes when it gives a mail back. `inside`: further parts, lines with headers. */
export function bounceOf(
  messageId: string,
  { diagnostic, inside = [] }: { readonly diagnostic?: string; readonly inside?: readonly string[] } = {},
): Uint8Array {
  return Buffer.from(
    [
      'From: MAILER-DAEMON@mx.bl.example',
      `To: ${partner.from}`,
      'Subject: Undelivered',
      'Auto-Submitted: auto-replied',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=x',
      '',
      '--x',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.bl.example',
      '',
      `Final-Recipient: rfc822; ${partner.to}`,
      'Action: failed',
      'Status: 5.1.1',
      ...(diagnostic === undefined ? [] : [`Diagnostic-Code: smtp; ${diagnostic}`]),
      '',
      '--x',
      'Content-Type: text/rfc822-headers',
      '',
      `Message-ID: ${messageId}`,
      '',
      ...(inside.length === 0 ? [] : ['--x', ...inside]),
      '--x--',
      '',
    ].join('\r\n'),
  );
}
