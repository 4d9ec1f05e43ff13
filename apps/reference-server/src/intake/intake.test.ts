import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Server } from '../server.js';
import type { SettingsInput } from '../settings.js';
import { SqliteStore } from '../store/sqlite/sqlite-store.js';
import {
  aRequest,
  borrower,
  eventually,
  lender,
  startServer,
  temporaryFolder,
} from '../test-server.test-support.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const peers = [{ symbol: borrower, protocol: 'toy', transport: 'push' }];

async function lending(more: Partial<SettingsInput> = {}): Promise<Server> {
  const server = await startServer(lender, { peers, ...more });
  closers.push(() => server.stop());
  return server;
}

function line(event: object, more: object = {}): string {
  return `${JSON.stringify({ id: 'm1', key: 'K1', from: 'borrower', borrower, lender, event, ...more })}\n`;
}
const requested = { type: 'requested', from: 'borrower', request: aRequest };

/** Says something on a connection of its own, ends, and waits for the other side: `end` in order, else an error code. */
async function push(
  server: Server,
  octets: string | Uint8Array,
): Promise<{ readonly outcome: string; readonly answer: string }> {
  const address = server.listeners[0];
  return new Promise((resolve) => {
    let answer = '';
    let outcome = 'closed';
    const socket = connect({ host: '127.0.0.1', port: address?.port ?? 0, allowHalfOpen: true }, () =>
      socket.end(octets),
    );
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('end', () => {
      outcome = 'end';
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      outcome = error.code ?? 'error';
    });
    socket.on('close', () => resolve({ outcome, answer }));
  });
}

const settled = (server: Server) =>
  eventually(async () => ((await server.store.received('waiting', 1)).length === 0 ? true : undefined));

describe('a one-way listener', () => {
  let server: Server;
  beforeEach(async () => {
    server = await lending();
  });

  test('ends in order, and silently, after the message is on disk', async () => {
    expect(await push(server, line(requested))).toEqual({ outcome: 'end', answer: '' });
    await settled(server);
    expect((await server.store.transactions({}, 10)).rows).toMatchObject([
      { library: lender, peer: borrower, key: 'K1' },
    ]);
  });

  test('takes several messages of one connection, in order', async () => {
    const cancel = line({ type: 'cancelRequested', from: 'borrower' }, { id: 'm2' });
    await push(server, line(requested) + cancel);
    await settled(server);
    const [row] = (await server.store.transactions({}, 10)).rows;
    expect((await server.store.events(row?.id ?? '')).map(({ key }) => key)).toEqual([
      'requested',
      'cancelRequested',
    ]);
  });

  test('gives a repeated message one effect', async () => {
    for (let round = 0; round < 3; round += 1) await push(server, line(requested));
    await settled(server);
    const rows = (await server.store.transactions({}, 10)).rows;
    expect(rows).toHaveLength(1);
    expect(await server.store.events(rows[0]?.id ?? '')).toHaveLength(1);
    const messages = await server.store.messages(rows[0]?.id ?? '');
    expect(messages.map((message) => message.direction === 'in' && message.verdict)).toEqual([
      'accepted',
      'repeat',
      'repeat',
    ]);
  });

  test('does not end in order when the last message is cut short, but keeps what came', async () => {
    const { outcome } = await push(server, line(requested) + line(requested).slice(0, 20));
    expect(outcome).not.toBe('end');
    const [cut] = await eventually(async () => {
      const found = await server.store.received('undecodable', 10);
      return found.length > 0 ? found : undefined;
    });
    expect(cut).toMatchObject({ warnings: [expect.stringContaining('incomplete')] });
    expect(Buffer.from(cut?.raw ?? []).toString()).toBe(line(requested).slice(0, 20));
    expect((await server.store.transactions({}, 10)).rows).toHaveLength(1);
  });

  test('keeps rubbish for staff and breaks the connection', async () => {
    const { outcome } = await push(server, 'GET / HTTP/1.1\r\n\r\n');
    expect(outcome).not.toBe('end');
    const [rubbish] = await server.store.received('undecodable', 10);
    expect(Buffer.from(rubbish?.raw ?? []).toString()).toContain('GET /');
  });

  test('keeps a message that cannot be read, with the reason', async () => {
    expect(await push(server, '{"no": "message"}\n')).toMatchObject({ outcome: 'end' });
    await settled(server);
    expect(await server.store.received('undecodable', 10)).toMatchObject([
      { warnings: [expect.stringContaining('badly-structured')] },
    ]);
  });

  test.each([
    ['a library that is no peer', line(requested, { borrower: 'X:STRANGER' }), 'unknown-peer'],
    [
      'a request to a library that is not here',
      line(requested, { lender: 'X:ELSEWHERE' }),
      'unknown-library',
    ],
  ])('refuses %s, and shows it to staff', async (_, octets, reason) => {
    await push(server, octets);
    await settled(server);
    expect(await server.store.received('refused', 10)).toMatchObject([
      { name: 'Toy-requested', warnings: [expect.stringContaining(reason)] },
    ]);
    expect((await server.store.transactions({}, 10)).rows).toEqual([]);
    expect(await server.store.outbox()).toEqual([]);
  });

  test('answers a message about an unknown loan with the error report that the guard owes, and shows it', async () => {
    await push(server, line({ type: 'cancelRequested', from: 'borrower' }));
    await settled(server);
    expect(await server.store.received('refused', 10)).toHaveLength(1);
    const [item] = await server.store.outbox();
    expect(item).toMatchObject({ queue: `peer:${borrower}`, transactionId: undefined });
    expect(await server.store.message(item?.message ?? 0)).toMatchObject({ name: 'Toy-errorReported' });
  });

  test('finds libraries and peers whatever the case of their symbols', async () => {
    await push(server, line(requested, { borrower: borrower.toLowerCase(), lender: lender.toLowerCase() }));
    await settled(server);
    expect((await server.store.transactions({}, 10)).rows).toMatchObject([{ library: lender }]);
  });
});

test('a strict server answers what the table does not list; a lenient one notes it', async () => {
  for (const mode of ['strict', 'lenient'] as const) {
    const server = await lending({ peers: [{ symbol: borrower, protocol: 'toy', transport: 'push', mode }] });
    await push(
      server,
      line(requested) + line({ type: 'conditionAnswered', from: 'borrower', isAccepted: true }, { id: 'm2' }),
    );
    await settled(server);
    const [row] = (await server.store.transactions({}, 10)).rows;
    const [, odd] = await server.store.messages(row?.id ?? '');
    expect(odd).toMatchObject({ verdict: mode === 'strict' ? 'refused' : 'noted' });
    expect(await server.store.outbox()).toHaveLength(mode === 'strict' ? 1 : 0);
    expect(row?.transaction.state).toBe('requested');
  }
});

test('a peer may call only from where its settings say', async () => {
  for (const [allow, expected] of [
    [['192.0.2.0/24'], 'refused'],
    [['192.0.2.0/24', '127.0.0.0/8'], 'done'],
  ] as const) {
    const server = await lending({
      peers: [{ symbol: borrower, protocol: 'toy', transport: 'push', allow: [...allow] }],
    });
    await push(server, line(requested));
    await settled(server);
    expect(await server.store.received(expected, 10)).toHaveLength(1);
  }
});

test('a message that was kept before a crash has its effect after the next start, once', async () => {
  const folder = temporaryFolder();
  closers.push(() => folder.remove());
  const data = `${folder.path}/loans.sqlite`;
  const store = new SqliteStore({ file: data });
  await store.saveParties([{ symbol: lender, name: 'x' }], []);
  const raw = new TextEncoder().encode(line(requested));
  await store.journal({ protocol: 'toy', transport: 'push', from: '127.0.0.1:1', at: new Date(), raw });
  await store.close();
  for (let start = 0; start < 2; start += 1) {
    const server = await startServer(lender, { peers, data });
    const rows = (await server.store.transactions({}, 10)).rows;
    expect(rows).toHaveLength(1);
    expect(await server.store.events(rows[0]?.id ?? '')).toHaveLength(1);
    await server.stop();
  }
});

test('a two-way connection carries the answers, also later ones, while it is open', async () => {
  const server = await lending({ listeners: [{ protocol: 'toy', transport: 'talk', port: 0 }] });
  const lines: string[] = [];
  const socket = connect({ host: '127.0.0.1', port: server.listeners[0]?.port ?? 0 });
  closers.push(() => socket.destroy());
  socket.on('data', (chunk) => lines.push(...chunk.toString().trim().split('\n')));
  socket.write(line(requested));
  const kinds = (count: number) =>
    eventually(async () =>
      lines.length >= count ? lines.map((text) => String(JSON.parse(text).event.type)) : undefined,
    );
  expect(await kinds(1)).toEqual(['statusReported']);
  const [row] = (await server.store.transactions({}, 1)).rows;
  await server.desk.act(row?.id ?? '', () => ({ type: 'shipped', from: 'lender', service: 'loan' }));
  expect(await kinds(2)).toEqual(['statusReported', 'shipped']);
  await eventually(async () => ((await server.store.outbox()).length === 0 ? true : undefined));
});

test('a two-way peer that ends its side still gets its answers', async () => {
  const server = await lending({ listeners: [{ protocol: 'toy', transport: 'talk', port: 0 }] });
  const { outcome, answer } = await push(server, line(requested));
  expect(outcome).toBe('end');
  expect(JSON.parse(answer)).toMatchObject({ event: { type: 'statusReported' } });
});
