import type { Listening, PeerAddress } from '@interlend/core';
import { isSameAddress } from '@interlend/mail';
import { listenForMail, sendMail } from '@interlend/mail/smtp';
import { type Rehearsal, rehearse } from './rehearsal.test-support.js';

export const own = 'ill@simulator.example';

const open: (() => Promise<void>)[] = [];

/** Has something closed after the test. */
export function closing(close: () => Promise<void>): void {
  open.push(close);
}

/** Closes everything, for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

/** A mail server between all of them: it hands mails on to whoever has the address. */
async function postOffice(): Promise<{
  readonly address: PeerAddress;
  readonly homes: Map<string, (raw: Uint8Array) => Promise<unknown>>;
}> {
  const homes = new Map<string, (raw: Uint8Array) => Promise<unknown>>();
  const office: Listening = await listenForMail(
    { host: '127.0.0.1', port: 0 },
    { isRecipient: () => true },
    async ({ raw, envelopeTo: [to = ''] }) => {
      for (const [address, take] of homes) if (isSameAddress(address, to)) await take(raw);
    },
  );
  closing(() => office.close());
  return { address: office.address, homes };
}

export const handTo =
  (address: PeerAddress | undefined, to: string) =>
  (raw: Uint8Array): Promise<unknown> =>
    sendMail(
      raw,
      { from: 'post@office.example', to },
      { server: { host: '127.0.0.1', port: 0, ...address, security: 'none' } },
    );

export async function rehearsal(): Promise<
  Rehearsal & {
    readonly homes: Map<string, (raw: Uint8Array) => Promise<unknown>>;
    readonly office: PeerAddress;
  }
> {
  const { address, homes } = await postOffice();
  const desk = await rehearse({
    mail: { address: own, server: address },
    titles: [{ title: 'The Theory of Examples', barcode: 'B-1' }],
    partners: [
      { type: 'EMAIL', code: 'HILLTOP', name: 'Hilltop Library', email: 'desk@hilltop.example' },
      {
        type: 'ART_EMAIL',
        code: 'BLDSC',
        email: 'artemail@bl.example',
        customers: [{ code: '12-3456', password: 'SECRET7' }],
        keywords: { service: ['S'], delivery: ['LOAN'] },
      },
    ],
  });
  closing(() => desk.alma.close());
  homes.set(own, handTo(desk.alma.listeners.get('mail'), own));
  return { ...desk, homes, office: address };
}

interface Mail {
  readonly id: string;
  readonly from: string;
  readonly isEntered: boolean;
}

export const mails = async ({ alma }: Rehearsal): Promise<readonly Mail[]> =>
  ((await (await fetch(`${alma.url}/staff/mails`)).json()) as { mails: readonly Mail[] }).mails;

/** Staff wait for the next mail and key it in. */
export async function enterNext(desk: Rehearsal, from: string): Promise<void> {
  const next = async () => (await mails(desk)).find(({ isEntered }) => !isEntered);
  await desk.shows(async () => (await next())?.from, from);
  await desk.staff(`mails/${(await next())?.id}/enter`, {});
}
