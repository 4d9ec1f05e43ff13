import { type AlmaClient, type PartnerSettings, toPartnerSettings } from '@interlend/alma';
import type { LibrarySymbol } from '@interlend/core';
import type { ProtocolRegistry } from '../registry.js';
import { type PeerSettings, PeerSettingsSchema } from '../settings.js';
import type { Import, ImportedPeer, SkippedPartner } from './import.js';
import { mailedPeer } from './mail-partners.js';

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

/** The settings of a partner as those of a peer, without what its record lacks. */
export function toPeer(
  settings: PartnerSettings,
  registry: ProtocolRegistry,
): PeerSettings | { readonly why: string } {
  const binding = registry.get(settings.protocol);
  const [transport] = Object.keys(binding?.transports ?? {});
  if (transport === undefined) return { why: `this server does not speak ${settings.protocol}` };
  const said = connectedPeer(settings) ?? mailedPeer(settings);
  if (!said) return { why: `${settings.protocol} has no host and port here` };
  const { name, protocol } = settings;
  const { success, data } = PeerSettingsSchema.safeParse({ name, protocol, transport, ...said });
  return success ? data : { why: 'its symbol or address is not one' };
}

/** The part of a peer that the record of a partner with a host says. */
function connectedPeer(settings: PartnerSettings): Readonly<Record<string, unknown>> | undefined {
  if (!('symbol' in settings) || !('host' in settings)) return undefined;
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return { symbol: settings.symbol, address: `${host}:${settings.port}` };
}

/** The partner's code by its symbol. */
export function codesOf(peers: readonly ImportedPeer[]): ReadonlyMap<LibrarySymbol, string> {
  return new Map(peers.map(({ code, peer }) => [peer.symbol.toLowerCase(), code]));
}
