import { describe, expect, it } from 'vitest';
import { lending, server, useServer } from '../client/client.test-support.js';
import { almaHandlers } from '../msw.js';
import { exampleSeed } from './example-seed.test-support.js';
import { createAlmaDouble, type QuirkName, Quirks } from './index.js';

useServer();

/** What a call brings over the handlers of msw, with one quirk on or off and all others at their default. */
async function answer(
  quirk: QuirkName,
  isOn: boolean | undefined,
  path: string,
  { body, times = 1 }: { readonly body?: object; readonly times?: number } = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const double = createAlmaDouble({
    seed: {
      ...exampleSeed,
      partners: exampleSeed.partners?.slice(0, 1) ?? [],
      codeTables: { RequestFormats: ['PHYSICAL'] },
    },
    quirks: isOn === undefined ? {} : { [quirk]: isOn },
    thresholds: { perSecond: quirk === 'thresholds' ? 1 : 10_000 },
  });
  for (let number = 0; quirk === 'taskListCap' && number < 101; number++)
    double.state.addLendingRequest(exampleSeed.partners?.[0] ?? never(), { owner: 'RS' }, true);
  server.use(...almaHandlers(double));
  let response = new Response();
  for (let time = 0; time < times; time++) {
    response = await fetch(`https://api-eu.hosted.exlibrisgroup.com/almaws/v1${path}`, {
      headers: { authorization: 'apikey k', accept: 'application/json', 'content-type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
  }
  return { status: response.status, text: await response.text() };
}

function never(): never {
  throw new Error('no example');
}

const lend = '/partners/NLNZ%3AWLC/lending-requests';
const partner = '/partners/NLNZ%3AWLC';
const own = {
  title: 'The Theory of Examples',
  citation_type: { value: 'BK' },
  format: { value: 'PHYSICAL' },
  pickup_location: { value: 'RS' },
  agree_to_copyright_terms: true,
};

/** One call for each quirk, and what its answer shows with it and without it. */
const shown: Readonly<
  Record<QuirkName, readonly [path: string, options: object, on: RegExp | number, off: RegExp | number]>
> = {
  notFoundAs400: ['/partners/nobody', {}, 400, 404],
  camelCaseTypes: [partner, {}, /"orderPhone"/, /"order_phone"/],
  nullFields: [partner, {}, /"currency":null/, /^(?!.*"currency").*$/],
  missingFields: [lend, { body: lending }, /^(?!.*"printed").*$/, /"printed":false/],
  singleObjects: ['/partners', {}, /"partner":\{/, /"partner":\[/],
  wrappedErrors: ['/partners/nobody', {}, /^\{"web_service_result"/, /^\{"errorsExist"/],
  unrenderedTemplates: [
    lend,
    { body: { ...lending, format: { value: 'PAPYRUS' } } },
    /\[Ljava\.lang\.Object;@\w+, Value: \{1\}/,
    /Field: format, Value: PAPYRUS/,
  ],
  thresholds: ['/partners', { times: 2 }, /PER_SECOND_THRESHOLD/, 200],
  locateOnCreation: [
    lend,
    { body: { ...lending, title: 'Nobody has it' } },
    /LOCATE_FAILED/,
    /REQUEST_CREATED_LEND/,
  ],
  taskListCap: [
    '/task-lists/rs/lending-requests?library=RS',
    {},
    /^(?:(?!"request_id").)*(?:"request_id"(?:(?!"request_id").)*){100}$/,
    /^(?:(?!"request_id").)*(?:"request_id"(?:(?!"request_id").)*){101}$/,
  ],
  ownInventoryWarning: ['/users/patron%2F1/resource-sharing-requests', { body: own }, /401604/, 200],
};

const see = (
  expected: RegExp | number,
  { status, text }: { readonly status: number; readonly text: string },
) => (typeof expected === 'number' ? expect(status).toBe(expected) : expect(text).toMatch(expected));

describe.each(Object.keys(Quirks) as QuirkName[])('the quirk %s', (quirk) => {
  const [path, options, on, off] = shown[quirk];

  it('shows when it is on, and not when it is off', async () => {
    see(on, await answer(quirk, true, path, options));
    see(off, await answer(quirk, false, path, options));
  });

  it('is as its table says when nobody switches it', async () => {
    see(Quirks[quirk].isOn ? on : off, await answer(quirk, undefined, path, options));
  });
});
