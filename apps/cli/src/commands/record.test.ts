import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IllApdu, openTwoWay } from '@interlend/iso-ill';
import { createIllDouble } from '@interlend/iso-ill/double';
import { freePort, messageTurns, parseExchange, turnBytes } from '@interlend/testing';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { afterAll, describe, expect, it } from 'vitest';
import { runHere } from '../run.test-support.js';

const folder = mkdtempSync(join(tmpdir(), 'interlend-record-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

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
async function ask(port: number): Promise<IllApdu> {
  const connector = createTcpConnector();
  for (;;) {
    try {
      const connection = await openTwoWay({ connector, address: { host: '127.0.0.1', port } });
      const { message } = await connection.request(request);
      await connection.close();
      return message;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'connection-refused')) throw error;
    }
  }
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

  it.each([
    ['half a way back', ['--back-listen', '127.0.0.1:0'], 'go together'],
    ['a count that is none', ['--messages', 'some'], 'whole number'],
  ])('refuses %s', async (_, more, words) => {
    const outcome = await runHere(command(0, 9, '--out', join(folder, 'x.yaml'), ...more));
    expect(outcome.exitCode).toBe(64);
    expect(outcome.stderr).toContain(words);
  });
});
