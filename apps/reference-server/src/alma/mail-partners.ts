import type { PartnerSettings } from '@interlend/alma';
import { ConfigError, type LibrarySymbol } from '@interlend/core';
import { readPasswordFile } from '../password-file.js';
import type { ProtocolRegistry } from '../registry.js';
import type { AlmaMailSettings, AlmaSettings, PeerSettings, Settings } from '../settings.js';
import type { Import, ImportedPeer, SkippedPartner } from './import.js';

type Mailed = Extract<PartnerSettings, { readonly protocol: 'artemail' | 'email' }>;
type Agreed = Readonly<Record<string, unknown>>;
type Passwords = (customerCode: string) => string | undefined;

/** More of what was agreed, or what is missing. */
type Completed = { readonly more: Agreed } | { readonly why: string };

/** How partners of one protocol over mail become peers, in two steps: only what the first one yields is kept on disk. */
interface MailRow {
  /** Name of the profile of the protocol. */
  readonly profile: string;
  /** What the record says, without secrets. */
  said(settings: Mailed): Agreed;
  /** What is missing, and only the settings of this server may say. */
  completed(said: Agreed, mail: AlmaMailSettings, passwordOf: Passwords): Completed;
}

const Rows: Readonly<Record<Mailed['protocol'], MailRow>> = {
  email: { profile: 'alma', said: ({ email }) => ({ to: email }), completed: () => ({ more: {} }) },
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
      const complete = codes.map((customerCode) => ({ customerCode, password: passwordOf(customerCode) }));
      return { more: { accounts: complete } };
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
  const addresses = new AddressOwners(registry);
  for (const peer of settings.peers) addresses.add(peer);
  const peers: ImportedPeer[] = [];
  const skipped: SkippedPartner[] = [];
  for (const { code, peer } of imported) {
    // The settings have the last word, so nothing is missing.
    const found = written.has(peer.symbol.toLowerCase()) ? peer : completed(peer, completion);
    if ('why' in found) {
      skipped.push({ code, why: found.why });
      continue;
    }
    const owner = found === peer ? undefined : addresses.ownerOf(found);
    if (owner === undefined) {
      if (found !== peer) addresses.add(found);
      peers.push({ code, peer: found });
    } else skipped.push({ code, why: `its mail address is that of ${owner}` });
  }
  return { peers, skipped };
}

/** Whose mails come from an address: of two peers with one address, neither could be told from the other. */
class AddressOwners {
  readonly #registry: ProtocolRegistry;
  readonly #owners = new Map<string, LibrarySymbol>();

  constructor(registry: ProtocolRegistry) {
    this.#registry = registry;
  }

  add(peer: PeerSettings): void {
    for (const address of this.#aliasesOf(peer).theirs) this.#owners.set(address, peer.symbol);
  }

  /** Who has an address of this peer already, if anybody. */
  ownerOf(peer: PeerSettings): string | undefined {
    const { ours, theirs } = this.#aliasesOf(peer);
    const taken = theirs.find((address) => this.#owners.has(address) || ours.includes(address));
    return taken === undefined ? undefined : (this.#owners.get(taken) ?? 'alma.mail.from');
  }

  #aliasesOf({ protocol, partner }: PeerSettings) {
    const aliases = this.#registry.get(protocol)?.protocol.aliases?.(partner);
    const lower = (symbols: readonly LibrarySymbol[] = []) => symbols.map((symbol) => symbol.toLowerCase());
    return { ours: lower(aliases?.own), theirs: lower(aliases?.partner) };
  }
}

function completed(peer: PeerSettings, completion: Completion): PeerSettings | { readonly why: string } {
  const { settings, alma, registry, passwordOf } = completion;
  const row = rowOf(peer.protocol);
  if (!row) return peer;
  const { mail } = alma;
  if (!mail) return { why: 'alma.mail is missing: our mail address and a mail server' };
  const said = peer.partner ?? {};
  const outcome = row.completed(said, mail, passwordOf);
  if ('why' in outcome) return outcome;
  const { from, replies, needsProof, address, relay, tls } = mail;
  const partner = { ...said, ...outcome.more, from, replies, needsProof };
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
