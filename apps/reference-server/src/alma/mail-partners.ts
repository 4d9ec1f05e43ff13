import type { PartnerSettings } from '@interlend/alma';
import { ConfigError, type LibrarySymbol } from '@interlend/core';
import { readPasswordFile } from '../password-file.js';
import type { ProtocolRegistry } from '../protocols.js';
import type { AlmaMailSettings, AlmaSettings, PeerSettings, Settings } from '../settings.js';
import type { Import, ImportedPeer, SkippedPartner } from './partners.js';

type Mailed = Extract<PartnerSettings, { readonly protocol: 'artemail' | 'email' }>;
type Agreed = Readonly<Record<string, unknown>>;
type Passwords = (customerCode: string) => string | undefined;

/** How partners of one protocol over mail become peers, in two steps: only what the first one yields is kept on disk. */
interface MailRow {
  /** Name of the profile of the protocol. */
  readonly profile: string;
  /** What the record says, without secrets. */
  said(settings: Mailed): Agreed;
  /** What is missing, and only the settings of this server may say. */
  completed(said: Agreed, mail: AlmaMailSettings, passwordOf: Passwords): Agreed | { readonly why: string };
}

const Rows: Readonly<Record<Mailed['protocol'], MailRow>> = {
  email: { profile: 'alma', said: ({ email }) => ({ to: email }), completed: () => ({}) },
  artemail: {
    profile: 'british-library',
    said(settings) {
      if (settings.protocol !== 'artemail') return {};
      const { email, customers, keywords } = settings;
      return {
        to: email,
        accounts: customers.map(({ code }) => ({ customerCode: code })),
        keywords: {
          service: keywords.service,
          delivery: keywords.delivery,
          instructions: keywords.queries,
        },
      };
    },
    completed({ accounts }, mail, passwordOf) {
      const named = accounts as readonly { readonly customerCode: string }[];
      const codes = (named.length > 0 ? named : mail.accounts).map(({ customerCode }) => customerCode);
      if (codes.length === 0) return { why: 'its record names no customer, and alma.mail.accounts is empty' };
      const lacking = codes.filter((code) => passwordOf(code) === undefined);
      if (lacking.length > 0)
        return { why: `alma.mail.accounts has no password for ${lacking.join(' and ')}` };
      return {
        accounts: codes.map((customerCode) => ({ customerCode, password: passwordOf(customerCode) })),
      };
    },
  },
};

const rowOf = (protocol: string): MailRow | undefined =>
  Object.hasOwn(Rows, protocol) ? Rows[protocol as Mailed['protocol']] : undefined;

/** The part of a peer that the record of a partner over mail says. Such records have no symbol: their code stands for one. */
export function mailedPeer(settings: PartnerSettings): Agreed | undefined {
  if (settings.protocol !== 'artemail' && settings.protocol !== 'email') return undefined;
  const { profile, said } = Rows[settings.protocol];
  return { symbol: `ALMA:${settings.code}`, profile, partner: said(settings) };
}

/** The passwords of the accounts, out of their files and the environment. @throws ConfigError */
export function accountPasswords(mail: AlmaMailSettings | undefined): Passwords {
  const known = (mail?.accounts ?? []).flatMap(({ customerCode, passwordFile }, index) =>
    passwordFile === undefined
      ? []
      : [[customerCode, readPasswordFile(`alma.mail.accounts.${index}.passwordFile`, passwordFile)] as const],
  );
  const byCode = new Map(known);
  return (customerCode) => byCode.get(customerCode) ?? mail?.password;
}

/** What completes imported peers. */
export interface Completion {
  readonly settings: Pick<Settings, 'libraries' | 'peers'>;
  readonly alma: AlmaSettings;
  readonly registry: ProtocolRegistry;
  readonly passwordOf: Passwords;
}

/** Imported peers with what their records lack, and those that cannot be completed, with what is missing. */
export function completePeers(imported: readonly ImportedPeer[], completion: Completion): Import {
  const { settings, registry } = completion;
  const written = new Set(settings.peers.map(({ symbol }) => symbol.toLowerCase()));
  /** Whose mails come from an address: of two peers with one address, neither could be told from the other. */
  const owners = new Map<string, LibrarySymbol>();
  const aliasesOf = ({ protocol, partner }: PeerSettings) =>
    registry.get(protocol)?.protocol.aliases?.(partner) ?? { own: [], partner: [] };
  const own = (peer: PeerSettings): void => {
    for (const alias of aliasesOf(peer).partner) owners.set(alias.toLowerCase(), peer.symbol);
  };
  for (const peer of settings.peers) own(peer);
  const peers: ImportedPeer[] = [];
  const skipped: SkippedPartner[] = [];
  for (const { code, peer } of imported) {
    // The settings have the last word, so nothing is missing.
    const found = written.has(peer.symbol.toLowerCase()) ? peer : completed(peer, completion);
    if ('why' in found) {
      skipped.push({ code, why: found.why });
      continue;
    }
    if (found !== peer) {
      const aliases = aliasesOf(found);
      const ours = new Set(aliases.own.map((alias) => alias.toLowerCase()));
      const addresses = aliases.partner.map((alias) => alias.toLowerCase());
      const owner = addresses.map((each) => owners.get(each)).find((symbol) => symbol !== undefined);
      const isOurs = addresses.some((each) => ours.has(each));
      if (owner !== undefined || isOurs) {
        skipped.push({ code, why: `its mail address is that of ${owner ?? 'alma.mail.from'}` });
        continue;
      }
      own(found);
    }
    peers.push({ code, peer: found });
  }
  return { peers, skipped };
}

function completed(peer: PeerSettings, completion: Completion): PeerSettings | { readonly why: string } {
  const { settings, alma, registry, passwordOf } = completion;
  const row = rowOf(peer.protocol);
  if (!row) return peer;
  const { mail } = alma;
  if (!mail) return { why: 'alma.mail is missing: our mail address and a mail server' };
  const said = peer.partner ?? {};
  const more = row.completed(said, mail, passwordOf);
  if (typeof more['why'] === 'string') return { why: more['why'] };
  const { from, replies, needsProof, address, relay, tls } = mail;
  const partner = { ...said, ...more, from, replies, needsProof };
  try {
    registry.get(peer.protocol)?.protocol.assertPartner?.(partner);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { why: error.message };
  }
  const library = alma.library ?? settings.libraries[0]?.symbol;
  return {
    ...peer,
    partner,
    address,
    ...(relay && { relay }),
    ...(tls && { tls }),
    ...(library !== undefined && { library }),
  };
}
