import { emptyCheckpoint, lookAtLending } from '@interlend/alma';
import { eventKey } from '@interlend/core';
import type { Server } from '@interlend/reference-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aBorrowingRequest,
  loanIn,
  type Rehearsal,
  rehearse,
  startPartner,
} from './rehearsal.test-support.js';

const sim = 'SIM:LIB';
const partner = 'TEST:RSP';
const code = 'NLA:RSP';

let desk: Rehearsal;
let server: Server;

/** Where the other side listens is known only when it does: the partner record is set through REST. */
beforeEach(async () => {
  desk = await rehearse({
    titles: [{ title: 'The Theory of Examples', isbn: '9780000000002', barcode: 'B-1' }],
  });
  const address = desk.alma.listeners.get('iso-ill');
  const over = { protocol: 'iso-ill', transport: '1611' };
  server = await startPartner(partner, {
    listeners: [{ ...over, port: 0 }],
    peers: [{ symbol: sim, ...over, address: `127.0.0.1:${address?.port}`, profile: 'alma' }],
  });
  await desk.client.partners.create({
    partner_details: {
      code,
      name: 'Partner Library',
      status: 'ACTIVE',
      system_type: { value: 'OTHER' },
      borrowing_supported: true,
      lending_supported: true,
      profile_details: {
        profile_type: 'ISO',
        iso_details: {
          ill_server: '127.0.0.1',
          ill_port: server.listeners[0]?.port ?? 0,
          iso_symbol: partner,
          request_expiry_type: { value: 'INTEREST_DATE' },
        },
      },
    },
  });
});

afterEach(async () => {
  await server.stop();
  await desk.alma.close();
});

/** Staff of the partner say something about its only loan. */
async function partnerSays(action: string, body: object = {}): Promise<void> {
  const id = (await server.store.transactions({}, 1)).rows[0]?.id;
  const response = await fetch(`${server.apiUrl}/transactions/${id}/actions/${action}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(await response.text());
}

describe('a loan between the simulator and the reference server over ISO ILL', () => {
  it('goes its whole way with Alma as borrower, driven by its staff and visible in its REST', async () => {
    const { request_id: id } = await desk.client.borrowingRequests.create(
      'patron',
      aBorrowingRequest('Another Book'),
    );
    const status = async () => (await desk.client.borrowingRequests.get('patron', id)).status?.value;
    expect(await status()).toBe('REQUEST_CREATED_BOR');
    expect((await desk.staff(`requests/${id}`)).allowed).toEqual(['send']);

    await desk.act(id, 'send', { partner: code });
    expect(await status()).toBe('REQUEST_SENT');
    await loanIn(server, 'requested');
    await partnerSays('ship', { due: '2030-02-01' });
    await desk.shows(status, 'SHIPPED_PHYSICALLY');
    await desk.act(id, 'receive', { barcode: 'T-1' });
    expect(await status()).toBe('RECEIVED_PHYSICALLY');
    expect((await desk.client.items.byBarcode('T-1')).bib_data.title).toBe('Another Book');
    await desk.act(id, 'renew', { due: '2030-03-01' });
    expect(await status()).toBe('RENEW_REQUESTED');
    await loanIn(server, 'renewRequested');
    await partnerSays('answer-renew', { isAccepted: true, due: '2030-03-01' });
    await desk.shows(status, 'RENEWED');
    await desk.act(id, 'return');
    expect(await status()).toBe('RETURNED_TO_PARTNER');
    await expect(desk.client.items.byBarcode('T-1')).rejects.toMatchObject({ code: 'not-found' });
    await server.intake.idle();
    await partnerSays('check-in');
    await desk.shows(status, 'REQUEST_COMPLETED');
    await loanIn(server, 'checkedIn');

    expect(await desk.said(id)).toEqual([
      'out ILL-Request',
      'in Shipped',
      'out Received',
      'out Renew',
      'in Renew-Answer yes',
      'out Returned',
      'in Checked-In',
    ]);
    expect(desk.alma.problems).toEqual([]);
  });

  it('goes its whole way with Alma as lender, and a scan through REST checks it in', async () => {
    await server.desk.borrow({
      borrower: { symbol: partner },
      lender: { symbol: sim },
      services: ['loan'],
      item: { kind: 'monograph', title: 'The Theory of Examples', isbn: '9780000000002' },
    });
    const tasks = async () => (await desk.client.lendingRequests.tasks({ library: 'RS' })).requests;
    await desk.shows(async () => (await tasks())[0]?.status?.value, 'REQUEST_CREATED_LEND');
    const [task] = await tasks();
    if (!task) throw new Error('no task');
    expect(task).toMatchObject({ partner: { value: code }, owner: 'RS', mms_id: '990' });
    const id = task.request_id;
    const status = async () => (await desk.client.lendingRequests.get(code, id)).status?.value;

    await desk.act(id, 'ship', { barcode: 'B-1', due: '2030-02-01' });
    expect(await status()).toBe('SHIPPED_PHYSICALLY');
    expect(await desk.client.bibs.availability('990')).toMatchObject([{ state: 'unavailable' }]);
    const look = await lookAtLending(desk.client, emptyCheckpoint, { library: 'RS', parties: { own: sim } });
    expect(look.news.map(({ event }) => event && eventKey(event))).toEqual(['shipped']);
    await loanIn(server, 'shipped');
    await partnerSays('receive');
    await partnerSays('return');
    const heard = async () => (await desk.staff(`requests/${id}`)).conversation.at(-1)?.message;
    await desk.shows(heard, 'Returned');

    const item = await desk.client.items.byBarcode('B-1');
    const path = {
      mms: item.bib_data.mms_id,
      holding: item.holding_data.holding_id,
      item: item.item_data.pid,
    };
    const scanned = await desk.client.items.scanIn(path, { library: 'RS', circ_desk: 'DESK' });
    expect(scanned.item_data.base_status?.value).toBe('1');
    expect(await status()).toBe('REQUEST_COMPLETED');
    await loanIn(server, 'checkedIn');
    expect(await desk.said(id)).toEqual([
      'in ILL-Request',
      'out Shipped',
      'in Received',
      'in Returned',
      'out Checked-In',
    ]);
    expect(await desk.client.bibs.availability('990')).toMatchObject([{ state: 'available' }]);
    expect(desk.alma.problems).toEqual([]);
  });

  it('ends early when Alma cannot supply, when it is cancelled, or when its time has passed', async () => {
    const ask = (title: string, needBefore?: string) =>
      server.desk.borrow({
        borrower: { symbol: partner },
        lender: { symbol: sim },
        services: ['loan'],
        item: { title },
        ...(needBefore !== undefined && { needBefore, expiry: { rule: 'need-before' } as const }),
      });
    const lent = async (title: string) => {
      await desk.shows(async () => [...desk.alma.double.state.lending.values()].at(-1)?.title, title);
      const task = [...desk.alma.double.state.lending.values()].at(-1);
      if (!task) throw new Error('no task');
      return task;
    };
    await ask('Nobody has it');
    const failed = await lent('Nobody has it');
    expect(failed.status?.value).toBe('LOCATE_FAILED');
    await desk.act(failed.request_id, 'reject', { note: 'not held' });
    await loanIn(server, 'unfilled');

    await ask('The Theory of Examples');
    await loanIn(server, 'requested');
    const wanted = await lent('The Theory of Examples');
    await partnerSays('cancel');
    await desk.shows(
      async () => (await desk.staff(`requests/${wanted.request_id}`)).conversation.at(-1)?.message,
      'Cancel',
    );
    await desk.act(wanted.request_id, 'answer-cancel', { isAccepted: true });
    await loanIn(server, 'cancelled');
    expect((await desk.client.lendingRequests.get(code, wanted.request_id)).status?.value).toBe('CANCELLED');

    const soon = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    await ask('Needed Soon', soon);
    await loanIn(server, 'requested');
    const late = await lent('Needed Soon');
    expect(await (await fetch(`${desk.alma.url}/staff/jobs/expiry`, { method: 'POST' })).json()).toEqual({
      expired: 0,
    });
    await desk.staff('clock', { days: 4 });
    expect(await (await fetch(`${desk.alma.url}/staff/jobs/expiry`, { method: 'POST' })).json()).toEqual({
      expired: 1,
    });
    await loanIn(server, 'unfilled');
    expect((await desk.client.lendingRequests.get(code, late.request_id)).status?.value).toBe('EXPIRED');
  });

  it('is cancelled through REST: the partner is asked first', async () => {
    const { request_id: id } = await desk.client.borrowingRequests.create(
      'patron',
      aBorrowingRequest('Another Book'),
    );
    const status = async () => (await desk.client.borrowingRequests.get('patron', id)).status?.value;
    await desk.act(id, 'send', { partner: code });
    await loanIn(server, 'requested');
    await desk.client.borrowingRequests.cancel('patron', id, { reason: 'CancelledAtPatronRequest' });
    expect(await status()).toBe('CANCEL_REPLY');
    await loanIn(server, 'cancelRequested');
    await partnerSays('answer-cancel', { isAccepted: true });
    await desk.shows(status, 'CANCELLED');
  });

  it('refuses what staff may not do now, and strangers', async () => {
    await expect(desk.act('1', 'ship')).rejects.toThrow('no request 1 is spoken of with a partner');
    await desk.client.partners.update(code, (one) => ({
      ...one,
      partner_details: { ...one.partner_details, status: 'INACTIVE' },
    }));
    await server.desk.borrow({
      borrower: { symbol: partner },
      lender: { symbol: sim },
      services: ['loan'],
      item: { title: 'The Theory of Examples' },
    });
    await desk.shows(async () => desk.alma.problems[0], `ILL-Request of nobody that is known: ${partner}`);
    expect(desk.alma.double.state.lending.size).toBe(0);
  });
});
