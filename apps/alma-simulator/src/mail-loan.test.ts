import { afterEach, expect, it } from 'vitest';
import {
  closeAll,
  closing,
  enterNext,
  handTo,
  mails,
  own,
  rehearsal,
} from './mail-rehearsal.test-support.js';
import {
  aBorrowingRequest,
  accepts,
  hears,
  loanIn,
  rehearse,
  says,
  startPartner,
} from './rehearsal.test-support.js';

afterEach(closeAll);

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
  closing(() => server.stop());
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

it('mails of strangers, mails that were keyed in, and letters without a mail server are told of', async () => {
  const desk = await rehearsal();
  const alone = await rehearse({
    partners: [{ type: 'EMAIL', code: 'HILLTOP', email: 'desk@hilltop.example' }],
  });
  closing(() => alone.alma.close());
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
