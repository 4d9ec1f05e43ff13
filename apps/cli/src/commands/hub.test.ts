import {
  askOnce,
  createSlnpServer,
  dataReply,
  errorReply,
  Info2FLServer,
  okReply,
  type SlnpCommand,
  type SlnpReply,
} from '@interlend/slnp';
import { freePort } from '@interlend/testing';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { afterEach, describe, expect, it } from 'vitest';
import { runHere } from '../run.test-support.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const loopback = (port: number) => ({ host: '127.0.0.1', port });
const order = (rota: readonly string[]): string =>
  `${JSON.stringify({ borrower: 'DE-B1', rota, fields: { BenutzerNummer: '4711', Titel: 'Undine' } })}\n`;

/** A library that does at once what staff do in days; what it reports goes to the central server's port. */
async function startLibrary(answer: (command: SlnpCommand) => SlnpReply, hubPort: number): Promise<string> {
  const connector = createTcpConnector();
  const report = (Status: 'Shipped' | 'Return', { parameters }: SlnpCommand): void => {
    const { BestellId, PFLNummer, SigelGB } = parameters;
    const [BsTyp, id] = Status === 'Shipped' ? (['AFL', BestellId] as const) : (['PFL', PFLNummer] as const);
    void askOnce(Info2FLServer.create({ Status, BestellId: id ?? '', BsTyp, SigelGB, SigelNB: 'DE-B1' }), {
      connector,
      address: loopback(hubPort),
    });
  };
  const server = createSlnpServer({
    role: 'library',
    acceptor: createTcpAcceptor(),
    onCommand: async ({ message }) => {
      const reply = answer(message);
      if (message.parameters['BsTyp'] === 'AFL' && reply.code === 250) report('Shipped', message);
      if (message.command === 'SLNPPFLDatenAenderung') report('Return', message);
      return reply;
    },
  });
  const listening = await server.listen(loopback(0));
  closing.push(() => listening.close());
  return `127.0.0.1:${listening.address.port}`;
}

const takes = ({ command, parameters }: SlnpCommand): SlnpReply => {
  if (command === 'SLNPPFLDatenAenderung') return okReply(command);
  return dataReply(command, { PFLNummer: parameters['BestellId'] ?? '' });
};
const refuses = (): SlnpReply => errorReply(510, 'entliehen');

describe('interlend hub', () => {
  it('takes an order through its rota and back, and says so line by line', async () => {
    const port = await freePort();
    const { exitCode, stdout } = await runHere(
      [
        ...['hub', '--listen', `127.0.0.1:${port}`],
        ...['--library', `DE-B1=${await startLibrary(takes, port)}`],
        ...['--library', `DE-L1=${await startLibrary(refuses, port)}`],
        ...['--library', `DE-L2=tcp://${await startLibrary(takes, port)}`],
      ],
      order(['DE-L1', 'DE-L2']),
    );
    expect(exitCode).toBe(0);
    const lines = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const turns = lines.filter(({ command }) => command !== undefined);
    // What a library reports may overtake its reply: the two travel on connections of their own.
    expect(turns.map(({ library, command, code }) => `${library} ${command} ${code}`).toSorted()).toEqual([
      'DE-B1 SLNPAlleBenutzerDaten 250',
      'DE-B1 SLNPFLBestellung PFL 250',
      'DE-B1 SLNPInfo2FLServer Return 240',
      'DE-B1 SLNPPFLDatenAenderung 240',
      'DE-L1 SLNPFLBestellung AFL 510',
      'DE-L2 SLNPFLBestellung AFL 250',
      'DE-L2 SLNPInfo2FLServer Shipped 240',
    ]);
    expect(lines.filter(({ state }) => state !== undefined).at(-1)).toMatchObject({ state: 'Return' });
    expect(JSON.stringify(lines)).not.toContain('4711');
  });

  it('ends with 1 when an order was not filled', async () => {
    const port = await freePort();
    const { exitCode, stdout } = await runHere(
      [
        ...['hub', '--listen', `127.0.0.1:${port}`, '--first', '20260000042'],
        ...['--library', `DE-B1=${await startLibrary(takes, port)}`],
        ...['--library', `DE-L1=${await startLibrary(refuses, port)}`],
      ],
      order(['DE-L1']),
    );
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toMatch(/"order":"20260000042","state":"Sign"/);
  });

  it.each([
    [
      'an order that is none',
      ['hub', '--listen', '127.0.0.1:0', '--library', 'B=127.0.0.1:1'],
      '{"borrower":"B"}\n',
      65,
      /-:1: expected \{"borrower"/,
    ],
    [
      'a library without a place',
      ['hub', '--listen', '127.0.0.1:0', '--library', 'B'],
      '',
      64,
      /SYMBOL=HOST:PORT/,
    ],
    [
      'TLS without a certificate',
      ['hub', '--listen', 'tls://127.0.0.1:0', '--library', 'B=127.0.0.1:1'],
      '',
      64,
      /--cert: expected a certificate and its key/,
    ],
    [
      'a file for nothing',
      ['hub', '--listen', '127.0.0.1:0', '--library', 'B=127.0.0.1:1', '--ca', 'x.pem'],
      '',
      64,
      /--ca: expected it together with tls:/,
    ],
    [
      'orders that are not there',
      ['hub', '--listen', '127.0.0.1:0', '--library', 'B=127.0.0.1:1', 'absent.jsonl'],
      '',
      66,
      /absent\.jsonl/,
    ],
  ])('says what is wrong with %s', async (_, argv, input, code, text) => {
    const { exitCode, stderr } = await runHere(argv, input);
    expect(stderr).toMatch(text);
    expect(exitCode).toBe(code);
  });

  it('ends when it is told to', async () => {
    const interruption = new AbortController();
    const running = runHere(
      [
        'hub',
        '--listen',
        '127.0.0.1:0',
        '--library',
        `DE-B1=${await startLibrary(takes, 1)}`,
        '--library',
        `DE-L1=${await startLibrary(takes, 1)}`,
      ],
      order(['DE-L1']),
      interruption,
    );
    setImmediate(() => interruption.abort());
    expect((await running).exitCode).toBe(1);
  });
});
