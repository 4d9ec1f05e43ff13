import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Server } from '../server.js';
import type { SettingsInput } from '../settings.js';
import { aRequest, borrower, eventually, lender } from '../test-server.test-support.js';
import { loanOf, peerOf, say, wiring } from './wiring.test-support.js';

const wired = wiring();

async function settled(server: Server): Promise<boolean> {
  await server.alma?.idle();
  return server.alma?.status.loans.length === 0;
}

describe('a loan of a server that is wired to an Alma', () => {
  it('mirrors a loan as lender, and scans the item in when it is back', async () => {
    const lending = await wired.side(lender, 1, { alma: wired.alma(), ...peerOf(borrower, 2) });
    const borrowing = await wired.side(borrower, 2, peerOf(lender, 1));
    await borrowing.desk.borrow(aRequest);
    const loan = await loanOf(lending, 'requested');
    await lending.alma?.idle();
    const [made] = wired.double.state.lending.values();
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
    wired.double.state.changeRequest(made, { barcode: 'B-1' });
    await say(lending, 'ship', { due: '2030-02-01' });
    await loanOf(borrowing, 'shipped');
    await say(borrowing, 'receive');
    await say(borrowing, 'return');
    await lending.intake.idle();
    await say(lending, 'check-in');
    await loanOf(borrowing, 'checkedIn');
    await lending.alma?.idle();
    expect(wired.double.state.items.get('23')?.item_data.base_status?.value).toBe('1');
    expect(wired.times('createLendingRequest')).toBe(1);
    expect(lending.alma?.status.loans).toEqual([]);
  });

  it('mirrors a loan as borrower: request, cost, receipt, cancellation', async () => {
    const borrowing = await wired.side(borrower, 1, { alma: wired.alma(), ...peerOf(lender, 2) });
    const lending = await wired.side(lender, 2, peerOf(borrower, 1));
    await borrowing.desk.borrow(aRequest);
    await loanOf(lending, 'requested');
    await borrowing.alma?.idle();
    const [made] = wired.double.state.borrowing.values();
    expect(made).toMatchObject({
      user: 'ill',
      request: { owner: 'RS', pickup_location: { value: 'RS' }, citation_type: { value: 'BK' } },
    });
    await say(lending, 'ship', { cost: { value: '12,50', currency: 'EUR' } });
    await loanOf(borrowing, 'shipped');
    await borrowing.alma?.idle();
    expect([...wired.double.state.borrowing.values()][0]?.request.shipping_cost).toEqual({ sum: 12.5 });
  });

  it('scans a borrowed item in, found by the title that Alma gives it on receipt; before that it waits for a person', async () => {
    const borrowing = await wired.side(borrower, 1, { alma: wired.alma(), ...peerOf(lender, 2) });
    const lending = await wired.side(lender, 2, peerOf(borrower, 1));
    await borrowing.desk.borrow({ ...aRequest, item: { title: 'Of Another Library' } });
    await loanOf(lending, 'requested');
    await say(lending, 'ship');
    await loanOf(borrowing, 'shipped');
    await say(borrowing, 'receive');
    // Lending went on.
    const loan = await loanOf(borrowing, 'received');
    await borrowing.alma?.idle();
    expect(borrowing.alma?.status.loans).toMatchObject([
      { state: 'review', problem: expect.stringContaining('no item yet; receive it there') },
    ]);
    // What Alma's staff do: a temporary record and item are made.
    const { state } = wired.double;
    const [made] = state.borrowing.values();
    if (!made) throw new Error('no borrowing request');
    state.changeRequest(made.request, { mms_id: '995' });
    state.bibs.set('995', { mms_id: '995' });
    state.items.set('25', {
      bib_data: { mms_id: '995' },
      holding_data: { holding_id: '26' },
      item_data: { pid: '25', base_status: { value: '0' } },
    });
    expect(borrowing.alma?.retry(loan.id)).toBe(true);
    await borrowing.alma?.idle();
    expect(state.items.get('25')?.item_data.base_status?.value).toBe('1');
    expect(borrowing.alma?.status.loans).toEqual([]);
  });

  it('scans a lent item in without a barcode where one of the title is out, and leaves it to a person where several are', async () => {
    const lending = await wired.side(lender, 1, { alma: wired.alma(), ...peerOf(borrower, 2) });
    const borrowing = await wired.side(borrower, 2, peerOf(lender, 1));
    const { state } = wired.double;
    const [first] = state.items.values();
    if (!first) throw new Error('no item');
    const item = (pid: string, place: '0' | '1') =>
      state.items.set(pid, { ...first, item_data: { pid, base_status: { value: place } } });
    item('24', '1');
    const lend = async (): Promise<void> => {
      await borrowing.desk.borrow({ ...aRequest, item: { title: 'On Examples' } });
      const { id } = await loanOf(lending, 'requested');
      await lending.desk.act(id, () => ({ type: 'shipped', from: 'lender', service: 'loan' }));
      await lending.desk.act(id, () => ({ type: 'checkedIn', from: 'lender', checkedInOn: '2030-01-01' }));
      await lending.alma?.idle();
    };
    await lend();
    expect(state.items.get('23')?.item_data.base_status?.value).toBe('1');
    expect(lending.alma?.status.loans).toEqual([]);
    item('24', '0');
    item('25', '0');
    await lend();
    expect(lending.alma?.status.loans).toMatchObject([
      { state: 'review', problem: expect.stringContaining('no barcode, and 3 items are under its title') },
    ]);
    expect(wired.times('scanIn')).toBe(1);
  });

  it('makes a borrowing request whose answer got lost no second time; a person says which one it is', async () => {
    const borrowing = await wired.side(borrower, 1, { alma: wired.alma(), ...peerOf(lender, 2) });
    await wired.side(lender, 2, peerOf(borrower, 1));
    let lost = 0;
    wired.handle = async (request) => {
      const response = await wired.double.handle(request);
      if (request.method !== 'POST' || lost++ > 0) return response;
      throw new TypeError('terminated');
    };
    await borrowing.desk.borrow({ ...aRequest, item: { title: 'Of Another Library' } });
    const [loan] = await eventually(async () => {
      await borrowing.alma?.idle();
      const { loans = [] } = borrowing.alma?.status ?? {};
      return loans.some(({ state }) => state === 'review') ? loans : undefined;
    });
    expect(loan?.problem).toContain('402362');
    expect(wired.double.state.borrowing.size).toBe(1);
    const [made] = wired.double.state.borrowing.keys();
    const path = `${borrowing.apiUrl}/alma/loans/${loan?.transactionId}/retry?request=${made}`;
    expect((await fetch(path, { method: 'POST' })).status).toBe(204);
    await borrowing.alma?.idle();
    expect(borrowing.alma?.status.loans).toEqual([]);
    expect(wired.double.state.borrowing.size).toBe(1);
  });

  it('lends while Alma is away, and tells it when it is back, each thing once', async () => {
    wired.isAway = true;
    const lending = await wired.side(lender, 1, {
      alma: { ...wired.alma(), importPartners: 'no' } as SettingsInput['alma'],
      ...peerOf(borrower, 2),
    });
    const borrowing = await wired.side(borrower, 2, peerOf(lender, 1));
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
    const data = join(wired.folder, 'loans.sqlite');
    const lending = await wired.side(lender, 1, { data, alma: wired.alma(), ...peerOf(borrower, 2) });
    await lending.alma?.idle();
    let lost = 0;
    wired.handle = async (request) => {
      const response = await wired.double.handle(request);
      if (request.method !== 'POST' || lost++ > 0) return response;
      throw new TypeError('terminated');
    };
    const borrowing = await wired.side(borrower, 2, peerOf(lender, 1));
    await borrowing.desk.borrow(aRequest);
    await loanOf(lending, 'requested');
    await eventually(async () =>
      (await settled(lending)) && wired.times('listLendingTasks') > 0 ? true : undefined,
    );
    expect(wired.double.state.lending.size).toBe(1);
    expect(wired.times('createLendingRequest')).toBe(1);
    expect(lending.alma?.status.loans).toEqual([]);
  });

  it('says to partners what staff did in Alma, once, and does not tell Alma of it', async () => {
    const lending = await wired.side(lender, 1, {
      alma: { ...wired.alma(), follow: 'yes' } as SettingsInput['alma'],
      ...peerOf(borrower, 2),
    });
    const borrowing = await wired.side(borrower, 2, {
      alma: { ...wired.alma(), follow: 'yes' } as SettingsInput['alma'],
      ...peerOf(lender, 1),
    });
    await borrowing.desk.borrow({ ...aRequest, item: { ...aRequest.item, title: 'On Examples' } });
    await loanOf(lending, 'requested');
    await Promise.all([lending.alma?.idle(), borrowing.alma?.idle()]);
    const [lent] = wired.double.state.lending.values();
    const [asked] = wired.double.state.borrowing.values();
    if (!lent || !asked) throw new Error('no requests');
    const look = async (server: Server): Promise<void> => {
      server.alma?.refresh();
      await server.alma?.idle();
    };
    wired.double.state.changeRequest(lent, { status: { value: 'SHIPPED_PHYSICALLY' } });
    await look(lending);
    await loanOf(borrowing, 'shipped');
    await look(lending);
    wired.double.state.changeRequest(asked.request, {
      status: { value: 'RECEIVED_PHYSICALLY' },
      barcode: 'B-1',
    });
    await look(borrowing);
    await loanOf(borrowing, 'received');
    expect(wired.times('scanIn')).toBe(0);
    const now = wired.double.state.borrowing.get(asked.request.request_id)?.request ?? asked.request;
    wired.double.state.changeRequest(now, { status: { value: 'RETURNED_TO_PARTNER' } });
    await look(borrowing);
    const loan = await loanOf(borrowing, 'returned');
    const said = (await borrowing.store.events(loan.id)).map(({ key: event }) => event);
    expect(said).toEqual(['requested', 'shipped', 'received', 'returned']);
  });
});
