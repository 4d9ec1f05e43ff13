import { setTimeout as pause } from 'node:timers/promises';
import { HubDouble } from '@interlend/slnp/double';
import {
  type Exchange,
  formatExchange,
  freePort,
  messageTurns,
  parseExchange,
  record,
  turnBytes,
} from '@interlend/testing';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../engine/engine.js';
import { processEngine } from '../engine/processes.js';
import { protocolsUnderTest, slnpUnderTest as put } from '../run/protocols.js';
import { runExchanges } from '../run/run-suite.js';
import { ServerApi } from '../run/server-api.js';
import { exchangeOf, transactionsOf } from './recorded-exchange.js';
import { recorderFor } from './recorder-for.js';

const host = '127.0.0.1';
const transport = 'tcp';
const network = {
  acceptor: createTcpAcceptor({ onError: () => undefined }),
  connector: createTcpConnector(),
};
const otherRole = { borrower: 'lender', lender: 'borrower' } as const;
/** Invented, and found nowhere in what is kept. */
const reader = { identifier: 'CARD-4711-0815', givenName: 'Erika', familyName: 'Musterleserin' } as const;
const order = { BenutzerNummer: reader.identifier, Titel: 'Lebensansichten des Katers Murr', BsTyp2: 'L' };

describe('a recording between a central server and the systems of two libraries', { timeout: 60_000 }, () => {
  let server: RunningServer | undefined;
  let hub: HubDouble | undefined;
  let exchanges: readonly Exchange[] = [];
  let doubts: readonly string[] = [];

  beforeAll(async () => {
    const [out, back] = [await freePort(), await freePort()];
    const library = { connector: network.connector, address: { host, port: out } };
    hub = new HubDouble({ acceptor: network.acceptor, libraries: { 'DE-B1': library, 'DE-L1': library } });
    const hubAddress = await hub.listen({ host, port: 0 });
    server = await processEngine.startServer({
      listeners: [{ protocol: 'slnp', transport }],
      libraries: ['DE-B1', 'DE-L1'].map((symbol) => ({ symbol, name: `Library ${symbol}` })),
      peers: [
        {
          symbol: 'ZFL',
          protocol: 'slnp',
          transport,
          profile: 'default',
          isHub: true,
          address: { host, port: back },
        },
      ],
      patrons: [reader],
    });
    const [listener] = server.listeners;
    if (!listener) throw new Error('the server has no listener');
    const recorder = await record({
      ...recorderFor(put, 'borrower'),
      routes: [
        { listen: { host, port: out }, target: listener, client: 'borrower', ...network },
        { listen: { host, port: back }, target: hubAddress, client: 'lender', ...network },
      ],
    });
    const api = new ServerApi(server.apiUrl);
    const awaited = async (library: string, role: 'borrower' | 'lender', state: string): Promise<string> => {
      for (;;) {
        const id = await api.newestLoan(library, 'ZFL', role);
        if (id !== undefined && (await api.timeline(id)).state === state) return id;
        await pause(10);
      }
    };
    const number = hub.submitOrder({ borrower: 'DE-B1', rota: ['DE-L1'], fields: order });
    await api.act(await awaited('DE-L1', 'lender', 'requested'), { type: 'shipped', due: '2030-02-01' });
    await hub.reached(number, 'Shipped');
    const borrowed = await awaited('DE-B1', 'borrower', 'shipped');
    await api.act(borrowed, { type: 'received' });
    await api.act(borrowed, { type: 'returned' });
    await hub.reached(number, 'Return');
    // The reply to the last report has passed when nothing is left to say.
    while ((await api.outbox()).length > 0) await pause(10);
    await recorder.close();

    const recording = recorder.recording();
    const found = await Promise.all(
      transactionsOf(recording.turns, put).map(({ turns, isTurned }) =>
        exchangeOf(
          turns,
          recording,
          {
            id: `slnp/recorded/${isTurned ? 'lends' : 'borrows'}`,
            title: 'A loan through a central server',
            transport,
            peer: { software: 'hub double', profile: 'default', role: isTurned ? 'lender' : 'borrower' },
            source: 'this test',
            captured: new Date(),
            licence: 'Apache-2.0',
            requirements: [],
            writing: {},
          },
          put,
        ),
      ),
    );
    exchanges = found.map(({ exchange }) => parseExchange(formatExchange(exchange), exchange.id));
    doubts = found.flatMap((each) => each.doubts);
  }, 60_000);

  afterAll(async () => {
    await server?.stop();
    await hub?.close();
  });

  it('is one conversation for each library, with the acts of its staff', () => {
    const acts = exchanges.map(({ peer, turns }) => [
      otherRole[peer.role],
      ...turns.map((turn) =>
        'desk' in turn ? `${turn.event.type} → ${turn.state}` : 'hex' in turn ? turn.from : 'timer',
      ),
    ]);
    expect(acts).toEqual([
      [
        'borrower',
        ...['lender', 'borrower', 'lender', 'borrower', 'lender', 'borrower'],
        ...['returned → returned', 'borrower', 'lender'],
      ],
      ['lender', 'borrower', 'lender', 'shipped → shipped', 'lender', 'borrower'],
    ]);
    expect(doubts).toEqual([]);
  });

  it('hides the reader', () => {
    const kept = exchanges.flatMap((exchange) => messageTurns(exchange).map(turnBytes));
    const text = Buffer.concat(kept).toString('latin1') + JSON.stringify(exchanges);
    for (const secret of Object.values(reader)) expect(text).not.toContain(secret);
    expect(text).toContain('BenutzerNummer:xxxxxxxxxxxxxx\n');
    expect(exchanges.map(({ provenance }) => provenance.redactions)).toContainEqual(
      expect.arrayContaining(['fields.Nachname', 'parameters.BenutzerNummer']),
    );
  });

  it('replays unchanged in all four ways', async () => {
    const results = await runExchanges(exchanges, protocolsUnderTest, processEngine);
    for (const { exchange, checks } of results) {
      expect([exchange.id, checks.filter(({ outcome }) => outcome === 'fail')]).toEqual([exchange.id, []]);
      expect(new Set(checks.map(({ id }) => id.split('/')[0]))).toEqual(
        new Set(['codec', 'guard', 'mutation', 'server']),
      );
    }
  });
});
