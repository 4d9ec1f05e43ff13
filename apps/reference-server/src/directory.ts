import { BlockList, isIP } from 'node:net';
import type { CalendarDate, GuardContext, LibrarySymbol } from '@interlend/core';
import { addNetwork, type LibrarySettings, type PeerSettings, type Settings } from './settings.js';

/** The libraries of this server and its partners, found by symbol whatever its case. */
export class Directory {
  readonly libraries: readonly LibrarySettings[];
  readonly peers: readonly PeerSettings[];
  readonly acceptsUnknownPeers: boolean;
  readonly #libraries: ReadonlyMap<string, LibrarySettings>;
  readonly #peers: ReadonlyMap<string, PeerSettings>;
  readonly #timeZone: string;
  readonly #networks = new Map<string, BlockList>();

  constructor(settings: Pick<Settings, 'libraries' | 'peers' | 'unknownPeers' | 'timeZone'>) {
    this.libraries = settings.libraries;
    this.peers = settings.peers;
    this.#timeZone = settings.timeZone;
    this.acceptsUnknownPeers = settings.unknownPeers === 'accept';
    this.#libraries = new Map(settings.libraries.map((library) => [library.symbol.toLowerCase(), library]));
    this.#peers = new Map(settings.peers.map((peer) => [peer.symbol.toLowerCase(), peer]));
    for (const peer of settings.peers) {
      if (peer.allow.length === 0) continue;
      const networks = new BlockList();
      for (const network of peer.allow) addNetwork(networks, network);
      this.#networks.set(peer.symbol, networks);
    }
  }

  /** The library of this server with this symbol. */
  library(symbol: LibrarySymbol | undefined): LibrarySettings | undefined {
    return symbol === undefined ? undefined : this.#libraries.get(symbol.toLowerCase());
  }

  peer(symbol: LibrarySymbol | undefined): PeerSettings | undefined {
    return symbol === undefined ? undefined : this.#peers.get(symbol.toLowerCase());
  }

  /** Whether a peer may call from `from`, which is `host:port`. */
  mayCallFrom(peer: PeerSettings, from: string): boolean {
    const networks = this.#networks.get(peer.symbol);
    if (!networks) return true;
    const host = from
      .slice(0, from.lastIndexOf(':'))
      .replace(/^\[|\]$/g, '')
      .replace(/^::ffff:/, '');
    return isIP(host) !== 0 && networks.check(host, host.includes(':') ? 'ipv6' : 'ipv4');
  }

  /** The day that staff here call today. */
  today(now: Date): CalendarDate {
    // Swedish writes days as ISO 8601 does.
    return now.toLocaleDateString('sv-SE', { timeZone: this.#timeZone });
  }

  /** How the guard shall treat this peer. */
  guardContext(symbol: LibrarySymbol | undefined, now: Date): GuardContext {
    const peer = this.peer(symbol);
    const base = { now, isStrict: peer?.mode === 'strict', timeZone: this.#timeZone };
    return peer?.profile === undefined ? base : { ...base, profile: peer.profile };
  }
}
