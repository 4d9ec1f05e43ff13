import { BritishLibrary } from '@interlend/artemail/double';
import type { Listening, PeerAddress } from '@interlend/core';
import { isSameAddress } from '@interlend/mail';
import { listenForMail, sendMail } from '@interlend/mail/smtp';
import { afterEach, expect, it } from 'vitest';
import {
  aBorrowingRequest,
  accepts,
  hears,
  loanIn,
  type Rehearsal,
  rehearse,
  says,
  startPartner,
} from './rehearsal.test-support.js';

const own = 'ill@simulator.example';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

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
  open.push(() => office.close());
  return { address: office.address, homes };
}

const handTo =
  (address: PeerAddress | undefined, to: string) =>
  (raw: Uint8Array): Promise<unknown> =>
    sendMail(
      raw,
      { from: 'post@office.example', to },
      { server: { host: '127.0.0.1', port: 0, ...address, security: 'none' } },
    );

async function rehearsal(): Promise<
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
  open.push(() => desk.alma.close());
  homes.set(own, handTo(desk.alma.listeners.get('mail'), own));
  return { ...desk, homes, office: address };
}

interface Mail {
  readonly id: string;
  readonly from: string;
  readonly isEntered: boolean;
}

const mails = async ({ alma }: Rehearsal): Promise<readonly Mail[]> =>
  ((await (await fetch(`${alma.url}/staff/mails`)).json()) as { mails: readonly Mail[] }).mails;

/** Staff wait for the next mail and key it in. */
async function enterNext(desk: Rehearsal, from: string): Promise<void> {
  const next = async () => (await mails(desk)).find(({ isEntered }) => !isEntered);
  await desk.shows(async () => (await next())?.from, from);
  await desk.staff(`mails/${(await next())?.id}/enter`, {});
}

const withServer = async () => {
  const desk = await rehearsal();
  const server = await startPartner('EX:HILLTOP', {
    listeners: [{ protocol: 'email', transport: 'smtp', port: 0 }],
    peers: [
      {
        symbol: 'EX:SIM',
        protocol: 'email',
        transport: 'smtp',
        address: `${desk.office.host}:${desk.office.port}`,
        relay: { security: 'none' },
        partner: { from: 'desk@hilltop.example', to: own, replies: 'automatic' },
      },
    ],
  });
  open.push(() => server.stop());
  desk.homes.set('desk@hilltop.example', handTo(server.listeners[0], 'desk@hilltop.example'));
  return { desk, server };
};

it('a loan by letters goes its whole way with Alma as borrower, staff keying in what comes back', async () => {
  const { desk, server } = await withServer();
  const { request_id: id } = await desk.client.borrowingRequests.create(
    'patron',
    aBorrowingRequest('Another Book'),
  );
  const status = async () => (await desk.client.borrowingRequests.get('patron', id)).status?.value;
  await desk.act(id, 'send', { partner: 'HILLTOP' });
  expect(await status()).toBe('REQUEST_SENT');
  const loan = await loanIn(server, 'requested');
  await says(server, loan, {
    type: 'shipped',
    from: 'lender',
    service: 'loan',
    shippedOn: '2030-01-04',
    due: '2030-02-04',
  });
  await desk.shows(async () => (await mails(desk))[0]?.from, 'desk@hilltop.example');
  // Alma reads no mail: nothing has changed there.
  expect(await status()).toBe('REQUEST_SENT');
  await enterNext(desk, 'desk@hilltop.example');
  expect(await status()).toBe('SHIPPED_PHYSICALLY');

  await desk.act(id, 'receive', { barcode: 'T-1' });
  // That letter is a guess: the partner's staff look at it.
  await accepts(server, loan);
  await hears(server, loan, 'received');
  await desk.act(id, 'return');
  await hears(server, loan, 'returned');
  await says(server, loan, { type: 'checkedIn', from: 'lender', checkedInOn: '2030-02-04' });
  await enterNext(desk, 'desk@hilltop.example');
  expect(await status()).toBe('REQUEST_COMPLETED');
  expect(await desk.said(id)).toEqual([
    'out FulOutgoingEmailLetter',
    'in LenderShipEmailLetter',
    'out BorrowerReceiveEmailLetter',
    'out BorrowerReturnEmailLetter',
    'in LenderCheckedInEmailLetter',
  ]);
  expect(desk.alma.problems).toEqual([]);
});

it('a loan by letters goes its whole way with Alma as lender', async () => {
  const { desk, server } = await withServer();
  await server.desk.borrow({
    borrower: { symbol: 'EX:HILLTOP' },
    lender: { symbol: 'EX:SIM' },
    services: ['loan'],
    item: { kind: 'monograph', title: 'The Theory of Examples' },
  });
  await enterNext(desk, 'desk@hilltop.example');
  const [task] = (await desk.client.lendingRequests.tasks({ library: 'RS' })).requests;
  if (!task) throw new Error('no task');
  const id = task.request_id;
  expect(task).toMatchObject({ partner: { value: 'HILLTOP' }, mms_id: '990' });
  const status = async () => (await desk.client.lendingRequests.get('HILLTOP', id)).status?.value;

  await desk.act(id, 'will-supply');
  const loan = await loanIn(server, 'requested');
  await hears(server, loan, 'willSupply');
  await desk.act(id, 'ship', { barcode: 'B-1', due: '2030-02-01' });
  expect(await status()).toBe('SHIPPED_PHYSICALLY');
  await hears(server, loan, 'shipped');
  await says(server, loan, { type: 'received', from: 'borrower', service: 'loan', receivedOn: '2030-01-06' });
  await enterNext(desk, 'desk@hilltop.example');
  await desk.act(id, 'recall');
  await hears(server, loan, 'recalled');
  await says(server, loan, { type: 'returned', from: 'borrower', returnedOn: '2030-01-20' });
  await enterNext(desk, 'desk@hilltop.example');
  const item = await desk.client.items.byBarcode('B-1');
  await desk.client.items.scanIn(
    { mms: '990', holding: item.holding_data.holding_id, item: item.item_data.pid },
    { library: 'RS', circ_desk: 'DESK' },
  );
  expect(await status()).toBe('REQUEST_COMPLETED');
  await hears(server, loan, 'checkedIn');
  expect(desk.alma.problems).toEqual([]);
});

it('an order to the British Library goes out as ARTEmail, and its replies are keyed in', async () => {
  const desk = await rehearsal();
  const library = new BritishLibrary({
    address: 'artemail@bl.example',
    accounts: [{ customerCode: '12-3456', password: 'SECRET7' }],
    clock: { now: () => new Date() },
  });
  const toAlma = handTo(desk.alma.listeners.get('mail'), own);
  desk.homes.set('artemail@bl.example', async (raw) => void toAlma(await library.receive(raw)));
  const { request_id: id, external_id: number = '' } = await desk.client.borrowingRequests.create(
    'patron',
    aBorrowingRequest('Another Book'),
  );
  const status = async () => (await desk.client.borrowingRequests.get('patron', id)).status?.value;
  await desk.act(id, 'send', { partner: 'BLDSC' });
  await enterNext(desk, 'artemail@bl.example');
  expect(library.orders.get(number)).toMatchObject({ customer: '12-3456', state: 'open' });
  expect(await status()).toBe('REQUEST_SENT');
  expect(JSON.stringify(await desk.staff(`requests/${id}`))).not.toContain('SECRET7');

  // No published code says that a loan was sent: the item arrives.
  await desk.act(id, 'receive', { barcode: 'T-1' });
  expect(await status()).toBe('RECEIVED_PHYSICALLY');
  await desk.act(id, 'return');
  expect(await status()).toBe('RETURNED_TO_PARTNER');
  expect(await desk.said(id)).toEqual(['out Order', 'in File accepted']);
});

it('a refusal of the British Library, and a cancellation, are keyed in', async () => {
  const desk = await rehearsal();
  const library = new BritishLibrary({
    address: 'artemail@bl.example',
    accounts: [{ customerCode: '12-3456', password: 'SECRET7' }],
    clock: { now: () => new Date() },
  });
  let arrived: () => void = () => {};
  desk.homes.set('artemail@bl.example', async (raw) => {
    await library.receive(raw);
    arrived();
  });
  const toAlma = handTo(desk.alma.listeners.get('mail'), own);
  /** Does something in Alma, and waits for the mail that it sends. */
  const mailed = async (act: () => Promise<unknown>): Promise<void> => {
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await act();
    await arrival;
  };
  const order = async (title: string) => {
    const made = await desk.client.borrowingRequests.create('patron', aBorrowingRequest(title));
    await mailed(() => desk.act(made.request_id, 'send', { partner: 'BLDSC' }));
    return { id: made.request_id, number: made.external_id ?? '' };
  };
  const status = async (id: string) => (await desk.client.borrowingRequests.get('patron', id)).status?.value;
  const [one, two] = [await order('One'), await order('Two')];
  await mailed(() => desk.act(two.id, 'cancel'));
  expect(library.orders.get(two.number)?.state).toBe('cancelled');
  // One mail, two requests.
  await toAlma(
    library.reply([
      { requestNumber: one.number, code: 'NOT*NUKL' },
      { requestNumber: two.number, code: 'CANC' },
    ]),
  );
  await enterNext(desk, 'artemail@bl.example');
  expect([await status(one.id), await status(two.id)]).toEqual(['REJECT', 'CANCELLED']);
});

it('mails of strangers, mails that were keyed in, and letters without a mail server are told of', async () => {
  const desk = await rehearsal();
  const alone = await rehearse({
    partners: [{ type: 'EMAIL', code: 'HILLTOP', email: 'desk@hilltop.example' }],
  });
  open.push(() => alone.alma.close());
  const { request_id: id } = await alone.client.borrowingRequests.create('patron', aBorrowingRequest('A'));
  await alone.act(id, 'send', { partner: 'HILLTOP' });
  expect(alone.alma.problems).toEqual(['HILLTOP: no mail server is set, the letter stays here']);

  const text = (from: string) =>
    new TextEncoder().encode(
      `From: ${from}\r\nTo: ${own}\r\nSubject: x\r\nMessage-ID: <${from}>\r\n\r\nhello\r\n`,
    );
  const toAlma = handTo(desk.alma.listeners.get('mail'), own);
  await toAlma(text('stranger@elsewhere.example'));
  await expect(desk.staff('mails/1/enter', {})).rejects.toThrow('no active partner writes from');
  await toAlma(text('desk@hilltop.example'));
  await desk.staff('mails/2/enter', {});
  await expect(desk.staff('mails/2/enter', {})).rejects.toThrow('keyed in already');
  await expect(desk.staff('mails/3/enter', {})).rejects.toThrow('there is no mail 3');
});
