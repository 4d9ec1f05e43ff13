import { type Clock, type IdSource, type PeerAddress, type RandomSource, systemClock } from '@interlend/core';
import { Alarms } from './alarms.js';
import type { AlmaLink } from './alma/link.js';
import { followAddress } from './alma/moving-peers.js';
import { type Api, createApi } from './api/api.js';

import { Delivery } from './delivery/delivery.js';
import { Routes } from './delivery/routes.js';
import { Desk } from './desk/desk.js';

import { Directory, profileAt } from './directory.js';
import { createIdSource } from './identifiers.js';
import { Intake } from './intake/intake.js';
import { createUnwrap } from './intake/unwrap.js';
import { LiveStream } from './live-stream.js';
import { createLogger, faultOf, type Logger } from './logger.js';
import { createMetrics } from './metrics.js';
import { tellAll } from './observer.js';
import { PeerHealth } from './peer-health.js';
import { defaultRegistry } from './protocols.js';
import { configureRegistry, type ProtocolRegistry } from './registry.js';
import type { AlmaSettings, Settings } from './settings.js';
import { SqliteStore } from './store/sqlite/sqlite-store.js';
import type { NewIncoming, Store } from './store/store.js';
import { createTcpTransports, type Transports } from './transports.js';

/** What a server takes from the world; everything has a default. */
export interface ServerSurroundings {
  readonly registry?: ProtocolRegistry;
  readonly transports?: Transports;
  readonly store?: Store;
  readonly clock?: Clock;
  readonly ids?: IdSource;
  readonly random?: RandomSource;
  readonly logger?: Logger;
  /** For calls to an Alma. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A reference server. */
export interface Server {
  /** Takes up what was left, then listens. Rejects and releases everything when it cannot. */
  start(): Promise<void>;
  /** Accepts nothing more, lets what is under way end, and closes the store. */
  stop(): Promise<void>;
  /** Where the listeners are, in the order of the settings. */
  readonly listeners: readonly PeerAddress[];
  /** Where the API is. */
  readonly apiUrl: string;
  readonly desk: Desk;
  readonly intake: Intake;
  readonly alarms: Alarms;
  readonly store: Store;
  readonly stream: LiveStream;
  /** The Alma that the settings name, once the server has started. */
  readonly alma: AlmaLink | undefined;
}

/** Puts a server together. Nothing is opened but the data file until {@link Server.start}. */
export function createServer(settings: Settings, surroundings: ServerSurroundings = {}): Server {
  const clock = surroundings.clock ?? systemClock;
  const ids = surroundings.ids ?? createIdSource(clock);
  const random = surroundings.random ?? Math.random;
  const logger = surroundings.logger ?? createLogger(settings.log.level);
  const registry = configureRegistry(surroundings.registry ?? defaultRegistry, settings);
  const transports = surroundings.transports ?? createTcpTransports(settings.delivery, logger);
  const store =
    surroundings.store ?? new SqliteStore({ file: settings.data, groupMs: settings.commitDelayMs });

  const directory = new Directory(settings, registry);
  const unwrap = createUnwrap(registry, () => ({ ...settings.mail, own: directory.ownAliases() }));
  const stream = new LiveStream();
  const health = new PeerHealth(clock);
  const metrics = createMetrics(store, () => delivery.waiting());
  let alma: AlmaLink | undefined;
  /** Loaded only where it is wanted: most servers have no Alma. */
  const openAlma = async (wired: AlmaSettings): Promise<AlmaLink> => {
    const { AlmaLink: Link } = await import('./alma/link.js');
    const { fetch } = surroundings;
    const parts = { settings, store, directory, registry, clock, logger, ...(fetch && { fetch }) };
    return new Link(wired, { ...parts, act: (id, event) => desk.act(id, () => event) });
  };
  const observer = tellAll([
    metrics.observer,
    health,
    stream,
    { stepped: (record) => alma?.stepped(record) },
    { stepped: (record) => alarms.set(record.wakeAt) },
  ]);
  const routes: Routes = new Routes({
    directory,
    registry,
    settings: settings.delivery,
    connectorFor: (peer) =>
      followAddress(transports.connectorFor(peer), () => directory.peer(peer.symbol)?.address),
    hear: (answer, channel) => intake.accept({ ...answer, at: clock.now() }, channel),
  });
  const delivery = new Delivery({
    store,
    registry,
    routes,
    settings: settings.delivery,
    clock,
    random,
    logger,
    observer,
  });
  const base = { store, directory, registry, delivery, clock, ids, logger, observer };
  const intake = new Intake({ ...base, unwrap });
  const desk = new Desk(base);
  const alarms = new Alarms(base);
  const api: Api = createApi({
    settings: settings.api,
    store,
    desk,
    delivery,
    directory,
    registry,
    unwrap,
    health,
    metrics,
    stream,
    alma: () => alma,
    clock,
    logger,
  });
  const closers: (() => Promise<void>)[] = [];
  const addresses: PeerAddress[] = [];

  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        logger.error(faultOf(error), 'closing failed');
      }
    }
  };

  return {
    async start() {
      try {
        closers.push(() => store.close());
        const peers = settings.peers.map(({ symbol, name }) => ({ symbol, name: name ?? symbol }));
        await store.saveParties(settings.libraries, peers);
        closers.push(() => routes.close());
        closers.push(() => delivery.stop(settings.delivery.graceMs));
        if (settings.alma) {
          const link = await openAlma(settings.alma);
          alma = link;
          closers.push(() => link.stop());
          await link.start();
        }
        await delivery.start();
        closers.push(() => intake.idle());
        const recovered = await intake.recover();
        closers.push(() => alarms.stop());
        await alarms.start();
        for (const listener of settings.listeners) {
          const binding = registry.get(listener.protocol);
          const carrier = binding?.transports[listener.transport];
          if (!binding || !carrier) throw new Error(`no ${listener.transport} of ${listener.protocol}`);
          const { peer } = listener;
          const from = (incoming: NewIncoming): NewIncoming =>
            peer === undefined ? incoming : { ...incoming, peer };
          const listening = await carrier.listen({
            protocol: binding.protocol,
            settings: { ...listener, profile: profileAt(listener, settings) },
            own: () => directory.ownAliases(),
            delivery: settings.delivery,
            clock,
            logger,
            acceptor: () => transports.acceptorFor(listener),
            accept: (incoming, channel) => intake.accept(from(incoming), channel),
            ask: (incoming) => intake.ask(from(incoming)),
            acceptRubbish: (incoming, error) => intake.acceptRubbish(from(incoming), error),
            answered: (channel) => delivery.answered(channel),
            forget: (channel) => routes.unbind(channel),
          });
          closers.push(() => listening.close());
          addresses.push(listening.address);
        }
        await api.listen();
        closers.push(() => api.close());
        logger.info({ recovered, listeners: addresses, api: api.url }, 'ready');
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
    get listeners() {
      return addresses;
    },
    get apiUrl() {
      return api.url;
    },
    desk,
    intake,
    alarms,
    store,
    stream,
    get alma() {
      return alma;
    },
  };
}
