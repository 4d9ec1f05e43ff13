import {
  type AlmaClient,
  AlmaLimiter,
  createAlmaClient,
  emptyCheckpoint,
  lookAtLending,
} from '@interlend/alma';
import { eventKey } from '@interlend/core';
import { checkSettings, createServer, defaultRegistry, type Server } from '@interlend/reference-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from './simulator.js';

const sim = 'SIM:LIB';
const partner = 'TEST:RSP';
const code = 'NLA:RSP';

let alma: Simulator;
let server: Server;
let client: AlmaClient;

/** Where the other side listens is known only when it does: the partner record is set through REST. */
beforeEach(async () => {
  alma = await startSimulator({
    port: 0,
    ports: { 'iso-ill': 0 },
    apiKey: 'rehearsal',
    perSecond: 1000,
    titles: [{ title: 'The Theory of Examples', isbn: '9780000000002', barcode: 'B-1' }],
  });
  const address = alma.listeners.get('iso-ill');
  const { settings, mistakes = [] } = checkSettings(
    {
      data: ':memory:',
      commitDelayMs: 0,
      api: { port: 0 },
      libraries: [{ symbol: partner, name: 'Partner Library' }],
      listeners: [{ protocol: 'iso-ill', transport: '1611', port: 0 }],
      peers: [
        {
          symbol: sim,
          protocol: 'iso-ill',
          transport: '1611',
          address: `127.0.0.1:${address?.port}`,
          profile: 'alma',
        },
      ],
      log: { level: 'silent' },
    },
    {},
    defaultRegistry,
  );
  if (!settings) throw new AggregateError(mistakes);
  server = createServer(settings);
  await server.start();
  client = createAlmaClient({
    server: alma.url,
    apiKey: 'rehearsal',
    limiter: new AlmaLimiter({ perSecond: 1000 }),
  });
  await client.partners.create({
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
  await alma.close();
});

interface StaffView {
  readonly status: string;
  readonly allowed: readonly string[];
  readonly conversation: readonly { readonly direction: string; readonly message: string }[];
}

async function staff(path: string, body?: object): Promise<StaffView> {
  const response = await fetch(
    `${alma.url}/staff/${path}`,
    body ? { method: 'POST', body: JSON.stringify(body) } : {},
  );
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer as StaffView;
}

const act = (id: string, action: string, body: object = {}) =>
  staff(`requests/${id}/actions/${action}`, body);

/** The loan at the partner, once it is in a state. */
function partnerHas(state: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      server.store.transactions({}, 1).then(({ rows: [loan] }) => {
        if (loan?.transaction.state !== state) return;
        stop();
        resolve(loan.id);
      }, reject);
    };
    const stop = server.stream.watch(look);
    look();
  });
}

/** The same at the partner's desk. */
async function partnerSays(action: string, body: object = {}): Promise<void> {
  const id = (await server.store.transactions({}, 1)).rows[0]?.id;
  const response = await fetch(`${server.apiUrl}/transactions/${id}/actions/${action}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(await response.text());
}

/** What `read` gives, once it is as wanted: looked at after every change in Alma. */
function almaShows(read: () => Promise<string | undefined>, wanted: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      read().then((found) => {
        if (found !== wanted) return;
        stop();
        resolve();
      }, reject);
    };
    const stop = alma.desk.watch(look);
    look();
  });
}

const apdus = ({ conversation }: StaffView) =>
  conversation.map(({ direction, message }) => `${direction} ${message}`);

describe('a loan between the simulator and the reference server over ISO ILL', () => {
  it('goes its whole way with Alma as borrower, driven by its staff and visible in its REST', async () => {
    const { request_id: id } = await client.borrowingRequests.create('patron', {
      title: 'Another Book',
      citation_type: { value: 'BK' },
      format: { value: 'PHYSICAL' },
      pickup_location: { value: 'RS' },
      agree_to_copyright_terms: true,
    });
    const status = async () => (await client.borrowingRequests.get('patron', id)).status?.value;
    expect(await status()).toBe('REQUEST_CREATED_BOR');
    expect((await staff(`requests/${id}`)).allowed).toEqual(['send']);

    await act(id, 'send', { partner: code });
    expect(await status()).toBe('REQUEST_SENT');
    await partnerHas('requested');
    await partnerSays('ship', { due: '2030-02-01' });
    await almaShows(status, 'SHIPPED_PHYSICALLY');
    await act(id, 'receive', { barcode: 'T-1' });
    expect(await status()).toBe('RECEIVED_PHYSICALLY');
    expect((await client.items.byBarcode('T-1')).bib_data.title).toBe('Another Book');
    await act(id, 'renew', { due: '2030-03-01' });
    expect(await status()).toBe('RENEW_REQUESTED');
    await partnerHas('renewRequested');
    await partnerSays('answer-renew', { isAccepted: true, due: '2030-03-01' });
    await almaShows(status, 'RENEWED');
    await act(id, 'return');
    expect(await status()).toBe('RETURNED_TO_PARTNER');
    await expect(client.items.byBarcode('T-1')).rejects.toMatchObject({ code: 'not-found' });
    await server.intake.idle();
    await partnerSays('check-in');
    await almaShows(status, 'REQUEST_COMPLETED');
    await partnerHas('checkedIn');

    const view = await staff(`requests/${id}`);
    expect(apdus(view)).toEqual([
      'out ILL-Request',
      'in Shipped',
      'out Received',
      'out Renew',
      'in Renew-Answer yes',
      'out Returned',
      'in Checked-In',
    ]);
    expect(alma.problems).toEqual([]);
  });

  it('goes its whole way with Alma as lender, and a scan through REST checks it in', async () => {
    await server.desk.borrow({
      borrower: { symbol: partner },
      lender: { symbol: sim },
      services: ['loan'],
      item: { kind: 'monograph', title: 'The Theory of Examples', isbn: '9780000000002' },
    });
    const tasks = async () => (await client.lendingRequests.tasks({ library: 'RS' })).requests;
    await almaShows(async () => (await tasks())[0]?.status?.value, 'REQUEST_CREATED_LEND');
    const [task] = await tasks();
    if (!task) throw new Error('no task');
    expect(task).toMatchObject({ partner: { value: code }, owner: 'RS', mms_id: '990' });
    const id = task.request_id;
    const status = async () => (await client.lendingRequests.get(code, id)).status?.value;

    await act(id, 'ship', { barcode: 'B-1', due: '2030-02-01' });
    expect(await status()).toBe('SHIPPED_PHYSICALLY');
    expect(await client.bibs.availability('990')).toMatchObject([{ state: 'unavailable' }]);
    const look = await lookAtLending(client, emptyCheckpoint, { library: 'RS', parties: { own: sim } });
    expect(look.news.map(({ event }) => event && eventKey(event))).toEqual(['shipped']);
    await partnerHas('shipped');
    await partnerSays('receive');
    await partnerSays('return');
    const heard = async () => (await staff(`requests/${id}`)).conversation.at(-1)?.message;
    await almaShows(heard, 'Returned');

    const item = await client.items.byBarcode('B-1');
    const path = {
      mms: item.bib_data.mms_id,
      holding: item.holding_data.holding_id,
      item: item.item_data.pid,
    };
    const scanned = await client.items.scanIn(path, { library: 'RS', circ_desk: 'DESK' });
    expect(scanned.item_data.base_status?.value).toBe('1');
    expect(await status()).toBe('REQUEST_COMPLETED');
    await partnerHas('checkedIn');
    expect(apdus(await staff(`requests/${id}`))).toEqual([
      'in ILL-Request',
      'out Shipped',
      'in Received',
      'in Returned',
      'out Checked-In',
    ]);
    expect(await client.bibs.availability('990')).toMatchObject([{ state: 'available' }]);
    expect(alma.problems).toEqual([]);
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
      await almaShows(async () => [...alma.double.state.lending.values()].at(-1)?.title, title);
      const task = [...alma.double.state.lending.values()].at(-1);
      if (!task) throw new Error('no task');
      return task;
    };
    await ask('Nobody has it');
    const failed = await lent('Nobody has it');
    expect(failed.status?.value).toBe('LOCATE_FAILED');
    await act(failed.request_id, 'reject', { note: 'not held' });
    await partnerHas('unfilled');

    await ask('The Theory of Examples');
    await partnerHas('requested');
    const wanted = await lent('The Theory of Examples');
    await partnerSays('cancel');
    await almaShows(
      async () => (await staff(`requests/${wanted.request_id}`)).conversation.at(-1)?.message,
      'Cancel',
    );
    await act(wanted.request_id, 'answer-cancel', { isAccepted: true });
    await partnerHas('cancelled');
    expect((await client.lendingRequests.get(code, wanted.request_id)).status?.value).toBe('CANCELLED');

    const soon = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    await ask('Needed Soon', soon);
    await partnerHas('requested');
    const late = await lent('Needed Soon');
    expect(await (await fetch(`${alma.url}/staff/jobs/expiry`, { method: 'POST' })).json()).toEqual({
      expired: 0,
    });
    await staff('clock', { days: 4 });
    expect(await (await fetch(`${alma.url}/staff/jobs/expiry`, { method: 'POST' })).json()).toEqual({
      expired: 1,
    });
    await partnerHas('unfilled');
    expect((await client.lendingRequests.get(code, late.request_id)).status?.value).toBe('EXPIRED');
  });

  it('is cancelled through REST: the partner is asked first', async () => {
    const { request_id: id } = await client.borrowingRequests.create('patron', {
      title: 'Another Book',
      citation_type: { value: 'BK' },
      format: { value: 'PHYSICAL' },
      pickup_location: { value: 'RS' },
      agree_to_copyright_terms: true,
    });
    const status = async () => (await client.borrowingRequests.get('patron', id)).status?.value;
    await act(id, 'send', { partner: code });
    await partnerHas('requested');
    await client.borrowingRequests.cancel('patron', id, { reason: 'CancelledAtPatronRequest' });
    expect(await status()).toBe('CANCEL_REPLY');
    await partnerHas('cancelRequested');
    await partnerSays('answer-cancel', { isAccepted: true });
    await almaShows(status, 'CANCELLED');
  });

  it('refuses what staff may not do now, and strangers', async () => {
    await expect(act('1', 'ship')).rejects.toThrow('no request 1 is spoken of with a partner');
    await client.partners.update(code, (one) => ({
      ...one,
      partner_details: { ...one.partner_details, status: 'INACTIVE' },
    }));
    await server.desk.borrow({
      borrower: { symbol: partner },
      lender: { symbol: sim },
      services: ['loan'],
      item: { title: 'The Theory of Examples' },
    });
    await almaShows(async () => alma.problems[0], `ILL-Request of nobody that is known: ${partner}`);
    expect(alma.double.state.lending.size).toBe(0);
  });
});
