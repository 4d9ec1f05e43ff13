import { ConfigError, type Role } from '@interlend/core';
import type { Exchange } from '@interlend/testing';
import type { LiveTransport, ProtocolUnderTest } from '../run/protocols.js';
import type { Suite } from '../suite/load.js';
import type { SystemRow } from '../suite/systems.js';

/** A conversation that is tried with a live partner. */
export interface Scenario {
  readonly exchange: Exchange;
  readonly put: ProtocolUnderTest;
  readonly by: LiveTransport;
  /** Whether the row of the matrix depends on it. */
  readonly isRequired: boolean;
}

/** A conversation of the suite that no live partner can be asked for, and why. */
export interface Excluded {
  readonly id: string;
  readonly why: string;
}

/** What is going to be tried, and what is not. */
export interface Plan {
  readonly system: SystemRow;
  readonly scenarios: readonly Scenario[];
  readonly excluded: readonly Excluded[];
}

/** What to verify. */
export interface PlanChoice {
  /** Id of a row of systems.yaml. */
  readonly system: string;
  /** What the partner is in the conversations. */
  readonly roles: readonly Role[];
  /** Names of conversations, without protocol and system; all of them when absent. */
  readonly only?: readonly string[];
  /** How the messages travel; as in the exchanges when absent. */
  readonly transport?: string;
}

/** @throws ConfigError when the system, a role of it, a conversation or the transport does not exist */
export function planOf(
  suite: Suite,
  protocols: ReadonlyMap<string, ProtocolUnderTest>,
  { system: id, roles, only, transport }: PlanChoice,
): Plan {
  const system = suite.systems.find((row) => row.id === id);
  if (!system) throw wrong('system', `one of ${suite.systems.map((row) => row.id).join(', ')}`, id);
  const put = protocols.get(system.protocol);
  if (!put) throw wrong('system', `a system whose protocol has a package, not ${system.protocol}`, id);
  const ways = [...(put.live?.keys() ?? [])];
  if (transport !== undefined && !ways.includes(transport)) {
    throw wrong('transport', `${ways.join(' or ')} for ${system.protocol}`, transport);
  }
  for (const role of roles) {
    if (!system.roles.includes(role))
      throw wrong('role', `${system.roles.join(' or ')} for ${system.system}`, role);
  }
  const prefix = `${system.protocol}/${system.id}/`;
  const all = suite.exchanges.filter(
    (exchange) => exchange.id.startsWith(prefix) && roles.includes(exchange.peer.role),
  );
  const names = new Set(all.map((exchange) => exchange.id.slice(prefix.length)));
  const unknown = only?.find((name) => !names.has(name));
  if (unknown !== undefined) throw wrong('only', `names among ${[...names].join(', ')}`, unknown);
  const notLive = new Map(
    suite.requirements
      .filter(({ protocol }) => protocol === system.protocol)
      .flatMap(({ requirements }) =>
        requirements.flatMap((row) =>
          'notLive' in row && row.notLive !== undefined && row.checks.some((way) => way !== 'codec')
            ? [[row.id, row.notLive] as const]
            : [],
        ),
      ),
  );
  const scenarios: Scenario[] = [];
  const excluded: Excluded[] = [];
  for (const exchange of all) {
    const name = exchange.id.slice(prefix.length);
    if (only && !only.includes(name)) continue;
    const by = put.live?.get(transport ?? exchange.transport);
    const why = by
      ? exchange.requirements.map((requirement) => notLive.get(requirement)).find(Boolean)
      : `a live partner is not spoken to in ${exchange.protocol} over ${exchange.transport} yet`;
    if (!by || why !== undefined) {
      excluded.push({ id: exchange.id, why: why ?? '' });
      continue;
    }
    scenarios.push({
      exchange: overTransport(exchange, transport ?? exchange.transport, by),
      put,
      by,
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
