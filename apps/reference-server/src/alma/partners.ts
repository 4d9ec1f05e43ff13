import { type AlmaClient, toPartnerSettings } from '@interlend/alma';
import type { LibrarySymbol } from '@interlend/core';
import type { ProtocolRegistry } from '../protocols.js';
import { type PeerSettings, PeerSettingsSchema } from '../settings.js';

/** A partner of Alma as a peer of this server. */
export interface ImportedPeer {
  /** Code of the partner in Alma. */
  readonly code: string;
  readonly peer: PeerSettings;
}

/** A partner that could not become a peer, and why. */
export interface SkippedPartner {
  readonly code: string;
  readonly why: string;
}

/** What a look at the partners brought. */
export interface Import {
  readonly peers: readonly ImportedPeer[];
  readonly skipped: readonly SkippedPartner[];
}

/** Reads the active partners of an Alma and makes peers of those that a protocol of this server speaks with. */
export async function importPartners(
  client: AlmaClient,
  registry: ProtocolRegistry,
  signal: AbortSignal,
): Promise<Import> {
  const peers: ImportedPeer[] = [];
  const skipped: SkippedPartner[] = [];
  const seen = new Set<string>();
  for await (const partner of client.partners.list({ status: 'ACTIVE', signal })) {
    const { code } = partner.partner_details;
    const { settings, losses } = toPartnerSettings(partner);
    const found = settings ? toPeer(settings, registry) : { why: losses[0]?.why ?? 'not readable' };
    if ('why' in found) skipped.push({ code, why: found.why });
    else if (seen.has(found.symbol.toLowerCase()))
      skipped.push({ code, why: `another partner is ${found.symbol}` });
    else {
      seen.add(found.symbol.toLowerCase());
      peers.push({ code, peer: found });
    }
  }
  return { peers, skipped };
}

type Settings = NonNullable<ReturnType<typeof toPartnerSettings>['settings']>;

function toPeer(settings: Settings, registry: ProtocolRegistry): PeerSettings | { readonly why: string } {
  const binding = registry.get(settings.protocol);
  const [transport] = Object.keys(binding?.transports ?? {});
  if (transport === undefined) return { why: `this server does not speak ${settings.protocol}` };
  if (!('symbol' in settings) || !('host' in settings))
    return { why: `${settings.protocol} has no host and port here` };
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  const { success, data } = PeerSettingsSchema.safeParse({
    symbol: settings.symbol,
    name: settings.name,
    protocol: settings.protocol,
    transport,
    address: `${host}:${settings.port}`,
  });
  return success ? data : { why: 'its symbol or address is not one' };
}

/** The partner's code by its symbol. */
export function codesOf(peers: readonly ImportedPeer[]): ReadonlyMap<LibrarySymbol, string> {
  return new Map(peers.map(({ code, peer }) => [peer.symbol.toLowerCase(), code]));
}
