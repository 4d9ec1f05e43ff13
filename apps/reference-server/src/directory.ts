import { BlockList, isIP } from 'node:net';
import {
  type CalendarDate,
  type Correlation,
  type GuardContext,
  isSameSymbol,
  type KnownPatron,
  type LendingRequest,
  type LibrarySymbol,
  type Refusal,
} from '@interlend/core';
import { refusalFor } from './lending-policy.js';
import type { ProtocolRegistry } from './registry.js';
import type {
  LibrarySettings,
  ListenerSettings,
  PatronSettings,
  PeerSettings,
  Settings,
} from './settings.js';
import { addNetwork } from './settings-fields.js';
import type { NewIncoming } from './store/store.js';

/** What is known of who called. */
type Caller = Pick<NewIncoming, 'from' | 'certificate' | 'peer'>;

/** The libraries of this server and its partners, found by symbol whatever its case. */
export class Directory {
  readonly libraries: readonly LibrarySettings[];
  readonly #written: readonly PeerSettings[];
  readonly acceptsUnknownPeers: boolean;
  readonly #libraries: ReadonlyMap<string, LibrarySettings>;
  #peers: ReadonlyMap<string, PeerSettings>;
  readonly #timeZone: string;
  readonly #registry: ProtocolRegistry | undefined;
  readonly #networks = new Map<string, BlockList>();
  readonly #patrons: ReadonlyMap<string, KnownPatron> | undefined;

  /** Symbols that stand for a library or a peer in messages which name none, in lower case. */
  #aliases: ReadonlyMap<string, LibrarySymbol> = new Map();
  #ownAliases: readonly LibrarySymbol[] = [];

  constructor(
    settings: Pick<Settings, 'libraries' | 'peers' | 'unknownPeers' | 'timeZone'> &
      Partial<Pick<Settings, 'patrons'>>,
    registry?: ProtocolRegistry,
  ) {
    this.libraries = settings.libraries;
    this.#written = settings.peers;
    this.#timeZone = settings.timeZone;
    this.#registry = registry;
    this.#patrons =
      settings.patrons && new Map(settings.patrons.map((patron) => [patron.identifier, known(patron)]));
    this.acceptsUnknownPeers = settings.unknownPeers === 'accept';
    this.#libraries = new Map(settings.libraries.map((library) => [library.symbol.toLowerCase(), library]));
    this.#peers = new Map(settings.peers.map((peer) => [peer.symbol.toLowerCase(), peer]));
    for (const peer of settings.peers) {
      if (peer.allow.length === 0) continue;
      const networks = new BlockList();
      for (const network of peer.allow) addNetwork(networks, network);
      this.#networks.set(peer.symbol, networks);
    }
    this.#learnAliases();
  }

  #learnAliases(): void {
    const known = new Map<string, LibrarySymbol>();
    const ours = new Set<LibrarySymbol>();
    const [only, ...others] = this.libraries;
    for (const { protocol, partner, symbol, library } of this.peers) {
      const aliases = this.#registry?.get(protocol)?.protocol.aliases?.(partner);
      for (const alias of aliases?.partner ?? []) known.set(alias.toLowerCase(), symbol);
      const own = library ?? (others.length === 0 ? only?.symbol : undefined);
      for (const alias of aliases?.own ?? []) {
        ours.add(alias);
        if (own !== undefined) known.set(alias.toLowerCase(), own);
      }
    }
    this.#aliases = known;
    this.#ownAliases = [...ours];
  }

  /** The partners of the settings, then those that were imported. */
  get peers(): readonly PeerSettings[] {
    return [...this.#peers.values()];
  }

  /** Replaces the imported partners. What the settings say of a partner stays. */
  setImported(peers: readonly PeerSettings[]): void {
    const written = new Map(this.#written.map((peer) => [peer.symbol.toLowerCase(), peer]));
    const imported = peers.filter(({ symbol }) => !written.has(symbol.toLowerCase()));
    this.#peers = new Map([
      ...written,
      ...imported.map((peer) => [peer.symbol.toLowerCase(), peer] as const),
    ]);
    this.#learnAliases();
  }

  /** The library of this server with this symbol. */
  library(symbol: LibrarySymbol | undefined): LibrarySettings | undefined {
    return symbol === undefined ? undefined : this.#libraries.get(symbol.toLowerCase());
  }

  peer(symbol: LibrarySymbol | undefined): PeerSettings | undefined {
    return symbol === undefined ? undefined : this.#peers.get(symbol.toLowerCase());
  }

  /** Symbols that stand for libraries of this server in messages of a protocol. */
  ownAliases(): readonly LibrarySymbol[] {
    return this.#ownAliases;
  }

  /** A correlation with the symbols that this server knows its libraries and peers by. */
  named(correlation: Correlation): Correlation {
    const known = (symbol: LibrarySymbol): LibrarySymbol => this.#aliases.get(symbol.toLowerCase()) ?? symbol;
    const { borrower, lender } = correlation;
    return {
      ...correlation,
      ...(borrower === undefined ? {} : { borrower: known(borrower) }),
      ...(lender === undefined ? {} : { lender: known(lender) }),
    };
  }

  /**
   * Who speaks where a library is named: the library itself when it is a peer, else the central server through which it is
   * reached. Of several, the one that may have called from there.
   */
  speakerFor(
    symbol: LibrarySymbol | undefined,
    protocol: string,
    incoming: Caller,
  ): LibrarySymbol | undefined {
    if (this.peer(symbol)) return symbol;
    return this.hubBehind(protocol, incoming)?.symbol ?? symbol;
  }

  /** The central server that calls, as far as listener, certificate and address tell. */
  hubBehind(protocol: string, incoming: Caller): PeerSettings | undefined {
    const hubs = this.peers.filter((peer) => peer.isHub && peer.protocol === protocol);
    const { peer } = incoming;
    if (peer !== undefined) return hubs.find(({ symbol }) => isSameSymbol(symbol, peer));
    return hubs.find((candidate) => this.doubt(candidate, incoming) === undefined) ?? hubs[0];
  }

  /** Why a library of this server refuses a request without asking its staff, if it does. */
  refusalOf(symbol: LibrarySymbol | undefined, request: LendingRequest, now: Date): Refusal | undefined {
    return refusalFor(this.library(symbol)?.refuses ?? [], request, this.today(now));
  }

  /** Why a peer is not believed: it calls from elsewhere, or without its certificate. */
  doubt(peer: PeerSettings, { from, certificate, peer: listenedFor }: Caller): string | undefined {
    if (listenedFor !== undefined && !isSameSymbol(listenedFor, peer.symbol)) {
      return `listener-not-allowed: ${peer.symbol} called where only ${listenedFor} may`;
    }
    if (peer.certificate !== undefined && peer.certificate !== certificate) {
      return `certificate-not-allowed: ${peer.symbol} did not show its certificate`;
    }
    const networks = this.#networks.get(peer.symbol);
    if (!networks) return undefined;
    const host = from
      .slice(0, from.lastIndexOf(':'))
      .replace(/^\[|\]$/g, '')
      .replace(/^::ffff:/, '');
    const isAllowed = isIP(host) !== 0 && networks.check(host, host.includes(':') ? 'ipv6' : 'ipv4');
    return isAllowed ? undefined : `address-not-allowed: ${peer.symbol} may not call from ${from}`;
  }

  /** The day that staff here call today. */
  today(now: Date): CalendarDate {
    // Swedish writes days as ISO 8601 does.
    return now.toLocaleDateString('sv-SE', { timeZone: this.#timeZone });
  }

  /** Octets of a protocol without the secrets that go out with messages to its partners. */
  concealed(protocol: string, raw: Uint8Array): Uint8Array {
    const conceal = this.#registry?.get(protocol)?.protocol.conceal;
    if (!conceal) return raw;
    return this.peers
      .filter((peer) => peer.protocol === protocol)
      .reduce((octets, { partner }) => conceal(octets, partner), raw);
  }

  /** How the guard shall treat this peer. */
  guardContext(symbol: LibrarySymbol | undefined, now: Date): GuardContext {
    const peer = this.peer(symbol);
    const patrons = this.#patrons;
    return {
      now,
      isStrict: peer?.mode === 'strict',
      timeZone: this.#timeZone,
      ...(patrons && { findPatron: (identifier: string) => patrons.get(identifier) }),
      ...(peer?.profile === undefined ? {} : { profile: peer.profile }),
      ...(peer?.partner === undefined ? {} : { partner: peer.partner }),
    };
  }
}

/** The profile of a listener: its own, or that of the peer that calls there. */
export function profileAt(
  { profile, peer }: Pick<ListenerSettings, 'profile' | 'peer'>,
  { peers }: Pick<Settings, 'peers'>,
): string | undefined {
  return profile ?? peers.find(({ symbol }) => peer !== undefined && isSameSymbol(symbol, peer))?.profile;
}

function known({
  identifier,
  givenName,
  familyName,
  mayBorrow,
  blockedBecause,
}: PatronSettings): KnownPatron {
  return {
    identifier,
    mayBorrow,
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(blockedBecause !== undefined && { blockedBecause }),
  };
}
