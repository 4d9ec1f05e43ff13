import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Server } from '../server.js';
import {
  aRequest,
  borrower,
  eventually,
  lender,
  loanIn,
  type Pair,
  startPair,
  startServer,
} from '../test-server.test-support.js';
import { Actions } from './actions.js';

let pair: Pair;
const closers: (() => unknown)[] = [];
beforeEach(async () => {
  pair = await startPair({ transport: 'push' });
  closers.push(pair.stop);
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function call(server: Server, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(server.apiUrl + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: text === '' ? {} : JSON.parse(text),
  };
}

async function asked(): Promise<{ readonly own: string; readonly other: string }> {
  const { status, body } = await call(pair.borrowing, '/transactions', { request: aRequest });
  expect(status).toBe(201);
  return { own: String(body.id), other: await loanIn(pair.lending, 'requested') };
}

describe('the API', () => {
  test('creates a borrowing request and shows the loan on both sides, neutral and on the wire', async () => {
    const { own, other } = await asked();
    const { body } = await call(pair.lending, `/transactions/${other}`);
    expect(body).toMatchObject({
      role: 'lender',
      library: lender,
      peer: borrower,
      state: 'requested',
      request: { item: { title: 'On Examples' } },
      events: [{ key: 'requested', source: 'wire', state: 'requested' }],
      messages: [
        {
          direction: 'in',
          name: 'Toy-requested',
          processing: 'done',
          verdict: 'accepted',
          decoded: { from: 'borrower' },
        },
      ],
    });
    const [message] = body.messages;
    expect(Buffer.from(message.hex, 'hex')).toHaveLength(message.octets);
    const mine = await eventually(async () => {
      const { body: view } = await call(pair.borrowing, `/transactions/${own}`);
      return view.messages[0].delivery === 'delivered' ? view : undefined;
    });
    expect(mine.messages[0]).toMatchObject({ hex: message.hex, attempts: [{ outcome: 'delivered' }] });
  });

  test('carries out what is allowed and answers the rest with what is', async () => {
    const { own, other } = await asked();
    const tooEarly = await call(pair.borrowing, `/transactions/${own}/actions/return`, {});
    expect(tooEarly).toMatchObject({
      status: 409,
      type: 'application/problem+json',
      body: { status: 409, code: 'not-allowed-now', state: 'requested' },
    });
    expect(tooEarly.body.allowed).toEqual(expect.arrayContaining(['cancel', 'receive', 'message']));
    expect(tooEarly.body.allowed).not.toContain('return');
    expect(tooEarly.body.allowed).not.toContain('ship');
    const notMine = await call(pair.borrowing, `/transactions/${own}/actions/ship`, {});
    expect(notMine).toMatchObject({ status: 409, body: { detail: expect.stringContaining('lender') } });
    expect((await pair.borrowing.store.events(own)).map(({ key }) => key)).toEqual(['requested']);

    const shipped = await call(pair.lending, `/transactions/${other}/actions/ship`, { due: '2030-02-01' });
    expect(shipped).toMatchObject({
      status: 200,
      body: { state: 'shipped', facts: { due: '2030-02-01', service: 'loan' } },
    });
    const again = await call(pair.lending, `/transactions/${other}/actions/ship`, {});
    expect(again.status).toBe(409);
    await loanIn(pair.borrowing, 'shipped');
    // Everything in the body of this action may be left out, and so may the body.
    const bare = await fetch(`${pair.borrowing.apiUrl}/transactions/${own}/actions/return`, {
      method: 'POST',
    });
    expect(bare.status).toBe(200);
    expect(await bare.json()).toMatchObject({ state: 'returned' });
  });

  test('refuses what it does not understand, and says where', async () => {
    const { other } = await asked();
    const path = `/transactions/${other}/actions`;
    expect(await call(pair.lending, `${path}/ship`, { due: 'soon' })).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: { mistakes: [{ path: 'due' }] },
    });
    expect(await call(pair.lending, `${path}/ship`, { duee: '2030-02-01' })).toMatchObject({ status: 400 });
    expect(await call(pair.lending, `${path}/hold`, '{')).toMatchObject({ status: 400 });
    expect(await call(pair.lending, `${path}/cannot-fill`, { reason: 'no-such-reason' })).toMatchObject({
      status: 400,
    });
    expect(await call(pair.lending, `${path}/dance`, {})).toMatchObject({ status: 404 });
    expect(await call(pair.lending, '/transactions/NOPE/actions/ship', {})).toMatchObject({ status: 404 });
    expect(await call(pair.lending, '/transactions/NOPE')).toMatchObject({ status: 404 });
    expect(await call(pair.lending, '/received/lost')).toMatchObject({
      status: 400,
      body: { mistakes: [{ path: 'processing', expected: 'waiting, refused, undecodable, failed' }] },
    });
    const stranger = { ...aRequest, lender: { symbol: 'X:NOBODY' } };
    expect(await call(pair.borrowing, '/transactions', { request: stranger })).toMatchObject({
      status: 422,
      body: { code: 'unknown-party', detail: expect.stringContaining('lender.symbol') },
    });
    expect(
      await call(pair.borrowing, '/transactions', { request: { ...aRequest, services: [] } }),
    ).toMatchObject({
      status: 400,
      body: { mistakes: [{ path: 'request.services' }] },
    });
    expect(
      await call(pair.borrowing, '/transactions', { request: aRequest, pad: 'x'.repeat(300_000) }),
    ).toMatchObject({ status: 413 });
    expect((await pair.lending.store.events(other)).map(({ key }) => key)).toEqual(['requested']);
  });

  test('lists loans page by page', async () => {
    for (const title of ['A', 'B', 'C'])
      await call(pair.borrowing, '/transactions', { request: { ...aRequest, item: { title } } });
    const titles = (page: { body: { transactions: { request: { item: { title: string } } }[] } }) =>
      page.body.transactions.map(({ request }) => request.item.title);
    const first = await call(pair.borrowing, '/transactions?limit=2&open=true');
    expect(titles(first)).toEqual(['C', 'B']);
    const second = await call(pair.borrowing, `/transactions?limit=2&after=${first.body.next}`);
    expect(titles(second)).toEqual(['A']);
    expect(second.body.next).toBeUndefined();
    expect((await call(pair.borrowing, '/transactions?role=lender')).body.transactions).toEqual([]);
    expect(await call(pair.borrowing, '/transactions?limit=0')).toMatchObject({ status: 400 });
  });

  test('describes itself in OpenAPI 3.1, every action among it', async () => {
    const { body } = await call(pair.lending, '/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    for (const { name } of Actions) expect(body.paths).toHaveProperty([`/transactions/{id}/actions/${name}`]);
    const ship = body.paths['/transactions/{id}/actions/ship'].post;
    expect(ship.requestBody.content['application/json'].schema.properties).toHaveProperty('due');
    expect(ship.responses).toHaveProperty('409');
    expect(body.components.schemas).toHaveProperty('LendingRequest');
  });

  test('tells how it is: health, peers, matrix, metrics', async () => {
    await asked();
    expect((await call(pair.lending, '/healthz')).status).toBe(200);
    expect((await call(pair.lending, '/readyz')).status).toBe(200);
    const { body: health } = await call(pair.lending, '/peers');
    expect(health.peers).toMatchObject([
      { symbol: borrower, protocol: 'toy', transport: 'push', lastReceived: expect.any(String) },
    ]);
    const { body: matrix } = await call(pair.lending, '/support-matrix');
    expect(matrix.systems).toHaveLength(6);
    expect(matrix.systems[0]).toMatchObject({ system: 'VDX', declared: 'Production' });
    const metrics = await (await fetch(`${pair.lending.apiUrl}/metrics`)).text();
    expect(metrics).toContain('interlend_messages_received_total{protocol="toy",transport="push"} 1');
    expect(metrics).toMatch(/interlend_store_commits_total \d+/);
  });

  test('streams what happens to whoever watches', async () => {
    const stop = new AbortController();
    const response = await fetch(`${pair.lending.apiUrl}/events`, { signal: stop.signal });
    await asked();
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('event: stepped')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain('event: hello');
    expect(text).toContain('"key":"requested"');
    stop.abort();
  });
});

describe('a token', () => {
  const token = 'a-token-of-enough-characters';

  test('opens the API, and nothing else does', async () => {
    const server = await startServer(borrower, {
      api: { port: 0, tokens: ['another-token-of-some-length', token] },
    });
    closers.push(() => server.stop());
    const status = async (path: string, authorization?: string) =>
      (await fetch(server.apiUrl + path, authorization === undefined ? {} : { headers: { authorization } }))
        .status;
    for (const path of ['/transactions', '/outbox', '/peers', '/metrics', '/openapi.json', '/events']) {
      expect(await status(path), path).toBe(401);
    }
    expect(await status('/transactions', `Bearer ${token}`)).toBe(200);
    expect(await status('/transactions', `Bearer ${token}x`)).toBe(401);
    expect(await status('/transactions', `Basic ${token}`)).toBe(401);
    expect(await status('/transactions', 'Bearer')).toBe(401);
    expect(await status('/healthz')).toBe(200);
  });
});

test('without a token, a page from elsewhere cannot act here', async () => {
  const { own } = await asked();
  const path = `${pair.borrowing.apiUrl}/transactions/${own}/actions/cancel`;
  const status = async (headers: Record<string, string>) =>
    (await fetch(path, { method: 'POST', headers })).status;
  expect(await status({ origin: 'https://elsewhere.example' })).toBe(403);
  // fetch does not let a caller choose the host, a rebound name does.
  const { request } = await import('node:http');
  const rebound = await new Promise<number | undefined>((resolve, reject) => {
    const call = request(path, { method: 'POST', headers: { host: 'elsewhere.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject);
    call.end();
  });
  expect(rebound).toBe(403);
  expect(await status({ origin: pair.borrowing.apiUrl })).toBe(200);
});

test('every event that a side may say has an action', async () => {
  const { BorrowerMachine, LenderMachine } = await import('@interlend/core');
  const said = new Set([...BorrowerMachine.rows, ...LenderMachine.rows].map(({ on }) => on.split(':')[0]));
  // Said by the machinery, not by staff: the request has its own route, and reports are answers.
  for (const machinery of ['requested', 'statusReported', 'errorReported']) said.delete(machinery);
  expect([...said].sort()).toEqual([...new Set(Actions.map(({ event }) => String(event)))].sort());
});
