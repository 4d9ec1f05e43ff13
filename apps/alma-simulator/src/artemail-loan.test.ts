import { BritishLibrary } from '@interlend/artemail/double';
import { afterEach, expect, it } from 'vitest';
import { closeAll, enterNext, handTo, own, rehearsal } from './mail-rehearsal.test-support.js';
import { aBorrowingRequest } from './rehearsal.test-support.js';

afterEach(closeAll);

const theLibrary = () =>
  new BritishLibrary({
    address: 'artemail@bl.example',
    accounts: [{ customerCode: '12-3456', password: 'SECRET7' }],
    clock: { now: () => new Date() },
  });

it('an order to the British Library goes out as ARTEmail, and its replies are keyed in', async () => {
  const desk = await rehearsal();
  const library = theLibrary();
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
  const library = theLibrary();
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

it('everything that one mail says about a request is keyed in', async () => {
  const desk = await rehearsal();
  const library = theLibrary();
  const arrived = new Promise<void>((resolve) => {
    desk.homes.set('artemail@bl.example', async (raw) => {
      await library.receive(raw);
      resolve();
    });
  });
  const { request_id: id, external_id: number = '' } = await desk.client.borrowingRequests.create(
    'patron',
    aBorrowingRequest('Another Book'),
  );
  await desk.act(id, 'send', { partner: 'BLDSC' });
  await arrived;
  const toAlma = handTo(desk.alma.listeners.get('mail'), own);
  await toAlma(
    library.reply([
      { requestNumber: number, code: 'USE*3' },
      { requestNumber: number, code: 'NOT*NUKL' },
    ]),
  );
  await enterNext(desk, 'artemail@bl.example');
  expect((await desk.client.borrowingRequests.get('patron', id)).status?.value).toBe('REJECT');
});
