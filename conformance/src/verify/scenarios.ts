import { ConfigError, type Role } from '@interlend/core';
import type { Exchange } from '@interlend/testing';
import type { LiveTransport } from '../run/live.js';
import { type ProtocolUnderTest, roleUnderTest } from '../run/protocols.js';
import type { Suite } from '../suite/load.js';
import type { SystemRow } from '../suite/systems.js';

/** A conversation that is tried with a live partner. */
export interface Scenario {
  readonly exchange: Exchange;
  readonly put: ProtocolUnderTest;
  readonly by: LiveTransport;
  /** What the partner does in it. */
  readonly partnerRole: Role;
  /** Whether the row of the matrix depends on it. */
  readonly isRequired: boolean;
}

/** A conversation of the suite that no live partner can be asked for, and why. */
export interface Excluded {
  readonly id: string;
  readonly why: string;
}

/** A row of the matrix, or a partner whose conversations the suite has beyond its rows. */
export interface VerifiedSystem
  extends Pick<SystemRow, 'id' | 'system' | 'vendor' | 'profile' | 'roles' | 'requires'> {
  readonly protocol: string;
}

/** What is going to be tried, and what is not. */
export interface Plan {
  readonly system: VerifiedSystem;
  readonly scenarios: readonly Scenario[];
  readonly excluded: readonly Excluded[];
}

/** What to verify. */
export interface PlanChoice {
  /** Id of a row of systems.yaml, or name of a folder of exchanges beyond them. */
  readonly system: string;
  /** What the partner does in the conversations; all that it can do when absent. */
  readonly roles?: readonly Role[];
  /** Names of conversations, without protocol and system; all of them when absent. */
  readonly only?: readonly string[];
  /** How the messages travel; as in the exchanges when absent. */
  readonly transport?: string;
  /** Name of the profile that the partner has for the harness; the plain one when absent. */
  readonly profile?: string;
}

/** What a live partner does in a conversation. */
function partnerRoleIn(exchange: Exchange, { live }: ProtocolUnderTest): Role {
  return live?.rewriting ? roleUnderTest(exchange) : exchange.peer.role;
}

/** Every system that can be verified: the rows of the matrix first, then the folders of exchanges beyond them. */
export function systemsToVerify(
  { systems, exchanges }: Suite,
  protocols: ReadonlyMap<string, ProtocolUnderTest>,
): readonly VerifiedSystem[] {
  const spoken = systems.filter(({ protocol }) => protocols.get(protocol)?.live);
  const others = new Map<string, VerifiedSystem>();
  for (const { id, protocol, peer } of exchanges) {
    const folder = id.split('/')[1] ?? '';
    if (!protocols.get(protocol)?.live || systems.some((row) => row.id === folder)) continue;
    const { roles = [] } = others.get(folder) ?? {};
    others.set(folder, {
      id: folder,
      system: `Partner of ${protocol}/${folder}`,
      vendor: 'no row of the matrix',
      protocol,
      profile: peer.profile,
      roles: [...new Set([...roles, peer.role])],
      requires: { borrower: [], lender: [] },
    });
  }
  return [...spoken, ...others.values()];
}

/** A protocol as it is spoken to a partner that has a profile for the harness. @throws ConfigError when there is no such profile */
function inProfile(
  put: ProtocolUnderTest,
  name: string | undefined,
): { readonly put: ProtocolUnderTest; readonly waives: ReadonlyMap<string, string> } {
  const { live } = put;
  if (name === undefined || !live) return { put, waives: new Map() };
  const names = [...(live.profiles?.keys() ?? [])];
  const found = live.profiles?.get(name);
  if (!found) {
    const accepted = names.length > 0 ? `one of ${names.join(', ')}` : 'none';
    throw wrong('profile', `${accepted} for ${put.protocol.name}`, name);
  }
  const { protocol, waives, ...spoken } = found;
  return { put: { ...put, protocol, live: { ...live, ...spoken } }, waives };
}

/** @throws ConfigError when the system, a role of it, a conversation, the transport or the profile does not exist */
export function planOf(
  suite: Suite,
  protocols: ReadonlyMap<string, ProtocolUnderTest>,
  { system: id, roles: chosen, only, transport, profile }: PlanChoice,
): Plan {
  const all = systemsToVerify(suite, protocols);
  const row = all.find((each) => each.id === id);
  const plain = row && protocols.get(row.protocol);
  const live = plain?.live;
  if (!row || !live) throw wrong('system', `one of ${all.map((each) => each.id).join(', ')}`, id);
  const { put, waives } = inProfile(plain, profile);
  const system = profile === undefined ? row : { ...row, profile };
  const ways = [...live.transports.keys()];
  if (transport !== undefined && !ways.includes(transport)) {
    throw wrong('transport', `${ways.join(' or ')} for ${system.protocol}`, transport);
  }
  const roles = chosen ?? system.roles;
  for (const role of roles) {
    if (!system.roles.includes(role))
      throw wrong('role', `${system.roles.join(' or ')} for ${system.system}`, role);
  }
  const prefix = `${system.protocol}/${system.id}/`;
  const ofRoles = suite.exchanges.filter(
    (exchange) => exchange.id.startsWith(prefix) && roles.includes(partnerRoleIn(exchange, put)),
  );
  const names = new Set(ofRoles.map((exchange) => exchange.id.slice(prefix.length)));
  const unknown = only?.find((name) => !names.has(name));
  if (unknown !== undefined) throw wrong('only', `names among ${[...names].join(', ')}`, unknown);
  const notLive = new Map([
    ...waives,
    ...suite.requirements
      .filter(({ protocol }) => protocol === system.protocol)
      .flatMap(({ requirements }) =>
        requirements.flatMap((row) =>
          'notLive' in row && row.notLive !== undefined && row.checks.some((way) => way !== 'codec')
            ? [[row.id, row.notLive] as const]
            : [],
        ),
      ),
  ]);
  const scenarios: Scenario[] = [];
  const excluded: Excluded[] = [];
  for (const exchange of ofRoles) {
    const name = exchange.id.slice(prefix.length);
    if (only && !only.includes(name)) continue;
    const by = live.transports.get(transport ?? exchange.transport);
    const why = by
      ? exchange.requirements.map((requirement) => notLive.get(requirement)).find(Boolean)
      : `its messages travel over ${exchange.transport}, and live partners are spoken to over ${ways.join(' or ')}`;
    if (!by || why !== undefined) {
      excluded.push({ id: exchange.id, why: why ?? '' });
      continue;
    }
    scenarios.push({
      exchange: overTransport(exchange, transport ?? exchange.transport, by),
      put,
      by,
      partnerRole: partnerRoleIn(exchange, put),
      isRequired: system.requires[exchange.peer.role].includes(name),
    });
  }
  return { system, scenarios, excluded };
}

/** The conversation as it goes over a transport: it shows what everything on that transport shows. */
function overTransport(exchange: Exchange, transport: string, { requirements }: LiveTransport): Exchange {
  return { ...exchange, transport, requirements: [...new Set([...exchange.requirements, ...requirements])] };
}

function wrong(key: string, accepted: string, found: string): ConfigError {
  return new ConfigError(`--${key}: expected ${accepted}; found ${found}`, { key, accepted });
}
