import type { Server } from '@interlend/reference-server';
import { HubDouble } from '@interlend/slnp/double';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  aBorrowingRequest,
  loanIn,
  type Rehearsal,
  rehearse,
  says,
  startPartner,
} from './rehearsal.test-support.js';

const own = 'DE-SIM';
const other = 'DE-B1';
const code = 'BIBLIOTHEK';

let desk: Rehearsal;
let partner: Server;
let hub: HubDouble;

/** The central server stands between Alma and the partner: neither ever speaks with the other. */
beforeEach(async () => {
  desk = await rehearse({
    institution: { symbol: own },
    patrons: ['4711'],
    titles: [{ title: 'Kater Murr', barcode: 'B-1' }],
  });
  const acceptor = createTcpAcceptor({ onError: () => {} });
  const connector = createTcpConnector();
  const libraries: Record<string, { connector: typeof connector; address: { host: string; port: number } }> =
    {};
  hub = new HubDouble({ acceptor, libraries, patience: { attempts: 5, pauseMs: 5 } });
  const at = await hub.listen({ host: '127.0.0.1', port: 0 });
  partner = await startPartner(other, {
    listeners: [{ protocol: 'slnp', transport: 'tcp', port: 0 }],
    peers: [
      { symbol: 'ZFL', protocol: 'slnp', transport: 'tcp', address: `${at.host}:${at.port}`, isHub: true },
    ],
  });
  const [there] = partner.listeners;
  const here = desk.alma.listeners.get('slnp');
  if (!there || !here) throw new Error('nobody listens');
  libraries[other] = { connector, address: there };
  libraries[own] = { connector, address: here };
  await desk.client.partners.create({
    partner_details: {
      code,
      name: 'Eine Bibliothek',
      status: 'ACTIVE',
      system_type: { value: 'OTHER' },
      borrowing_supported: true,
      lending_supported: true,
      profile_details: {
        profile_type: 'SLNP',
        iso_details: { ill_server: at.host, ill_port: at.port, iso_symbol: other },
      },
    },
  });
});

afterEach(async () => {
  await hub.close();
  await partner.stop();
  await desk.alma.close();
});

const order = (borrower: string, lender: string, reader = '4711') => ({
  borrower,
  rota: [lender],
  fields: { BenutzerNummer: reader, Titel: 'Kater Murr' },
  isTrusted: true,
});

it('a loan over SLNP goes its whole way with Alma as lender', async () => {
  const number = hub.submitOrder(order(other, own));
  const tasks = async () => (await desk.client.lendingRequests.tasks({ library: 'RS' })).requests;
  await desk.shows(async () => (await tasks())[0]?.status?.value, 'REQUEST_CREATED_LEND');
  const [task] = await tasks();
  if (!task) throw new Error('no task');
  expect(task).toMatchObject({ external_id: number, partner: { value: code }, title: 'Kater Murr' });
  const id = task.request_id;
  const status = async () => (await desk.client.lendingRequests.get(code, id)).status?.value;

  await desk.act(id, 'ship', { barcode: 'B-1' });
  expect(await status()).toBe('SHIPPED_PHYSICALLY');
  await hub.reached(number, 'Shipped');
  const loan = await loanIn(partner, 'shipped');
  await says(partner, loan, {
    type: 'received',
    from: 'borrower',
    service: 'loan',
    receivedOn: '2030-01-10',
  });
  await says(partner, loan, { type: 'returned', from: 'borrower', returnedOn: '2030-01-20' });
  await hub.reached(number, 'Return');
  // Nobody tells Alma: the item lies on the desk. The wire has no word for the check-in either.
  await desk.act(id, 'check-in');
  expect(await status()).toBe('REQUEST_COMPLETED');
  await desk.shows(async () => (await desk.said(id)).at(-1), 'in 240');
  expect(await desk.said(id)).toEqual(['in SLNPFLBestellung AFL', 'out SLNPInfo2FLServer Shipped', 'in 240']);
  expect(desk.alma.problems).toEqual([]);
});

it('a loan over SLNP goes its whole way with Alma as borrower: the central server brings the order', async () => {
  const number = hub.submitOrder({ ...order(own, other), isTrusted: false });
  const loan = await loanIn(partner, 'requested');
  const { request: made } = [...desk.alma.double.state.borrowing.values()][0] ?? {};
  if (!made) throw new Error('no borrowing request');
  const id = made.request_id;
  const read = () => desk.client.borrowingRequests.get('4711', id);
  const status = async () => (await read()).status?.value;
  expect(await read()).toMatchObject({ external_id: number, title: 'Kater Murr' });
  expect((await read()).partner?.value).toBeUndefined();
  expect(await status()).toBe('REQUEST_SENT');

  await says(partner, loan, { type: 'shipped', from: 'lender', service: 'loan' });
  await desk.shows(status, 'SHIPPED_PHYSICALLY');
  expect((await read()).partner?.value).toBe(code);
  await desk.act(id, 'receive', { barcode: 'T-1' });
  expect(await status()).toBe('RECEIVED_PHYSICALLY');
  expect((await desk.client.items.byBarcode('T-1')).bib_data.title).toBe('Kater Murr');
  await desk.act(id, 'return');
  expect(await status()).toBe('RETURNED_TO_PARTNER');
  await hub.reached(number, 'Return');
  await desk.shows(async () => (await desk.said(id)).at(-1), 'in 240');
  expect(await desk.said(id)).toEqual([
    'in SLNPFLBestellung PFL',
    'in SLNPPFLDatenAenderung',
    'out SLNPInfo2FLServer Return',
    'in 240',
  ]);
  expect(desk.alma.problems).toEqual([]);
});

it('a request that cannot be filled goes on to the next lender', async () => {
  const number = hub.submitOrder({ ...order(other, own), rota: [own, other] });
  const tasks = async () => (await desk.client.lendingRequests.tasks({ library: 'RS' })).requests;
  await desk.shows(async () => (await tasks())[0]?.status?.value, 'REQUEST_CREATED_LEND');
  const id = (await tasks())[0]?.request_id ?? '';
  expect((await desk.staff(`requests/${id}`)).allowed).toEqual(['ship', 'reject']);
  await desk.act(id, 'reject', { note: 'verliehen' });
  expect((await desk.client.lendingRequests.get(code, id)).status?.value).toBe('REJECT');
  await desk.shows(async () => (await desk.said(id)).at(-1), 'in 240');
  await hub.reached(number, 'WorkOut');
  expect(hub.turns.at(-1)).toMatchObject({ library: other, command: 'SLNPFLBestellung AFL', code: 250 });
});

it('readers that nobody knows, and libraries that are no partner, are refused', async () => {
  await hub.reached(hub.submitOrder(order(own, other, '4712')), 'Cancel');
  expect(desk.alma.double.state.borrowing.size).toBe(0);
  await desk.client.partners.update(code, (one) => ({
    ...one,
    partner_details: { ...one.partner_details, status: 'INACTIVE' },
  }));
  await hub.reached(hub.submitOrder(order(other, own)), 'Sign');
  expect(desk.alma.double.state.lending.size).toBe(0);
  expect(desk.alma.problems).toEqual([
    'the reader may not order',
    `SLNPFLBestellung AFL of nobody that is known: ${other}`,
  ]);
});

it('staff cannot send an order over SLNP: readers order at the central server', async () => {
  const { request_id: id } = await desk.client.borrowingRequests.create('4711', aBorrowingRequest('Another'));
  await expect(desk.act(id, 'send', { partner: code })).rejects.toThrow('SLNP has no command');
});
