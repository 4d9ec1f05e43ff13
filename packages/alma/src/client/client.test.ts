import { isInterlendError } from '@interlend/core';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exampleSeed, isoPartner } from '../double/example-seed.test-support.js';
import { type AlmaDouble, createAlmaDouble, type QuirkSwitches, Quirks } from '../double/index.js';
import { AlmaError } from '../errors.js';
import { AlmaLimiter } from '../limiter.js';
import { almaHandlers } from '../msw.js';
import { Operations } from '../operations.js';
import type { Pacing } from '../pacing.js';
import type { AlmaClientOptions } from './call.js';
import { type AlmaClient, createAlmaClient } from './client.js';
import { pathOf } from './inventory.js';

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** No pause takes time. */
const noPauses: Pacing = { nowMs: () => 0, wait: () => Promise.resolve() };

function start(
  options: Partial<AlmaClientOptions> = {},
  quirks: Partial<QuirkSwitches> = {},
): { readonly alma: AlmaClient; readonly double: AlmaDouble; readonly deviations: string[] } {
  const double = createAlmaDouble({
    seed: exampleSeed,
    quirks,
    apiKey: 'secret-key',
    thresholds: { perSecond: 10_000 },
  });
  server.use(...almaHandlers(double));
  const deviations: string[] = [];
  const alma = createAlmaClient({
    server: 'eu',
    apiKey: 'secret-key',
    limiter: new AlmaLimiter({ perSecond: 10_000 }),
    onDeviation: (operation, { path }) => deviations.push(`${operation} ${path}`),
    ...options,
  });
  return { alma, double, deviations };
}

const lending = {
  external_id: 'Q//G',
  owner: 'RS',
  partner: { value: 'NLNZ:WLC' },
  format: { value: 'PHYSICAL' },
  citation_type: { value: 'BOOK' },
  title: 'The Theory of Examples',
} as const;
const borrowing = {
  citation_type: { value: 'BK' },
  format: { value: 'PHYSICAL' },
  pickup_location: { value: 'RS' },
  agree_to_copyright_terms: true,
  title: 'Something Else',
} as const;

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

describe('an error', () => {
  it('says that a code is not in its table, although Alma does not name the field', async () => {
    const { alma } = start();
    const failing = alma.lendingRequests.create('NLNZ:WLC', { ...lending, format: { value: 'PAPYRUS' } });
    await expect(failing).rejects.toMatchObject({
      code: 'bad-code-value',
      errorCode: '401652',
      retryable: false,
    });
  });

  it('keeps the words of Alma and the address, which may name a patron, out of what is logged', async () => {
    const { alma } = start();
    const error: unknown = await alma.users.get('Jane Roe 1970').catch((caught: unknown) => caught);
    if (!(error instanceof AlmaError)) throw new Error('no AlmaError');
    expect(error).toMatchObject({ code: 'not-found', operation: 'getUser', status: 400 });
    expect(error.trackingId).toMatch(/^E01-/);
    expect(error.reported()[0]?.errorMessage).toContain('Jane Roe');
    const logged = `${error.message} ${JSON.stringify(error)} ${Object.values(error).join(' ')} ${error.stack}`;
    expect(logged).not.toMatch(/Jane|secret-key/);
  });

  it.each([
    ['a page of a proxy', 502, '<html><body>Bad gateway</body></html>', 'fault'],
    ['no envelope', 400, '', 'unexpected-answer'],
    [
      'an envelope in XML',
      400,
      '<web_service_result xmlns="http://com/exlibris/urm/general/xmlbeans"><errorsExist>true</errorsExist><errorList><error><errorCode>402118</errorCode><errorMessage>x</errorMessage></error></errorList></web_service_result>',
      'not-found',
    ],
    [
      'an envelope with 200',
      200,
      '{"errorsExist":true,"errorList":{"error":{"errorCode":"402118","errorMessage":"x"}}}',
      'not-found',
    ],
    ['HTTP 429 alone', 429, '', 'daily-limit'],
    ['HTTP 403 alone', 403, '', 'unauthorized'],
    ['JSON that ends early', 200, '{"partner_', 'unexpected-answer'],
    ['a record of nobody', 200, '{"partner_details":{"name":"x"}}', 'unexpected-answer'],
    ['a list instead of a record', 200, '[1]', 'unexpected-answer'],
  ])('is made of %s', async (_, status, body, code) => {
    const { alma } = start({ attempts: 1 });
    server.use(http.get('*/almaws/v1/partners/P', () => new HttpResponse(body, { status })));
    await expect(alma.partners.get('P')).rejects.toMatchObject({ name: 'AlmaError', code });
  });

  it('comes before the call when a field is missing', async () => {
    const { alma, double } = start();
    const { external_id: _, ...incomplete } = lending;
    const failing = alma.lendingRequests.create('NLNZ:WLC', incomplete as typeof lending);
    await expect(failing).rejects.toMatchObject({
      name: 'EncodeError',
      code: 'missing',
      path: 'request.external_id',
    });
    expect(double.calls).toHaveLength(0);
  });
});

describe('a call that fails', () => {
  const failing = (times: number, status: number, code = '402119') => {
    let left = times;
    return http.all('*/almaws/v1/*', () => {
      if (left-- <= 0) return undefined;
      const error = { errorCode: code, errorMessage: 'x' };
      return HttpResponse.json({ errorsExist: true, errorList: { error: [error] } }, { status });
    });
  };

  it('is repeated when it reads', async () => {
    const { alma, double } = start({ pacing: noPauses });
    server.use(failing(2, 500));
    expect((await alma.partners.get('P/2')).partner_details.code).toBe('P/2');
    expect(double.calls).toHaveLength(1);
  });

  it('is not repeated when it makes something', async () => {
    const { alma, double } = start({ pacing: noPauses });
    server.use(failing(1, 500));
    await expect(alma.lendingRequests.create('NLNZ:WLC', lending)).rejects.toMatchObject({ code: 'fault' });
    expect(double.state.lending.size).toBe(0);
  });

  it('is repeated whatever it does when the limit refused it', async () => {
    const { alma, double } = start({ pacing: noPauses });
    server.use(failing(2, 429, 'PER_SECOND_THRESHOLD'));
    await alma.lendingRequests.create('NLNZ:WLC', lending);
    expect(double.state.lending.size).toBe(1);
  });

  it('is given up after its attempts', async () => {
    const { alma } = start({ pacing: noPauses, attempts: 3 });
    server.use(failing(3, 500));
    await expect(alma.partners.get('P/2')).rejects.toMatchObject({ code: 'fault', retryable: true });
  });

  it('tells a lost answer from a server that is not there', async () => {
    const { alma } = start({ attempts: 1 });
    server.use(http.get('*/almaws/v1/partners/P', () => HttpResponse.error()));
    await expect(alma.partners.get('P')).rejects.toMatchObject({
      name: 'TransportError',
      code: 'lost',
      maybeDelivered: true,
    });
    const refused = Object.assign(new TypeError('fetch failed'), {
      cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
    });
    const nobody = createAlmaClient({
      server: 'http://alma.example',
      apiKey: 'k',
      attempts: 1,
      fetch: () => Promise.reject(refused),
    });
    await expect(nobody.partners.get('P')).rejects.toMatchObject({
      code: 'refused',
      phase: 'connect',
      maybeDelivered: false,
    });
  });

  it('is done when a deletion got lost and nothing is there any more', async () => {
    const { alma, double } = start({ pacing: noPauses });
    let isLost = false;
    server.use(
      http.delete('*/almaws/v1/partners/*', async ({ request }) => {
        if (isLost) return undefined;
        isLost = true;
        await double.handle(request);
        return HttpResponse.error();
      }),
    );
    await alma.partners.delete('P/2');
    expect(double.state.partners.has('P/2')).toBe(false);
  });

  it('stops when its caller says so', async () => {
    const { alma } = start();
    const stop = new AbortController();
    server.use(
      http.get('*/almaws/v1/partners/P', () => {
        stop.abort();
        return new Promise<never>(() => {});
      }),
    );
    const error: unknown = await alma.partners
      .get('P', { signal: stop.signal })
      .catch((caught: unknown) => caught);
    expect(isInterlendError(error) && error.code).toBe('aborted');
    await expect(alma.partners.get('P', { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
  });

  it('gives its key to no other server', async () => {
    const { alma } = start({ attempts: 1 });
    server.use(
      http.get(
        '*/almaws/v1/items',
        () =>
          new HttpResponse(null, { status: 302, headers: { location: 'https://thief.example/almaws/v1/x' } }),
      ),
    );
    await expect(alma.items.byBarcode('B')).rejects.toMatchObject({ code: 'unexpected-answer' });
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
