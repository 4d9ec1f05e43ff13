import type { Acceptor, Connection, Connector, Listening } from '@interlend/core';
import { createMemoryNetwork } from '@interlend/transport/memory';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { afterEach, describe, expect, it } from 'vitest';
import { askOnce, type SessionOptions, SlnpSession } from './client.js';
import { octetsOf, textOf } from './dialogues.test-support.js';
import { Info2FLServer, PFLDatenAenderung } from './messages/commands.js';
import { dataReply, okReply } from './messages/replies.js';
import { rulesFor, type SlnpRules } from './profiles/index.js';
import { createSlnpServer, type SlnpServerOptions } from './server.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const report = Info2FLServer.create({ Status: 'Shipped', BestellId: '1', BsTyp: 'AFL' });
const rules = (more: Partial<SlnpRules> = {}): SlnpRules => ({ ...rulesFor(undefined), ...more });

interface Network {
  readonly acceptor: Acceptor;
  readonly connector: Connector;
}
const networks: readonly (readonly [string, () => Network])[] = [
  ['TCP', () => ({ acceptor: createTcpAcceptor(), connector: createTcpConnector() })],
  ['memory, an octet at a time', () => createMemoryNetwork({ faults: { chunkSizes: [1] } })],
];

async function listen(
  network: Network,
  options: Partial<SlnpServerOptions> = {},
): Promise<Pick<SessionOptions, 'connector' | 'address'>> {
  const server = createSlnpServer({
    role: 'hub',
    acceptor: network.acceptor,
    onCommand: async ({ message }) => okReply(message.command),
    ...options,
  });
  const listening = await server.listen({ host: '127.0.0.1', port: 0 });
  closing.push(() => listening.close());
  return { connector: network.connector, address: listening.address };
}

/** A server that says what it is told, once something came, and then maybe ends. */
async function script(text: string, end = true): Promise<Pick<SessionOptions, 'connector' | 'address'>> {
  const { acceptor, connector } = createMemoryNetwork();
  const listening: Listening = await acceptor.listen(
    { host: 'zfl', port: 1 },
    async (connection, { signal }) => {
      await connection.receive({ signal });
      await connection.send(octetsOf(text));
      if (end) await connection.end();
      else await connection.receive({ signal }).catch(() => undefined);
    },
  );
  closing.push(() => listening.close());
  return { connector, address: listening.address };
}

async function say(connection: Connection, text: string): Promise<void> {
  await connection.send(octetsOf(text));
}

async function hear(connection: Connection): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await connection.receive(); chunk; chunk = await connection.receive()) chunks.push(chunk);
  return textOf(Buffer.concat(chunks));
}

describe.each(networks)('a session over %s', (_, create) => {
  it('passes over the greeting, answers each command, and ends in order', async () => {
    const heard: string[] = [];
    const at = await listen(create(), {
      onCommand: async ({ message }) => {
        heard.push(message.parameters['BestellId'] ?? '');
        return dataReply(message.command, { Nummer: message.parameters['BestellId'] ?? '' });
      },
    });
    const session = await SlnpSession.open(at);
    closing.push(() => session.close());
    const ids = ['1', '2', '3'];
    const replies = await Promise.all(
      ids.map((BestellId) =>
        session.ask(Info2FLServer.create({ Status: 'Return', BestellId, BsTyp: 'PFL' })),
      ),
    );
    expect(replies.map(({ message }) => message.fields['Nummer'])).toEqual(ids);
    expect(heard).toEqual(ids);
    expect(session.greeting?.text).toMatch(/^SLNP Interlend@charset:UTF-8$/);
    await session.quit();
    expect(session.isOpen).toBe(false);
    await expect(session.ask(report)).rejects.toMatchObject({ code: 'closed' });
  });

  it('answers bad commands 520 and goes on', async () => {
    const { connector, address } = await listen(create());
    const connection = await connector.open(address);
    closing.push(() => connection.close());
    await say(
      connection,
      'garbage\nSLNPEndCommand\nSLNPX\nSLNPEndCommand\nSLNPInfo2FLServer\nStatus:Shipped\nSLNPEndCommand\n',
    );
    await say(connection, 'SLNPInfo2FLServer\nStatus:Lost\nBestellId:1\nBsTyp:AFL\nSLNPEndCommand\n');
    await say(
      connection,
      'SLNPInfo2FLServer\nStatus:Return\nBestellId:1\nBsTyp:PFL\nSLNPEndCommand\nSLNPQuit\nignored',
    );
    expect(await hear(connection)).toBe(
      [
        '220 SLNP Interlend@charset:UTF-8',
        '520 SlnpRequestError: Kommando nicht lesbar, Zeile 1',
        '520 SlnpLookupError: Kommando nicht bekannt: SLNPX',
        '520 SlnpRequestError: Parameter fehlt: BestellId',
        '520 SlnpRequestError: Wert ungültig: Status',
        '240 OK: SLNPInfo2FLServer success',
        '240 OK: SLNPQuit success',
        '',
      ].join('\n'),
    );
  });

  it('takes the end of a stream within a command for no loss', async () => {
    let heard = 0;
    const { connector, address } = await listen(create(), {
      rules: rules({ greets: 'no' }),
      onCommand: async ({ message }) => {
        heard += 1;
        return okReply(message.command);
      },
    });
    const connection = await connector.open(address);
    closing.push(() => connection.close());
    await say(connection, 'SLNPInfo2FLServer\nStatus:Return\nBestel');
    await connection.end();
    expect(await hear(connection)).toBe('');
    expect(heard).toBe(0);
  });
});

describe('a server', () => {
  const network = (): Network => ({ acceptor: createTcpAcceptor(), connector: createTcpConnector() });

  it('breaks off without a reply when its handler fails: nobody may take the command for done', async () => {
    const at = await listen(createMemoryNetwork(), {
      onCommand: async () => {
        throw new Error('the disk is full');
      },
    });
    await expect(askOnce(report, at)).rejects.toMatchObject({ maybeDelivered: true });
  });

  it('answers 520 and closes where no end of a command is in sight', async () => {
    const { connector, address } = await listen(network(), { rules: rules({ greets: 'no' }) });
    const connection = await connector.open(address);
    closing.push(() => connection.close());
    await say(connection, `SLNPInfo2FLServer\nBemerkung:${'x'.repeat(70_000)}`);
    expect(await hear(connection)).toBe('520 SlnpRequestError: Kommando nicht lesbar\n');
  });

  it('closes on a peer that lets octets drip, and on one that says nothing', async () => {
    const slow = await listen(network(), { rules: rules({ greets: 'no' }), limits: { maxFrameAgeMs: 50 } });
    const dripping = await slow.connector.open(slow.address);
    closing.push(() => dripping.close());
    await say(dripping, 'SLNPInfo');
    await expect(hear(dripping)).rejects.toMatchObject({ name: 'TransportError' });
    const idle = await listen(network(), { rules: rules({ greets: 'no', idleTimeoutMs: 50 }) });
    const silent = await idle.connector.open(idle.address);
    closing.push(() => silent.close());
    expect(await hear(silent)).toBe('');
  });

  it('ends a session after so many commands', async () => {
    const at = await listen(createMemoryNetwork(), { limits: { commandsPerConnection: 2 } });
    const session = await SlnpSession.open(at);
    closing.push(() => session.close());
    await session.ask(report);
    await session.ask(report);
    await expect(session.ask(report)).rejects.toMatchObject({ name: 'TransportError' });
  });

  it('lets nobody in who has not logged in', async () => {
    const options = {
      rules: rules({ login: 'SLNPServerInit' }),
      admits: ({ parameters }: { readonly parameters: Readonly<Record<string, string>> }) =>
        parameters['Kennung'] === 'ls' && parameters['Datenbank'] === 'db',
    } as const;
    const at = await listen(createMemoryNetwork(), options);
    const { message: refused } = await askOnce(report, at);
    expect(refused.code).toBe(520);
    const { message } = await askOnce(report, {
      ...at,
      rules: options.rules,
      login: { user: 'ls', database: 'db' },
    });
    expect(message.code).toBe(240);
    await expect(
      askOnce(report, { ...at, rules: options.rules, login: { user: 'other' } }),
    ).rejects.toMatchObject({
      name: 'PeerError',
      wireCode: '510',
      message: expect.not.stringContaining('other'),
    });
    await expect(askOnce(report, { ...at, rules: options.rules })).rejects.toMatchObject({
      name: 'ConfigError',
    });
  });

  it('refuses a parameter with nothing behind its colon where the rules say so', async () => {
    const empty = octetsOf('SLNPPFLDatenAenderung\nPFLNummer:1\nSignatur:\nSLNPEndCommand\n');
    const strict = await listen(createMemoryNetwork(), { role: 'library', rules: rulesFor('koha') });
    expect((await askOnce(empty, strict)).message).toMatchObject({ code: 520 });
    const lenient = await listen(createMemoryNetwork(), { role: 'library' });
    expect((await askOnce(empty, lenient)).message).toMatchObject({ code: 240 });
  });
});

describe('a client', () => {
  it.each([
    ['blank lines and a late greeting', ' \n\n220 SLNP x\n \n240 OK\n', { code: 240 }],
    ['a refusal', '510 nein\n', { code: 510, text: 'nein' }],
    ['lines that it does not know', '600 SLNPInfo2FLServer\n699 x\n250 SLNPEndOfData\n', { code: 250 }],
  ])('takes %s', async (_, text, expected) => {
    const { message } = await askOnce(report, await script(text));
    expect(message).toMatchObject(expected);
  });

  it.each([
    ['a reply to something else', '600 SLNPX\n250 x\n', 'badly-structured'],
    ['a code that is none', '350 x\n', 'unrecognized-message'],
    ['another protocol', 'HTTP/1.1 200 OK\n', 'not-a-message'],
    ['an endless line', `240 ${'x'.repeat(70_000)}`, 'limit'],
    ['a reply that ends early', '600 SLNPInfo2FLServer\n', 'lost'],
    ['no reply', '', 'lost'],
  ])('does not take %s', async (_, text, code) => {
    await expect(askOnce(report, await script(text))).rejects.toMatchObject({ code });
  });

  it('waits for a reply no longer than it is told', async () => {
    await expect(
      askOnce(report, { ...(await script('600 SLNPInfo2FLServer\n', false)), timeoutMs: 30 }),
    ).rejects.toMatchObject({ name: 'TimeoutError', maybeDelivered: true });
  });

  it('wants the greeting first where the rules say so', async () => {
    const at = await listen(createMemoryNetwork(), { rules: rules({ greets: 'no' }) });
    await expect(
      SlnpSession.open({ ...at, rules: rules({ greeting: 'require', replyTimeoutMs: 30 }) }),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('writes in the character set that the greeting names', async () => {
    let heard = new Uint8Array();
    const at = await listen(createMemoryNetwork(), {
      role: 'library',
      rules: rules({ greets: 'yes', charset: 'iso-8859-1' }),
      onCommand: async ({ bytes, message }) => {
        heard = Uint8Array.from(bytes);
        return okReply(message.command);
      },
    });
    const change = PFLDatenAenderung.create({ PFLNummer: '1', Signatur: 'Ü 1' });
    await askOnce(change, { ...at, rules: rulesFor('sisis') });
    expect(Buffer.from(heard).toString('latin1')).toContain('Signatur:Ü 1\n');
  });

  it('says nothing when a value cannot be said', async () => {
    const at = await listen(createMemoryNetwork());
    await expect(
      askOnce(Info2FLServer.create({ Status: 'Return', BestellId: '\ud800', BsTyp: 'PFL' }), at),
    ).rejects.toMatchObject({ name: 'EncodeError' });
  });
});
