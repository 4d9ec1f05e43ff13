import type { Connector, PeerAddress } from '@interlend/core';
import type { Login } from '@interlend/slnp';
import { HubDouble, type HubDoubleOptions } from '@interlend/slnp/double';
import type { SlnpRules } from '@interlend/slnp/profiles';
import { createMemoryNetwork } from '@interlend/transport/memory';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { withAddressBook } from '../../address-book.js';
import { defaultRegistry } from '../../protocols.js';
import type { Server, ServerSurroundings } from '../../server.js';
import type { SettingsInput } from '../../settings.js';
import { eventually, startServer } from '../../test-server.test-support.js';

/** A region in one process: a borrower's server, a server of two lenders, and a double of their central server. */
export interface Region {
  readonly borrowing: Server;
  readonly lending: Server;
  readonly hub: HubDouble;
  /** To the listeners of the servers. */
  readonly connector: Connector;
  /** The only loan of a server, once it is in a state; of one library where several are here. */
  loanIn(server: Server, state: string, library?: string): Promise<string>;
  stop(): Promise<void>;
}

export const borrowingLibrary = 'DE-B1';
export const lendingLibraries = ['DE-L1', 'DE-L2'] as const;
export const hubSymbol = 'ZFL-TEST';

/** A reader's order that both lenders could fill. */
export const anOrder = {
  borrower: borrowingLibrary,
  rota: lendingLibraries,
  fields: {
    BenutzerNummer: '4711',
    Vorname: 'Erika',
    Nachname: 'Beispiel',
    Titel: 'Lebensansichten des Katers Murr',
    Verfasser: 'Hoffmann, E. T. A.',
    TitelId: 'BV000000001',
  },
} as const;

export const patrons = [
  { identifier: '4711', givenName: 'Erika', familyName: 'Beispiel' },
  { identifier: '4712', mayBorrow: false, blockedBecause: 'Ausweis abgelaufen' },
];

export async function startRegion(
  options: {
    readonly hub?: Partial<HubDoubleOptions>;
    /** Sockets on loopback instead of a network inside the process. */
    readonly isOverTcp?: boolean;
    readonly settings?: Partial<SettingsInput>;
    /** Of one of the servers only. */
    readonly borrowing?: Partial<SettingsInput>;
    readonly lending?: Partial<SettingsInput>;
    /** What the lenders' server knows of the central server. */
    readonly lendingProfile?: string;
    readonly lendingLogin?: { readonly user: string; readonly branch?: string };
    /** How the central server speaks with the lenders. */
    readonly hubToLenders?: { readonly rules: SlnpRules; readonly login: Login };
    readonly environment?: Readonly<Record<string, string>>;
    readonly surroundings?: ServerSurroundings;
  } = {},
): Promise<Region> {
  const { isOverTcp = false } = options;
  const { acceptor, connector } = isOverTcp
    ? { acceptor: createTcpAcceptor(), connector: createTcpConnector() }
    : createMemoryNetwork();
  const book = new Map<string, PeerAddress>();
  const transports = withAddressBook({ acceptorFor: () => acceptor, connectorFor: () => connector }, book);
  const start = (
    symbols: readonly [string, ...string[]],
    own: Partial<SettingsInput> = {},
    agreed: { readonly profile?: string; readonly login?: { readonly user: string } } = {},
  ): Promise<Server> =>
    startServer(
      symbols[0],
      {
        libraries: symbols.map((symbol) => ({ symbol, name: `Library ${symbol}` })),
        listeners: [
          {
            protocol: 'slnp',
            transport: 'tcp',
            ...(isOverTcp ? { port: 0 } : { host: symbols[0], port: 9001 }),
            ...agreed,
          },
        ],
        peers: [
          {
            symbol: hubSymbol,
            protocol: 'slnp',
            transport: 'tcp',
            address: '127.0.0.1:1',
            isHub: true,
            ...agreed,
          },
        ],
        patrons,
        ...options.settings,
        ...own,
      },
      { registry: defaultRegistry, transports, ...options.surroundings },
      options.environment,
    );
  const { lendingProfile: profile, lendingLogin: login } = options;
  const borrowing = await start([borrowingLibrary], options.borrowing);
  const lending = await start([...lendingLibraries], options.lending, {
    ...(profile !== undefined && { profile }),
    ...(login && { login }),
  });
  const at = (server: Server): { connector: typeof connector; address: PeerAddress } => {
    const [address] = server.listeners;
    if (!address) throw new Error('a server without listener');
    return { connector, address };
  };
  const hub = new HubDouble({
    acceptor,
    libraries: {
      [borrowingLibrary]: at(borrowing),
      ...Object.fromEntries(
        lendingLibraries.map((symbol) => [symbol, { ...at(lending), ...options.hubToLenders }]),
      ),
    },
    patience: { attempts: 5, pauseMs: 5 },
    ...options.hub,
  });
  book.set(
    hubSymbol,
    await hub.listen(isOverTcp ? { host: '127.0.0.1', port: 0 } : { host: 'zfl', port: 9000 }),
  );
  return {
    borrowing,
    lending,
    hub,
    connector,
    loanIn: (server, state, library) =>
      eventually(async () => {
        const { rows } = await server.store.transactions({ state, ...(library && { library }) }, 1);
        return rows[0]?.id;
      }),
    async stop() {
      await hub.close();
      await borrowing.stop();
      await lending.stop();
    },
  };
}
