import { setTimeout as pause } from 'node:timers/promises';
import type { PeerAddress } from '@interlend/core';
import { HubDouble } from '@interlend/slnp/double';
import { ServerApi } from '../../run/server-api.js';
import type { RunningServer, ServerSettings } from '../engine.js';
import type { PeerCredentials } from './certificates.js';
import type { ContainerEngine } from './container-engine.js';
import { buildDebianImage } from './images.js';
import { StunnelPeer } from './stunnel-peer.js';

/** The libraries of a region, each on a server of its own. */
export const RegionLibraries = { borrower: 'DE-B1', first: 'DE-L1', second: 'DE-L2' } as const;
type Party = keyof typeof RegionLibraries;
const parties = ['borrower', 'first', 'second'] as const satisfies readonly Party[];

const hubSymbol = 'ZFL-TEST';
const ends = { borrower: 'tunnel-nb', first: 'tunnel-gb1', second: 'tunnel-gb2', hub: 'tunnel-zfl' } as const;
/** Names that certificates of a region are made for. */
export const RegionEnds: readonly string[] = Object.values(ends);

/** Plain octets go in here and leave in TLS; at the hub each library has a port of its own. */
const toHub = 10_000;
const toLibrary: Readonly<Record<Party, number>> = { borrower: 10_001, first: 10_002, second: 10_003 };
const secret = 10_443;
const patienceMs = 20_000;
const lookEveryMs = 10;

/** A central server and libraries that reach each other through stunnel only. */
export interface TunnelledRegion {
  readonly hub: HubDouble;
  readonly tunnels: readonly StunnelPeer[];
  /** Where TLS reaches a library. */
  secretAddress(party: Party): PeerAddress;
  /** Where plain octets to a library go in at the hub. */
  plainAddress(party: Party): PeerAddress;
  /** The newest loan of a library, once it is in this state. */
  loanIn(party: Party, state: string): Promise<string>;
  act(party: Party, id: string, event: Readonly<Record<string, unknown>>): Promise<string>;
  stop(): Promise<void>;
}

/** Starts all of it: three servers, a double of the central server, and stunnel before each of them. @throws HarnessError */
export async function startTunnelledRegion(
  engine: ContainerEngine,
  credentials: ReadonlyMap<string, PeerCredentials>,
): Promise<TunnelledRegion> {
  const image = await buildDebianImage('stunnel');
  const running: { stop(): Promise<void> }[] = [];
  let hub: HubDouble | undefined;
  const stop = async (): Promise<void> => {
    await hub?.close();
    await Promise.all(running.splice(0).map((peer) => peer.stop()));
  };
  const opening = <Peer extends { stop(): Promise<void> }>(peer: Peer): Peer => {
    running.push(peer);
    return peer;
  };
  const tunnel = async (alias: string, services: Parameters<typeof StunnelPeer.start>[4]) => {
    const own = credentials.get(alias);
    if (!own) throw new Error(`no credentials for ${alias}`);
    return opening(await StunnelPeer.start(image, engine.network, alias, own, services));
  };

  try {
    const servers = await Promise.all(
      parties.map(async (party) => opening(await engine.startServer(settingsFor(party)))),
    );
    hub = new HubDouble({
      acceptor: engine.acceptor,
      libraries: Object.fromEntries(
        parties.map((party) => [
          RegionLibraries[party],
          { connector: engine.connector, address: { host: ends.hub, port: toLibrary[party] } },
        ]),
      ),
    });
    const heardAt = await hub.listen({ host: '127.0.0.1', port: 0 });
    const tunnels = await Promise.all([
      tunnel(ends.hub, [
        { does: 'unwrap', accept: secret, connect: heardAt },
        ...parties.map((party) => ({
          does: 'wrap' as const,
          accept: toLibrary[party],
          connect: { host: ends[party], port: secret },
        })),
      ]),
      ...parties.map((party, index) =>
        tunnel(ends[party], [
          { does: 'unwrap', accept: secret, connect: listenerOf(servers[index]) },
          { does: 'wrap', accept: toHub, connect: { host: ends.hub, port: secret } },
        ]),
      ),
    ]);
    const apis = servers.map(({ apiUrl, apiToken }) => new ServerApi(apiUrl, apiToken));
    const apiOf = (party: Party): ServerApi => {
      const api = apis[parties.indexOf(party)];
      if (!api) throw new Error(`no server for ${party}`);
      return api;
    };
    return {
      hub,
      tunnels,
      secretAddress: (party) => ({ host: ends[party], port: secret }),
      plainAddress: (party) => ({ host: ends.hub, port: toLibrary[party] }),
      act: (party, id, event) => apiOf(party).act(id, event),
      async loanIn(party, state) {
        const role = party === 'borrower' ? 'borrower' : 'lender';
        for (const until = Date.now() + patienceMs; Date.now() < until; await pause(lookEveryMs)) {
          const id = await apiOf(party).newestLoan(RegionLibraries[party], hubSymbol, role);
          if (id !== undefined && (await apiOf(party).timeline(id)).state === state) return id;
        }
        const log = servers[parties.indexOf(party)]?.log ?? [];
        throw new Error([`no loan of the ${party} came to ${state}`, ...log].join('\n'));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function settingsFor(party: Party): ServerSettings {
  const carrier = { protocol: 'slnp', transport: 'tcp' };
  return {
    listeners: [carrier],
    libraries: [{ symbol: RegionLibraries[party], name: `Library ${RegionLibraries[party]}` }],
    peers: [
      {
        ...carrier,
        symbol: hubSymbol,
        profile: 'alma',
        isHub: true,
        address: { host: ends[party], port: toHub },
      },
    ],
    patrons: [{ identifier: '4711', givenName: 'Erika', familyName: 'Beispiel' }],
  };
}

function listenerOf(server: RunningServer | undefined): PeerAddress {
  const [listener] = server?.listeners ?? [];
  if (!listener) throw new Error('the server named no listener');
  return listener;
}
