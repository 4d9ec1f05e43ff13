import { type Exchange, formatExchange, freePort, parseExchange, record } from '@interlend/testing';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processEngine } from '../engine/processes.js';
import { lendThrough, type ServerPair, startServerPair } from '../engine/server-pair.js';
import { protocolsUnderTest, isoIllUnderTest as put } from '../run/protocols.js';
import { runExchanges } from '../run/run-suite.js';
import { exchangeOf, transactionsOf } from './recorded-exchange.js';
import { recorderFor } from './recorder-for.js';

const transport = '1611';
const host = '127.0.0.1';
const network = { acceptor: createTcpAcceptor(), connector: createTcpConnector() };

describe('a recording between two servers, each of which opens connections', { timeout: 60_000 }, () => {
  let pair: ServerPair | undefined;
  let exchanges: readonly Exchange[] = [];
  let doubts: readonly string[] = [];

  beforeAll(async () => {
    const [out, back] = [await freePort(), await freePort()];
    pair = await startServerPair(processEngine, {
      lender: { host, port: out },
      borrower: { host, port: back },
    });
    const { borrower, lender } = pair;
    const recorder = await record({
      ...recorderFor(put, 'lender'),
      routes: [
        { listen: { host, port: out }, target: lender.listener, client: 'borrower', ...network },
        { listen: { host, port: back }, target: borrower.listener, client: 'lender', ...network },
      ],
    });
    await lendThrough(pair);
    await recorder.close();

    const recording = recorder.recording();
    const found = await Promise.all(
      (['borrower', 'lender'] as const).flatMap((role) =>
        transactionsOf(recording.turns, put).map(({ turns }) =>
          exchangeOf(
            turns,
            recording,
            {
              id: `iso-ill/two-servers/${role}`,
              title: 'A loan between two servers',
              transport,
              peer: { software: 'reference server', profile: 'alma', role },
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
    await pair?.stop();
  });

  it('is one conversation, whoever of the two is taken for the partner', () => {
    expect(exchanges.map(({ turns }) => turns.filter((turn) => 'hex' in turn))).toMatchObject([
      { length: 5 },
      { length: 5 },
    ]);
    expect(doubts).toEqual([]);
  });

  it('knows what staff did, and where the loan stood', () => {
    const acts = exchanges.map(({ turns }) =>
      turns.flatMap((turn) => ('desk' in turn ? [`${turn.event.type} → ${turn.state}`] : [])),
    );
    expect(acts).toEqual([
      ['shipped → shipped', 'checkedIn → checkedIn'],
      ['requested → requested', 'received → received', 'returned → returned'],
    ]);
  });

  it('replays unchanged in all four ways', async () => {
    const results = await runExchanges(exchanges, protocolsUnderTest, processEngine);
    for (const { exchange, checks } of results) {
      expect([exchange.id, checks.filter(({ outcome }) => outcome !== 'pass')]).toEqual([exchange.id, []]);
      expect(new Set(checks.map(({ id }) => id.split('/')[0]))).toEqual(
        new Set(['codec', 'guard', 'mutation', 'server']),
      );
    }
  });
});
