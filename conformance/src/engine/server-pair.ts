import { setTimeout as pause } from 'node:timers/promises';
import type { PeerAddress } from '@interlend/core';
import { HarnessError } from '../run/checks.js';
import { ServerApi, type Timeline } from '../run/server-api.js';
import type { Engine, RunningServer, ServerSettings } from './engine.js';

/** The two libraries of a pair. */
export const PairParties = { borrower: 'TEST:REQ', lender: 'TEST:RSP' } as const;
type Side = keyof typeof PairParties;

const lookEveryMs = 10;
const patienceMs = 30_000;

/** One of two reference servers that lend to each other. */
export interface PairSide {
  readonly server: RunningServer;
  readonly api: ServerApi;
  /** Where it listens for the other one. */
  readonly listener: PeerAddress;
}

export type ServerPair = Readonly<Record<Side, PairSide>> & { stop(): Promise<void> };

/**
 * Starts two reference servers of an engine. `reach` says where each finds the other one: never the listener of the other
 * itself, but what stands before it.
 *
 * @throws HarnessError when one does not start
 */
export async function startServerPair(
  engine: Engine,
  reach: Readonly<Record<Side, PeerAddress>>,
  delivery: ServerSettings['delivery'] = {},
): Promise<ServerPair> {
  const start = async (own: Side, other: Side): Promise<PairSide> => {
    const carrier = { protocol: 'iso-ill', transport: '1611' };
    const server = await engine.startServer({
      listeners: [carrier],
      libraries: [{ symbol: PairParties[own], name: `The ${own}` }],
      peers: [{ ...carrier, symbol: PairParties[other], profile: 'alma', address: reach[other] }],
      delivery,
    });
    const [listener] = server.listeners;
    if (!listener) throw new HarnessError('the server named no listener');
    return { server, api: new ServerApi(server.apiUrl, server.apiToken), listener };
  };
  const borrower = await start('borrower', 'lender');
  try {
    const lender = await start('lender', 'borrower');
    return {
      borrower,
      lender,
      async stop() {
        await borrower.server.stop();
        await lender.server.stop();
      },
    };
  } catch (error) {
    await borrower.server.stop();
    throw error;
  }
}

/** A loan as both sides have it at its end. */
export type PairOfTimelines = Readonly<Record<Side, Timeline>>;

/** A request that the borrower made. */
export interface AskedRequest {
  /** Of the borrower's transaction. */
  readonly id: string;
  /** The newest transaction of the lender, if it is younger than the request. */
  arrived(): Promise<string | undefined>;
  /** Resolves to the lender's transaction when there is one. @throws HarnessError */
  arrives(): Promise<string>;
}

/** Lets the borrower ask for a book. */
export async function ask(pair: ServerPair): Promise<AskedRequest> {
  const { borrower, lender } = PairParties;
  const newest = () => pair.lender.api.newestLending(lender, borrower);
  const before = await newest();
  const arrived = async () => {
    const now = await newest();
    return now === before ? undefined : now;
  };
  const id = await pair.borrower.api.borrow(
    {
      borrower: { symbol: borrower },
      lender: { symbol: lender },
      services: ['loan'],
      item: { kind: 'monograph', title: 'The Theory of Examples' },
    },
    'PAIR',
  );
  return { id, arrived, arrives: () => awaited(pair, 'the request at the lender', arrived) };
}

/**
 * Takes a book through the five steps; each is said when the other side knows of the one before it.
 *
 * @throws HarnessError with what the servers wrote when a step does not reach the other side
 */
export async function lendThrough(pair: ServerPair): Promise<PairOfTimelines> {
  const asked = await ask(pair);
  const ids = { borrower: asked.id, lender: await asked.arrives() };
  const steps: readonly (readonly [Side, { readonly type: string } & Readonly<Record<string, unknown>>])[] = [
    ['lender', { type: 'shipped', service: 'loan', due: '2030-02-01' }],
    ['borrower', { type: 'received' }],
    ['borrower', { type: 'returned' }],
    ['lender', { type: 'checkedIn' }],
  ];
  for (const [side, step] of steps) {
    await pair[side].api.act(ids[side], step);
    const other = side === 'lender' ? 'borrower' : 'lender';
    await awaited(pair, `${step.type} at the ${other}`, async () => {
      const { events } = await pair[other].api.timeline(ids[other]);
      return events.find(({ event }) => event.type === step.type);
    });
  }
  await allSent(pair);
  return {
    borrower: await pair.borrower.api.timeline(ids.borrower),
    lender: await pair.lender.api.timeline(ids.lender),
  };
}

/** Waits until neither side has anything left to send. @throws HarnessError */
export async function allSent(pair: ServerPair): Promise<void> {
  await awaited(pair, 'nothing left to send', async () => {
    const waiting = await Promise.all([pair.borrower, pair.lender].map(({ api }) => api.outbox()));
    return waiting.flat().length === 0 ? true : undefined;
  });
}

/** Looks until something is there. @throws HarnessError */
export async function awaited<Value>(
  pair: ServerPair,
  what: string,
  look: () => Promise<Value | undefined>,
): Promise<Value> {
  for (const until = performance.now() + patienceMs; performance.now() < until; await pause(lookEveryMs)) {
    const value = await look();
    if (value !== undefined) return value;
  }
  throw new HarnessError(
    [
      `expected ${what}, it was not there within ${patienceMs} ms`,
      'the borrower’s server:',
      ...pair.borrower.server.log,
      'the lender’s server:',
      ...pair.lender.server.log,
    ].join('\n'),
  );
}
