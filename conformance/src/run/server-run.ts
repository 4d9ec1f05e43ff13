import type { PeerAddress } from '@interlend/core';
import { type Exchange, messageTurns, turnBytes } from '@interlend/testing';
import type { Engine, RunningServer, ServerSettings } from '../engine/engine.js';
import { HarnessError, type WayResult } from './checks.js';
import { Partner } from './partner.js';
import { type ProtocolUnderTest, roleUnderTest } from './protocols.js';
import { ServerApi } from './server-api.js';
import { lookAtServer } from './server-way.js';

/** An exchange with the package that speaks its protocol. */
export interface RunnableExchange {
  readonly exchange: Exchange;
  readonly put: ProtocolUnderTest;
}

/** Exchanges of one partner: they go one after the other, because they share its address and its library. */
interface Lane {
  /** The library under test; several where the partner is a central server. */
  readonly own: Set<string>;
  readonly other: string;
  readonly profile: string;
  readonly mode: 'strict' | undefined;
  readonly protocol: string;
  readonly transport: string;
  readonly put: ProtocolUnderTest;
  readonly exchanges: Exchange[];
}

function lanesOf(exchanges: readonly RunnableExchange[]): readonly Lane[] {
  const lanes = new Map<string, Lane>();
  for (const { exchange, put } of exchanges) {
    const { own, other } = partiesOf(exchange, put);
    const { protocol, transport } = exchange;
    const { profile, mode } = exchange.peer;
    const lane = lanes.get(other) ?? {
      own: new Set([own]),
      other,
      profile,
      mode,
      protocol,
      transport,
      put,
      exchanges: [],
    };
    if (put.onTheSpot) lane.own.add(own);
    const isSame =
      lane.profile === profile && lane.mode === mode && lane.transport === transport && lane.own.has(own);
    if (!isSame) {
      throw new HarnessError(
        `${exchange.id}: ${other} already stands for another profile, mode, transport or library`,
      );
    }
    lane.exchanges.push(exchange);
    lanes.set(other, lane);
  }
  return [...lanes.values()];
}

/** A partner that only asks, and waits on its connection, has no address: it is answered there or not at all. */
function isReached({ put, transport, exchanges }: Lane): boolean {
  return !put.awaited.includes(transport) || exchanges.some(({ peer }) => peer.role === 'lender');
}

/** The library under test and its partner, as the messages name them. */
function partiesOf(
  exchange: Exchange,
  { protocol, onTheSpot }: ProtocolUnderTest,
): { readonly own: string; readonly other: string } {
  for (const turn of messageTurns(exchange)) {
    const { borrower, lender } = protocol.correlate(protocol.decode(turnBytes(turn)).message);
    const isBorrower = roleUnderTest(exchange) === 'borrower';
    const own = isBorrower ? borrower : lender;
    const other = onTheSpot?.hub ?? (isBorrower ? lender : borrower);
    if (own !== undefined && other !== undefined) return { own, other };
    // A question that is answered on the spot may name nobody.
    if (!onTheSpot) break;
  }
  throw new HarnessError(`${exchange.id}: its first message names no borrower or no lender`);
}

function settingsFor(lanes: readonly Lane[], addresses: ReadonlyMap<string, PeerAddress>): ServerSettings {
  const listeners = new Map(
    lanes.map(({ protocol, transport }) => [`${protocol} ${transport}`, { protocol, transport }]),
  );
  return {
    listeners: [...listeners.values()],
    libraries: [...new Set(lanes.flatMap(({ own }) => [...own]))].map((symbol) => ({
      symbol,
      name: `Library ${symbol}`,
    })),
    peers: lanes.map((lane) => {
      const { other: symbol, protocol, transport, profile, mode, put } = lane;
      const address = isReached(lane) ? addresses.get(symbol) : undefined;
      return {
        symbol,
        protocol,
        transport,
        profile,
        ...(mode && { mode }),
        ...(address ? { address } : {}),
        ...(put.onTheSpot ? { isHub: true } : {}),
        ...put.peerSettings,
      };
    }),
    patrons: patronsOf(lanes),
  };
}

/** Every reader once. */
function patronsOf(lanes: readonly Lane[]): NonNullable<ServerSettings['patrons']> {
  const all = lanes.flatMap(({ exchanges, put: { onTheSpot, protocol } }) =>
    onTheSpot === undefined
      ? []
      : exchanges
          .flatMap((exchange) => messageTurns(exchange))
          .flatMap((turn) => onTheSpot.patronsIn(protocol.decode(turnBytes(turn)).message)),
  );
  return [...new Map(all.map((patron) => [patron['identifier'], patron])).values()];
}

/** Told what was found. No further exchange is begun when it says false. */
export type Report = (exchange: Exchange, result: WayResult) => boolean;

/**
 * Replays every exchange against one reference server. Partners run side by side, the exchanges of one partner after
 * each other.
 *
 * @throws HarnessError when the server does not start
 */
export async function runAgainstServer(
  engine: Engine,
  exchanges: readonly RunnableExchange[],
  report: Report,
): Promise<void> {
  const lanes = lanesOf(exchanges);
  const { acceptor, connector } = engine;
  const partners = new Map<string, Partner>();
  let server: RunningServer | undefined;
  let goesOn = true;
  try {
    const addresses = new Map<string, PeerAddress>();
    for (const { other, put } of lanes) {
      const partner = new Partner(put, connector);
      partners.set(other, partner);
      addresses.set(other, await partner.listen(acceptor));
    }
    const settings = settingsFor(lanes, addresses);
    server = await engine.startServer(settings);
    const { apiUrl, apiToken, listeners } = server;
    const api = new ServerApi(apiUrl, apiToken);
    await Promise.all(
      lanes.map(async ({ other, protocol, put, exchanges: ofLane }) => {
        const partner = partners.get(other);
        if (!partner) throw new HarnessError(`no partner for ${other}`);
        const addressOf = (transport: string): PeerAddress => {
          const at = settings.listeners.findIndex(
            (listener) => listener.protocol === protocol && listener.transport === transport,
          );
          const address = listeners[at];
          if (!address) throw new HarnessError(`no listener for ${protocol} over ${transport}`);
          return address;
        };
        for (const exchange of ofLane) {
          if (!goesOn) return;
          const { own } = partiesOf(exchange, put);
          const result = await lookAtServer(exchange, put, { api, partner, own, other, server: addressOf });
          goesOn = report(exchange, result) && goesOn;
        }
      }),
    );
  } finally {
    await server?.stop();
    for (const partner of partners.values()) await partner.close();
  }
}
