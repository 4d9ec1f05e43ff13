import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LendingRequest, PeerAddress } from '@interlend/core';
import { createMemoryNetwork } from '@interlend/transport/memory';
import { withAddressBook } from './address-book.js';
import { oneWay } from './carriers/one-way/one-way.js';
import { twoWay } from './carriers/two-way/two-way.js';
import { silentLogger } from './logger.js';
import { checkSettings } from './read-settings.js';
import { createRegistry, type ProtocolRegistry } from './registry.js';
import { createServer, type Server, type ServerSurroundings } from './server.js';
import type { Settings, SettingsInput } from './settings.js';
import { createToyProtocol } from './toy-protocol.test-support.js';
import { createTcpTransports, type Transports } from './transports.js';

export const borrower = 'TEST:REQ';
export const lender = 'TEST:RSP';

/** The toy over both styles of transport. */
export const toyRegistry: ProtocolRegistry = createRegistry([
  { protocol: createToyProtocol(), transports: { push: oneWay, talk: twoWay } },
]);

/** Pauses short enough for tests. */
export const fastDelivery = {
  firstDelayMs: 20,
  factor: 2,
  jitter: 0,
  timeoutMs: 2000,
  closeWaitMs: 1000,
  settleMs: 20,
  keepOpenMs: 500,
  graceMs: 100,
} as const;

/** Settings that must be right. */
export function settingsOf(
  input: SettingsInput,
  registry: ProtocolRegistry = toyRegistry,
  environment: Readonly<Record<string, string>> = {},
): Settings {
  const { settings, mistakes } = checkSettings(input, environment, registry);
  if (!settings) throw new AggregateError(mistakes, mistakes.map(({ message }) => message).join('; '));
  return settings;
}

/** A folder that goes when the test is over. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'interlend-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A server with one library, listening on a free port. */
export async function startServer(
  symbol: string,
  more: Partial<SettingsInput> = {},
  surroundings: ServerSurroundings = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const registry = surroundings.registry ?? toyRegistry;
  const settings = settingsOf(
    {
      data: ':memory:',
      commitDelayMs: 0,
      api: { port: 0 },
      libraries: [{ symbol, name: `Library ${symbol}` }],
      listeners: [{ protocol: 'toy', transport: 'push', port: 0 }],
      delivery: fastDelivery,
      log: { level: 'silent' },
      ...more,
    },
    registry,
    environment,
  );
  const server = createServer(settings, { logger: silentLogger, registry, ...surroundings });
  await server.start();
  return server;
}

export const aRequest: LendingRequest = {
  borrower: { symbol: borrower },
  lender: { symbol: lender },
  services: ['loan'],
  item: { kind: 'monograph', title: 'On Examples', author: 'A. Author' },
};

/** Waits until `look` finds something. */
export async function eventually<Found>(
  look: () => Promise<Found | undefined>,
  withinMs = 10_000,
): Promise<Found> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`not seen within ${withinMs} ms`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

/** A network inside the process. */
export function memoryTransports(): Transports {
  const { acceptor, connector } = createMemoryNetwork();
  return { acceptorFor: () => acceptor, connectorFor: () => connector };
}

/** TCP on this machine. */
export function tcpTransports(settings: Partial<SettingsInput> = {}): Transports {
  const { delivery } = settingsOf({
    libraries: [{ symbol: 'X:Y', name: 'x' }],
    delivery: fastDelivery,
    ...settings,
  });
  return createTcpTransports(delivery, silentLogger);
}

/** Two servers that know each other, a borrower's and a lender's. */
export interface Pair {
  readonly borrowing: Server;
  readonly lending: Server;
  stop(): Promise<void>;
}

/** How a pair is started. */
export interface PairOptions {
  readonly protocol?: string;
  readonly transport: string;
  readonly transports?: Transports;
  readonly settings?: Partial<SettingsInput>;
  /** Of the lender only. */
  readonly lending?: Partial<SettingsInput>;
  readonly surroundings?: ServerSurroundings;
}

export async function startPair({
  protocol = 'toy',
  transport,
  transports = tcpTransports(),
  settings = {},
  lending: lendersOwn = {},
  surroundings = {},
}: PairOptions): Promise<Pair> {
  const book = new Map<string, PeerAddress>();
  const side = async (symbol: string, other: string, own: Partial<SettingsInput> = {}): Promise<Server> => {
    const server = await startServer(
      symbol,
      {
        listeners: [{ protocol, transport, port: 0 }],
        peers: [{ symbol: other, protocol, transport, address: '127.0.0.1:1' }],
        ...settings,
        ...own,
      },
      { transports: withAddressBook(transports, book), ...surroundings },
    );
    const [address] = server.listeners;
    if (address) book.set(symbol, address);
    return server;
  };
  const borrowing = await side(borrower, lender);
  const lending = await side(lender, borrower, lendersOwn);
  return {
    borrowing,
    lending,
    async stop() {
      await borrowing.stop();
      await lending.stop();
    },
  };
}

/** The only loan of a server, once it is in a state. */
export async function loanIn(server: Server, state: string): Promise<string> {
  return eventually(async () => (await server.store.transactions({ state }, 1)).rows[0]?.id);
}
