import { describe, expect, it } from 'vitest';
import { isoPartner } from '../double/example-seed.test-support.js';
import { createAlmaDouble, type QuirkSwitches, Quirks } from '../double/index.js';
import { Operations } from '../operations.js';
import { createAlmaClient } from './client.js';
import { borrowing, lending, start, useServer } from './client.test-support.js';
import { pathOf } from './inventory.js';

useServer();

/** Every quirk at its default, and each one alone the other way. */
const switches: readonly (readonly [string, Partial<QuirkSwitches>])[] = [
  ['as Alma is', {}],
  ...Object.entries(Quirks).map(
    ([name, { isOn }]) => [`${name} ${isOn ? 'off' : 'on'}`, { [name]: !isOn }] as const,
  ),
];

describe.each(['json', 'xml'] as const)('a client that speaks %s', (format) => {
  it.each(switches)('does what resource sharing needs, %s', async (_, quirks) => {
    const { alma, double, deviations } = start({ format }, quirks);
    await alma.check('read');
    await alma.check('write');

    const codes: string[] = [];
    for await (const { partner_details } of alma.partners.list()) codes.push(partner_details.code);
    expect(codes).toEqual(['NLNZ:WLC', 'P/2']);
    const partner = await alma.partners.get('P/2');
    expect(partner).toMatchObject(isoPartner('P/2', 'TEST:OTHER'));
    const changed = await alma.partners.update('P/2', (before) => ({
      ...before,
      partner_details: { ...before.partner_details, status: 'INACTIVE' },
    }));
    expect(changed.partner_details.status).toBe('INACTIVE');
    await alma.partners.delete('P/2');
    await expect(alma.partners.get('P/2')).rejects.toMatchObject({ code: 'not-found', errorCode: '402118' });

    const lent = await alma.lendingRequests.create('NLNZ:WLC', lending);
    expect(lent).toMatchObject({
      external_id: 'Q//G',
      status: { value: 'REQUEST_CREATED_LEND' },
      mms_id: '991',
    });
    expect(await alma.lendingRequests.get('NLNZ:WLC', lent.request_id)).toEqual(lent);
    expect((await alma.lendingRequests.tasks({ library: 'RS' })).requests).toEqual([lent]);
    const reported = await alma.lendingRequests.markReported({ library: 'RS', reported: false });
    expect(reported.requests[0]?.reported).toBe(true);

    const asked = await alma.borrowingRequests.create('patron/1', borrowing);
    expect(asked.requester?.value).toBe('patron/1');
    const { external_id = '' } = asked;
    const found = await alma.borrowingRequests.get('patron/1', external_id, { isExternalId: true });
    expect(found.request_id).toBe(asked.request_id);
    const shipping = await alma.borrowingRequests.updateShipping('patron/1', asked.request_id, { cost: 3.5 });
    expect(shipping.shipping_cost).toEqual({ sum: 3.5 });
    await alma.borrowingRequests.cancel('patron/1', asked.request_id, { reason: 'CancelledAtPatronRequest' });

    const item = await alma.items.byBarcode('B-1');
    expect((await alma.items.scanIn(pathOf(item), { library: 'RS', circ_desk: 'DESK' })).item_data.pid).toBe(
      '231',
    );
    expect(await alma.bibs.availability('991')).toMatchObject([
      { library: 'MAIN', state: 'available', totalItems: 1, holding: '221' },
    ]);
    expect(await alma.bibs.holdings('991')).toMatchObject([{ holding_id: '221' }]);
    const loan = await alma.loans.create(
      'patron/1',
      { barcode: 'B-1' },
      { library: 'RS', circ_desk: 'DESK' },
    );
    expect((await alma.loans.renew('patron/1', loan.loan_id)).loan_id).toBe(loan.loan_id);
    expect((await alma.users.get('patron/1')).rs_library?.[0]?.code?.value).toBe('RS');
    expect((await alma.configuration.codeTable('RequestFormats')).row?.map(({ code }) => code)).toContain(
      'PHYSICAL',
    );
    expect((await alma.configuration.libraries()).map(({ code }) => code)).toEqual(['RS']);
    for await (const desk of alma.configuration.circDesks('RS')) expect(desk.code).toBe('DESK');

    expect(deviations).toEqual([]);
    expect(alma.remaining).toBe(100_000 - double.calls.length);
  });
});

it('a call that no handler answers is an error in these tests', async () => {
  const alma = createAlmaClient({ server: 'na', apiKey: 'k', attempts: 1 });
  await expect(alma.check('read')).rejects.toMatchObject({ name: 'TransportError' });
});

describe('the double', () => {
  it('answers every call of the table', async () => {
    const double = createAlmaDouble();
    for (const [id, { method, path, ...rest }] of Object.entries(Operations)) {
      const op = 'fixed' in rest ? `?op=${rest.fixed.op}` : '';
      const url = `https://alma.example/almaws/v1${path.replaceAll(/\{\w+\}/g, 'x')}${op}`;
      const body = method === 'POST' || method === 'PUT' ? { body: '{"partner_details":{"code":"x"}}' } : {};
      await double.handle(new Request(url, { method, headers: { authorization: 'apikey k' }, ...body }));
      expect(double.calls.at(-1)?.operation).toBe(id);
    }
  });

  it.each([
    ['a key it does not know', { authorization: 'apikey other' }, 401],
    ['no key', {}, 401],
  ])('refuses %s', async (_, headers, status) => {
    const double = createAlmaDouble({ apiKey: 'k' });
    const response = await double.handle(
      new Request('https://a.example/almaws/v1/partners', { headers: { ...headers } }),
    );
    expect(response.status).toBe(status);
  });
});

describe('a long list', () => {
  const many = (count: number, status: string) =>
    Array.from({ length: count }, (_, index) => ({ ...lending, external_id: `${status}-${index}` }));

  it('of partners is walked page by page', async () => {
    const { alma, double } = start();
    for (let index = 0; index < 250; index++) {
      const partner = isoPartner(`C${index}`, `TEST:${index}`);
      double.state.partners.set(partner.partner_details.code, partner);
    }
    const seen = new Set<string>();
    for await (const { partner_details } of alma.partners.list()) seen.add(partner_details.code);
    expect(seen.size).toBe(252);
    expect(double.calls).toHaveLength(3);
  });

  it('of tasks is capped, says so, and is seen whole by parts', async () => {
    const { alma, double } = start();
    for (const request of many(90, 'a')) await alma.lendingRequests.create('NLNZ:WLC', request);
    for (const request of many(60, 'b'))
      await alma.lendingRequests.create('P/2', { ...request, partner: { value: 'P/2' } });
    const look = await alma.lendingRequests.tasks({ library: 'RS' });
    expect([look.requests.length, look.total, look.isCapped]).toEqual([100, 150, true]);

    const walkWith = async (partners: readonly string[]) => {
      const walk = alma.lendingRequests.allTasks(
        { library: 'RS', printed: false, reported: false },
        { partners },
      );
      const seen = new Set<string>();
      for (;;) {
        const next = await walk.next();
        if (next.done) return { count: seen.size, ...next.value };
        seen.add(next.value.request_id);
      }
    };
    expect(await walkWith(['NLNZ:WLC', 'P/2'])).toEqual({ count: 150, isComplete: true });
    expect(await walkWith(['NLNZ:WLC'])).toMatchObject({ isComplete: false });
    expect(double.state.lending.size).toBe(150);
  });
});

describe('the address of a server', () => {
  it.each(['ftp://x.example', 'mars', 'https://u:p@x.example', 'https://x.example/?a=1'])(
    'is refused when it is %s',
    (address) => {
      expect(() => createAlmaClient({ server: address, apiKey: 'k' })).toThrow(
        expect.objectContaining({ name: 'ConfigError', key: 'server' }),
      );
    },
  );
});
