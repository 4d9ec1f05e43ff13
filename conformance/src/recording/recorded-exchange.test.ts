import { type Exchange, formatExchange, freePort, parseExchange, record } from '@interlend/testing';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer, ServerSettings } from '../engine/engine.js';
import { processEngine } from '../engine/processes.js';
import { protocolsUnderTest, isoIllUnderTest as put } from '../run/protocols.js';
import { runExchanges } from '../run/run-suite.js';
import { ServerApi } from '../run/server-api.js';
import { exchangeOf, transactionsOf } from './recorded-exchange.js';
import { recorderFor } from './recorder-for.js';

const protocol = 'iso-ill';
const transport = '1611';
const host = '127.0.0.1';
const parties = { borrower: 'TEST:REQ', lender: 'TEST:RSP' } as const;

const settings = (own: string, other: string, port: number): ServerSettings => ({
  listeners: [{ protocol, transport }],
  libraries: [{ symbol: own, name: 'Example Library' }],
  peers: [{ symbol: other, protocol, transport, profile: 'ipig', address: { host, port } }],
});

describe('a recording between two servers, each of which opens connections', { timeout: 60_000 }, () => {
  const servers: RunningServer[] = [];
  let exchanges: readonly Exchange[] = [];
  let doubts: readonly string[] = [];

  beforeAll(async () => {
    const [out, back] = [await freePort(), await freePort()];
    const lender = await processEngine.startServer(settings(parties.lender, parties.borrower, back));
    const borrower = await processEngine.startServer(settings(parties.borrower, parties.lender, out));
    servers.push(lender, borrower);
    const [lenderPort, borrowerPort] = [lender, borrower].map(({ listeners }) => listeners[0]?.port ?? 0);
    const seen: (() => void)[] = [];
    let count = 0;
    const recorder = await record({
      ...recorderFor(put, transport),
      acceptor: createTcpAcceptor(),
      connector: createTcpConnector(),
      routes: [
        { listen: { host, port: out }, target: { host, port: lenderPort ?? 0 }, client: 'borrower' },
        { listen: { host, port: back }, target: { host, port: borrowerPort ?? 0 }, client: 'lender' },
      ],
      onTurn: () => {
        count++;
        for (const look of seen) look();
      },
    });
    const messages = (wanted: number) =>
      new Promise<void>((resolve) => {
        const look = () => count >= wanted && resolve();
        seen.push(look);
        look();
      });
    const desk = { borrower: new ServerApi(borrower.apiUrl), lender: new ServerApi(lender.apiUrl) };
    const request = {
      borrower: { symbol: parties.borrower },
      lender: { symbol: parties.lender },
      services: ['loan'],
      item: { kind: 'monograph', title: 'The Theory of Examples' },
    };
    const asked = await desk.borrower.borrow(request, 'G-1');
    const lent = async () => {
      for (;;) {
        const id = await desk.lender.newestLending(parties.lender, parties.borrower);
        if (id !== undefined) return id;
      }
    };
    const act = async (
      side: 'borrower' | 'lender',
      id: string,
      event: { type: string; [key: string]: unknown },
    ) => {
      const before = count;
      for (;;) {
        try {
          await desk[side].act(id, event);
          break;
        } catch (error) {
          // The other side's message is on its way into the loan.
          if (!(error instanceof Error && 'code' in error && error.code === '409')) throw error;
        }
      }
      await messages(before + 1);
    };
    await messages(1);
    const loan = await lent();
    await act('lender', loan, { type: 'shipped', service: 'loan', due: '2031-04-05' });
    await act('borrower', asked, { type: 'received', service: 'loan' });
    await act('borrower', asked, { type: 'renewRequested', desiredDue: '2031-05-05' });
    await act('lender', loan, { type: 'renewAnswered', isAccepted: true, due: '2031-05-05' });
    await act('borrower', asked, { type: 'returned' });
    await act('lender', loan, { type: 'checkedIn' });
    await recorder.close();

    const recording = recorder.recording();
    const found = await Promise.all(
      (['borrower', 'lender'] as const).flatMap((role) =>
        transactionsOf(recording.turns, put).map((turns) =>
          exchangeOf(
            turns,
            recording,
            {
              id: `iso-ill/two-servers/${role}`,
              title: 'A loan between two servers',
              transport,
              peer: { software: 'reference server', profile: 'ipig', role },
              source: 'this test',
              captured: new Date(),
              licence: 'Apache-2.0',
              requirements: [],
              writing: {},
            },
            put,
          ),
        ),
      ),
    );
    exchanges = found.map(({ exchange }) => parseExchange(formatExchange(exchange), exchange.id));
    doubts = found.flatMap((each) => each.doubts);
  }, 60_000);

  afterAll(async () => {
    for (const server of servers) await server.stop();
  });

  it('is one conversation, whoever of the two is taken for the partner', () => {
    expect(exchanges.map(({ turns }) => turns.filter((turn) => 'hex' in turn))).toMatchObject([
      { length: 7 },
      { length: 7 },
    ]);
    expect(doubts).toEqual([]);
  });

  it('knows what staff did, and where the loan stood', () => {
    const acts = exchanges.map(({ turns }) =>
      turns.flatMap((turn) => ('desk' in turn ? [`${turn.event.type} → ${turn.state}`] : [])),
    );
    expect(acts).toEqual([
      ['shipped → shipped', 'renewAnswered → shipped', 'checkedIn → checkedIn'],
      [
        'requested → requested',
        'received → received',
        'renewRequested → renewRequested',
        'returned → returned',
      ],
    ]);
  });

  it('replays unchanged in all four ways', async () => {
    const results = await runExchanges(exchanges, protocolsUnderTest, processEngine, () => undefined);
    for (const { exchange, checks } of results) {
      expect([exchange.id, checks.filter(({ outcome }) => outcome !== 'pass')]).toEqual([exchange.id, []]);
      expect(new Set(checks.map(({ id }) => id.split('/')[0]))).toEqual(
        new Set(['codec', 'guard', 'mutation', 'server']),
      );
    }
  });
});
