import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IllApdu, openTwoWay } from '@interlend/iso-ill';
import { createIllDouble } from '@interlend/iso-ill/double';
import { formatMail } from '@interlend/mail';
import { listenForMail, sendMail } from '@interlend/mail/smtp';
import { freePort, messageTurns, parseExchange, parseHttpExchange, turnBytes } from '@interlend/testing';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { generate } from 'selfsigned';
import { afterAll, describe, expect, it } from 'vitest';
import { runHere } from '../run.test-support.js';

const folder = mkdtempSync(join(tmpdir(), 'interlend-record-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const host = '127.0.0.1';
const symbol = (institutionSymbol: string) => ({ personOrInstitutionSymbol: { institutionSymbol } });
const request: IllApdu = {
  apdu: 'ILL-Request',
  protocolVersionNum: 2,
  transactionId: {
    initialRequesterId: symbol('TEST:REQ'),
    transactionGroupQualifier: 'G-1',
    transactionQualifier: 'Q-1',
  },
  serviceDateTime: { dateTimeOfThisService: { date: '20260131', time: '100000' } },
  requesterId: symbol('TEST:REQ'),
  responderId: symbol('TEST:RSP'),
  illServiceType: ['loan'],
  requesterOptionalMessages: {
    canSendReceived: true,
    canSendReturned: true,
    requesterShipped: 'desires',
    requesterCheckedIn: 'desires',
  },
  clientId: { clientName: 'Invented Reader', clientIdentifier: 'CARD-0001' },
  itemId: { itemType: 'monograph', title: 'The Theory of Examples' },
};

const command = (listen: number, target: number, ...more: readonly string[]) => [
  ...['record', '--protocol', 'iso-ill', '--listen', `127.0.0.1:${listen}`],
  ...['--target', `127.0.0.1:${target}`, ...more],
];

/** Asks on one connection, again and again until somebody listens there. */
function ask(port: number, connector = createTcpConnector()): Promise<IllApdu> {
  return untilListening(async () => {
    const connection = await openTwoWay({ connector, address: { host, port } });
    const { message } = await connection.request(request);
    await connection.close();
    return message;
  });
}

async function untilListening<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const codes = [error, error instanceof Error ? error.cause : undefined].map((each) =>
        each instanceof Error && 'code' in each ? each.code : undefined,
      );
      if (!codes.some((code) => code === 'connection-refused' || code === 'ECONNREFUSED')) throw error;
    }
  }
}

/** A certificate for this machine, as text and as files. */
async function certificates() {
  const pems = await generate([{ name: 'commonName', value: host }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: host }] }],
  });
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(certFile, pems.cert);
  writeFileSync(keyFile, pems.private);
  return { cert: pems.cert, key: pems.private, certFile, keyFile };
}

describe('interlend record', () => {
  it('writes what passed as an exchange, without the reader', async () => {
    const lender = await createIllDouble({
      role: 'responder',
      mode: '499',
      acceptor: createTcpAcceptor(),
      behaviour: { kind: 'refuse', reason: 'in-use-on-loan' },
    });
    const out = join(folder, 'exchanges', 'iso-ill', 'double', 'refused.yaml');
    const port = await freePort();
    const running = runHere(
      command(port, lender.address.port, '--out', out, '--messages', '2', '--software', 'Double'),
    );
    const answer = await ask(port);
    const outcome = await running;
    await lender.close();

    expect(answer.apdu).toBe('ILL-Answer');
    expect(outcome.exitCode).toBe(0);
    const text = readFileSync(out, 'utf8');
    const exchange = parseExchange(text, out);
    expect(exchange).toMatchObject({
      id: 'iso-ill/double/refused',
      transport: '499',
      provenance: { origin: 'recorded', redactions: ['clientId.clientIdentifier', 'clientId.clientName'] },
      expect: { lender: 'unfilled' },
    });
    expect(exchange.turns.map((turn) => ('desk' in turn ? turn.event.type : 'message'))).toEqual([
      'message',
      'unfilled',
      'message',
    ]);
    const octets = Buffer.concat(messageTurns(exchange).map(turnBytes)).toString('latin1');
    for (const secret of ['Invented', 'CARD-0001']) {
      expect(octets).not.toContain(secret);
      expect(outcome.stderr + outcome.stdout.toString()).not.toContain(secret);
    }
  });

  it('writes nothing when nothing came before the interruption', async () => {
    const interruption = new AbortController();
    interruption.abort();
    const out = join(folder, 'nothing.yaml');
    const outcome = await runHere(command(0, 9, '--out', out), '', interruption);
    expect(outcome.exitCode).toBe(65);
    expect(outcome.stderr).toContain('nothing is written');
  });

  it('stands between two sides that speak TLS', async () => {
    const pem = await certificates();
    const lender = await createIllDouble({
      role: 'responder',
      mode: '499',
      acceptor: createTcpAcceptor({ tls: { cert: pem.cert, key: pem.key } }),
      behaviour: { kind: 'refuse', reason: 'in-use-on-loan' },
    });
    const out = join(folder, 'secured.yaml');
    const port = await freePort();
    const running = runHere([
      ...['record', '--protocol', 'iso-ill', '--listen', `tls://127.0.0.1:${port}`],
      ...['--target', `tls://127.0.0.1:${lender.address.port}`, '--out', out, '--messages', '2'],
      ...['--ca', pem.certFile, '--cert', pem.certFile, '--key', pem.keyFile],
    ]);
    const answer = await ask(port, createTcpConnector({ tls: { ca: pem.cert } }));
    const outcome = await running;
    await lender.close();
    expect(answer.apdu).toBe('ILL-Answer');
    expect(outcome.exitCode).toBe(0);
    expect(messageTurns(parseExchange(readFileSync(out, 'utf8'), out))).toHaveLength(2);
  });

  it('writes a mail that passed as an exchange, without the login and the password', async () => {
    const office = await listenForMail({ host, port: 0 }, { isRecipient: () => true }, async () => {});
    const out = join(folder, 'exchanges', 'artemail', 'office', 'order.yaml');
    const port = await freePort();
    const running = runHere([
      ...['record', '--protocol', 'artemail', '--listen', `${host}:${port}`, '--peer', 'lender'],
      ...['--target', `${host}:${office.address.port}`, '--out', out, '--messages', '1'],
    ]);
    const order = formatMail({
      from: 'ill.desk@somewhere.example',
      to: 'artemail@elsewhere.example',
      subject: 'FILEREFNO 1',
      date: '2026-01-31T10:00:00Z',
      messageId: '<1@somewhere.example>',
      text: '98-7654\nS3CRET\n\n\n\n\nTXREQ0001 S LOAN\nThe Theory of Examples\n\n\n\n\nNNNN\n',
    });
    const envelope = { from: 'ill.desk@somewhere.example', to: 'artemail@elsewhere.example' };
    const server = { host, port, security: 'none' } as const;
    await untilListening(() => sendMail(order, envelope, { server }));
    const outcome = await running;
    await office.close();
    expect(outcome.exitCode).toBe(0);
    const exchange = parseExchange(readFileSync(out, 'utf8'), out);
    const octets = Buffer.concat(messageTurns(exchange).map(turnBytes)).toString('latin1');
    expect(octets).toContain('TXREQ0001 S LOAN');
    // Those of the suite stand in place of the two libraries and their account.
    expect(octets).toContain('From: desk@library.example\r\nTo: artemail@bl.example');
    for (const secret of ['S3CRET', '98-7654', 'somewhere.example>', 'ill.desk']) {
      expect(octets.replace('<1@somewhere.example>', '')).not.toContain(secret);
      expect(outcome.stderr + outcome.stdout.toString()).not.toContain(secret);
    }
    expect(exchange.provenance.redactions).toEqual([
      ...['file.account.customerCode', 'file.account.password', 'mail.from', 'mail.to'],
    ]);
  });

  it('writes calls to an Alma, without the key', async () => {
    const alma = createServer((inbound, outbound) => {
      outbound.setHeader('content-type', 'application/json');
      outbound.end('{"primary_id":"invented.patron","rs_library":[{"code":{"value":"RS"}}]}');
      inbound.resume();
    });
    await new Promise<void>((resolve) => alma.listen({ host, port: 0 }, resolve));
    const at = alma.address();
    const out = join(folder, 'http-exchanges', 'alma', 'example', 'user.yaml');
    const port = await freePort();
    const running = runHere([
      ...['record', '--protocol', 'alma', '--listen', `${host}:${port}`, '--messages', '1'],
      ...['--target', `${host}:${typeof at === 'object' ? at?.port : 0}`, '--out', out],
    ]);
    const url = `http://${host}:${port}/almaws/v1/users/invented.patron?apikey=l7xx`;
    const headers = { authorization: 'apikey l7xx-invented' };
    const response = await untilListening(() => fetch(url, { headers }));
    expect(await response.text()).toContain('invented.patron');
    const outcome = await running;
    await new Promise((resolve) => alma.close(resolve));
    expect(outcome.exitCode).toBe(0);
    const text = readFileSync(out, 'utf8');
    expect(parseHttpExchange(text, out)).toMatchObject({
      id: 'alma/example/user',
      calls: [
        { request: { target: '/almaws/v1/users/xxxxxxxxxxxxxxx?apikey=xxxx' }, response: { status: 200 } },
      ],
    });
    for (const secret of ['invented.patron', 'l7xx']) {
      expect(text + outcome.stderr + outcome.stdout.toString()).not.toContain(secret);
    }
  });

  it('refuses a way back where only one side connects', async () => {
    const outcome = await runHere([
      ...['record', '--protocol', 'alma', '--listen', `${host}:0`, '--target', `${host}:9`],
      ...['--back-listen', `${host}:0`, '--back-target', `${host}:9`, '--out', join(folder, 'x.yaml')],
    ]);
    expect(outcome.exitCode).toBe(64);
  });

  it('refuses to listen with TLS without a certificate', async () => {
    const outcome = await runHere([
      ...['record', '--protocol', 'iso-ill', '--listen', `tls://${host}:0`, '--target', `${host}:9`],
      ...['--out', join(folder, 'x.yaml')],
    ]);
    expect(outcome.exitCode).toBe(64);
    expect(outcome.stderr).toContain('--cert');
  });

  it.each([
    ['half a way back', ['--back-listen', '127.0.0.1:0'], 'go together'],
    ['a count that is none', ['--messages', 'some'], 'whole number'],
  ])('refuses %s', async (_, more, words) => {
    const outcome = await runHere(command(0, 9, '--out', join(folder, 'x.yaml'), ...more));
    expect(outcome.exitCode).toBe(64);
    expect(outcome.stderr).toContain(words);
  });
});
