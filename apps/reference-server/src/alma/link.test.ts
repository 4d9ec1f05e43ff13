import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromPartnerSettings, type Partner } from '@interlend/alma';
import { type AlmaDouble, createAlmaDouble } from '@interlend/alma/double';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../logger.js';
import { defaultRegistry } from '../protocols.js';
import { checkSettings } from '../read-settings.js';
import type { Server } from '../server.js';
import type { SettingsInput } from '../settings.js';
import {
  aRequest,
  borrower,
  eventually,
  lender,
  memoryTransports,
  startServer,
} from '../test-server.test-support.js';
import type { Transports } from '../transports.js';

const key = 'l8xx-example-key';
const isoPartner = (code: string, symbol: string): Partner =>
  fromPartnerSettings({
    protocol: 'iso-ill',
    code,
    name: `Library ${code}`,
    isActive: true,
    lends: true,
    borrows: true,
    symbol,
    host: 'peer',
    port: 1611,
    expiry: { rule: 'never' },
    sendsRequesterInformation: false,
    sharesBarcodes: false,
  });

let folder: string;
let transports: Transports;
let double: AlmaDouble;
let isAway: boolean;
let logged: string[];
const running: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'interlend-alma-'));
  writeFileSync(join(folder, 'key'), `${key}\n`);
  transports = memoryTransports();
  isAway = false;
  logged = [];
  double = createAlmaDouble({
    apiKey: key,
    thresholds: { perSecond: 1000 },
    seed: {
      partners: [
        isoPartner('BORROWER', borrower),
        isoPartner('LENDER', lender),
        {
          partner_details: {
            code: 'RAPID',
            name: 'R',
            status: 'ACTIVE',
            profile_details: { profile_type: 'RAPID', rapid_details: {} },
          },
        },
      ],
      users: [{ primary_id: 'ill', rs_library: [{ code: { value: 'RS' } }] }],
      bibs: [{ mms_id: '991', title: 'On Examples' }],
      items: [
        {
          bib_data: { mms_id: '991' },
          holding_data: { holding_id: '22' },
          item_data: { pid: '23', barcode: 'B-1', base_status: { value: '0' } },
        },
      ],
    },
  });
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const alma = (): SettingsInput['alma'] => ({
  server: 'https://alma.example',
  apiKeyFile: join(folder, 'key'),
  rsLibrary: 'RS',
  circDesk: 'DESK',
  patron: 'ill',
  retryMs: 20,
  perSecond: 1000,
  keepRemaining: 0,
});

async function side(symbol: string, port: number, more: Partial<SettingsInput> = {}): Promise<Server> {
  const server = await startServer(
    symbol,
    { listeners: [{ protocol: 'iso-ill', transport: '1611', host: 'peer', port }], ...more },
    {
      registry: defaultRegistry,
      transports,
      logger: createLogger('debug', { write: (text) => logged.push(text) }),
      fetch: (...args) =>
        isAway ? Promise.reject(new TypeError('fetch failed')) : double.handle(new Request(...args)),
    },
  );
  running.push(server);
  return server;
}

const peerOf = (symbol: string, port: number) => ({
  peers: [{ symbol, protocol: 'iso-ill', transport: '1611', address: `peer:${port}` }],
});

/** The loan of a server, in a state. */
const loanOf = (server: Server, state: string) =>
  eventually(async () => (await server.store.transactions({ state }, 1)).rows[0]);

const say = async (server: Server, action: string, body: object = {}): Promise<void> => {
  const id = (await server.store.transactions({}, 1)).rows[0]?.id;
  const response = await fetch(`${server.apiUrl}/transactions/${id}/actions/${action}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(await response.text());
};

const operations = (): readonly (string | undefined)[] => double.calls.map(({ operation }) => operation);
const times = (operation: string): number => operations().filter((one) => one === operation).length;

describe('a server that is wired to an Alma', () => {
  it('takes its partners as peers, keeps them for when Alma is away, and lets the settings have the last word', async () => {
    const data = join(folder, 'loans.sqlite');
    const first = await side(lender, 1, { data, alma: alma() });
    await first.alma?.idle();
    const peers = async (server: Server) =>
      (
        (await (await fetch(`${server.apiUrl}/peers`)).json()) as {
          peers: { symbol: string; name?: string }[];
        }
      ).peers;
    expect((await peers(first)).map(({ symbol }) => symbol)).toEqual([borrower, lender]);
    expect(first.alma?.status).toMatchObject({
      partners: 2,
      skipped: [{ code: 'RAPID', why: 'no package speaks RAPID' }],
      problem: undefined,
    });
    await running.pop()?.stop();

    isAway = true;
    const [written] = peerOf(borrower, 7).peers;
    const second = await side(lender, 2, {
      data,
      alma: alma(),
      peers: written ? [{ ...written, name: 'By hand' }] : [],
    });
    await second.alma?.idle();
    expect((await peers(second)).map(({ symbol, name }) => [symbol, name])).toEqual([
      [borrower, 'By hand'],
      [lender, 'Library LENDER'],
    ]);
    expect(second.alma?.status.problem).toContain('listPartners');
  });

  it('mirrors a loan as lender, and scans the item in when it is back', async () => {
    const lending = await side(lender, 1, { alma: alma(), ...peerOf(borrower, 2) });
    const borrowing = await side(borrower, 2, peerOf(lender, 1));
    await borrowing.desk.borrow(aRequest);
    const loan = await loanOf(lending, 'requested');
    await lending.alma?.idle();
    const [made] = double.state.lending.values();
    if (!made) throw new Error('no lending request');
    expect(made).toMatchObject({
      external_id: loan.id,
      owner: 'RS',
      partner: { value: 'BORROWER' },
      title: 'On Examples',
      format: { value: 'PHYSICAL' },
      citation_type: { value: 'BOOK' },
    });
    // What staff do in Alma.
    double.state.changeRequest(made, { barcode: 'B-1' });
    await say(lending, 'ship', { due: '2030-02-01' });
    await loanOf(borrowing, 'shipped');
    await say(borrowing, 'receive');
    await say(borrowing, 'return');
    await lending.intake.idle();
    await say(lending, 'check-in');
    await loanOf(borrowing, 'checkedIn');
    await lending.alma?.idle();
    expect(double.state.items.get('23')?.item_data.base_status?.value).toBe('1');
    expect(times('createLendingRequest')).toBe(1);
    expect(lending.alma?.status.loans).toEqual([]);
  });

  it('mirrors a loan as borrower: request, cost, receipt, cancellation', async () => {
    const borrowing = await side(borrower, 1, { alma: alma(), ...peerOf(lender, 2) });
    const lending = await side(lender, 2, peerOf(borrower, 1));
    await borrowing.desk.borrow(aRequest);
    await loanOf(lending, 'requested');
    await borrowing.alma?.idle();
    const [made] = double.state.borrowing.values();
    expect(made).toMatchObject({
      user: 'ill',
      request: { owner: 'RS', pickup_location: { value: 'RS' }, citation_type: { value: 'BK' } },
    });
    await say(lending, 'ship', { cost: { value: '12,50', currency: 'EUR' } });
    await loanOf(borrowing, 'shipped');
    await borrowing.alma?.idle();
    expect([...double.state.borrowing.values()][0]?.request.shipping_cost).toEqual({ sum: 12.5 });
    await say(borrowing, 'receive');
    await borrowing.alma?.idle();
    // There is no item before staff receive it in Alma: left out, and lending went on.
    expect(times('scanIn')).toBe(0);
    expect((await loanOf(borrowing, 'received')).transaction.state).toBe('received');
  });

  it('lends while Alma is away, and tells it when it is back, each thing once', async () => {
    isAway = true;
    const lending = await side(lender, 1, {
      alma: { ...alma(), importPartners: 'no' } as SettingsInput['alma'],
      ...peerOf(borrower, 2),
    });
    const borrowing = await side(borrower, 2, peerOf(lender, 1));
    await borrowing.desk.borrow(aRequest);
    const loan = await loanOf(lending, 'requested');
    await say(lending, 'ship', { due: '2030-02-01' });
    await loanOf(borrowing, 'shipped');
    await lending.alma?.idle();
    // Without partners nobody knows its code: that waits for a person, and says why.
    const status = (await (await fetch(`${lending.apiUrl}/alma`)).json()) as { loans: object[] };
    expect(status.loans).toMatchObject([
      { transaction: loan.id, state: 'review', problem: `no partner in Alma has the symbol ${borrower}` },
    ]);
    expect((await fetch(`${lending.apiUrl}/alma/loans/${loan.id}/retry`, { method: 'POST' })).status).toBe(
      204,
    );
    expect((await fetch(`${lending.apiUrl}/alma/loans/nobody/retry`, { method: 'POST' })).status).toBe(404);
  });

  it('tries again what got lost, and finds what was made although the answer did not come', async () => {
    const data = join(folder, 'loans.sqlite');
    const lending = await side(lender, 1, { data, alma: alma(), ...peerOf(borrower, 2) });
    await lending.alma?.idle();
    const handle = double.handle.bind(double);
    let lost = 0;
    double = {
      ...double,
      state: double.state,
      calls: double.calls,
      async handle(request) {
        const response = await handle(request);
        if (request.method !== 'POST' || lost++ > 0) return response;
        throw new TypeError('terminated');
      },
    };
    const borrowing = await side(borrower, 2, peerOf(lender, 1));
    await borrowing.desk.borrow(aRequest);
    await loanOf(lending, 'requested');
    await eventually(async () =>
      (await settled(lending)) && times('listLendingTasks') > 0 ? true : undefined,
    );
    expect(double.state.lending.size).toBe(1);
    expect(times('createLendingRequest')).toBe(1);
    expect(lending.alma?.status.loans).toEqual([]);
  });

  it('says to partners what staff did in Alma, once, and does not tell Alma of it', async () => {
    const lending = await side(lender, 1, {
      alma: { ...alma(), follow: 'yes' } as SettingsInput['alma'],
      ...peerOf(borrower, 2),
    });
    const borrowing = await side(borrower, 2, {
      alma: { ...alma(), follow: 'yes' } as SettingsInput['alma'],
      ...peerOf(lender, 1),
    });
    await borrowing.desk.borrow({ ...aRequest, item: { ...aRequest.item, title: 'On Examples' } });
    await loanOf(lending, 'requested');
    await Promise.all([lending.alma?.idle(), borrowing.alma?.idle()]);
    const [lent] = double.state.lending.values();
    const [asked] = double.state.borrowing.values();
    if (!lent || !asked) throw new Error('no requests');
    const look = async (server: Server): Promise<void> => {
      server.alma?.refresh();
      await server.alma?.idle();
    };
    double.state.changeRequest(lent, { status: { value: 'SHIPPED_PHYSICALLY' } });
    await look(lending);
    await loanOf(borrowing, 'shipped');
    await look(lending);
    double.state.changeRequest(asked.request, { status: { value: 'RECEIVED_PHYSICALLY' }, barcode: 'B-1' });
    await look(borrowing);
    await loanOf(borrowing, 'received');
    expect(times('scanIn')).toBe(0);
    const now = double.state.borrowing.get(asked.request.request_id)?.request ?? asked.request;
    double.state.changeRequest(now, { status: { value: 'RETURNED_TO_PARTNER' } });
    await look(borrowing);
    const loan = await loanOf(borrowing, 'returned');
    const said = (await borrowing.store.events(loan.id)).map(({ key: event }) => event);
    expect(said).toEqual(['requested', 'shipped', 'received', 'returned']);
  });

  it('writes neither key nor patron into its log', async () => {
    const borrowing = await side(borrower, 1, { alma: alma(), ...peerOf(lender, 2) });
    await side(lender, 2, peerOf(borrower, 1));
    await borrowing.desk.borrow({ ...aRequest, patron: { identifier: 'Jane Roe' } });
    await borrowing.alma?.idle();
    expect(borrowing.alma?.status.loans).toMatchObject([{ state: 'review' }]);
    const everything = `${logged.join('')} ${JSON.stringify(borrowing.alma?.status)}`;
    expect(everything).toContain('createBorrowingRequest');
    expect(everything).not.toMatch(/l8xx|Jane/);
  });
});

async function settled(server: Server): Promise<boolean> {
  await server.alma?.idle();
  return server.alma?.status.loans.length === 0;
}

describe('the settings of an Alma', () => {
  const check = (section: object, environment: Record<string, string> = {}) =>
    checkSettings(
      { libraries: [{ symbol: 'A:B', name: 'x' }], alma: section },
      environment,
      defaultRegistry,
    ).mistakes?.map(({ key: name }) => name);

  it('take the key from the environment or a file, never from the settings themselves', () => {
    const base = { server: 'eu', rsLibrary: 'RS' };
    expect(check({ ...base, apiKeyFile: 'key' })).toBeUndefined();
    expect(check(base, { INTERLEND_ALMA_API_KEY: key })).toBeUndefined();
    expect(check({ ...base, apiKey: key })).toEqual(['alma.apiKey']);
    expect(check(base)).toEqual(['alma.apiKeyFile']);
    expect(check({ ...base, apiKeyFile: 'key' }, { INTERLEND_ALMA_API_KEY: key })).toEqual([
      'alma.apiKeyFile',
    ]);
    expect(check({ ...base, server: 'mars', apiKeyFile: 'key' })).toEqual(['alma.server']);
    expect(check({ ...base, library: 'X:Y', apiKeyFile: 'key' })).toEqual(['alma.library']);
  });

  it('name a file that can be read', async () => {
    const broken = { ...alma(), apiKeyFile: join(folder, 'absent') } as SettingsInput['alma'];
    await expect(side(lender, 1, { alma: broken })).rejects.toMatchObject({ key: 'alma.apiKeyFile' });
  });
});
