import { isInterlendError } from '@interlend/core';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { AlmaError } from '../errors.js';
import { createAlmaClient } from './client.js';
import { lending, noPauses, server, start, useServer } from './client.test-support.js';

useServer();

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
