import { ConfigError, type Role } from '@interlend/core';
import type { Exchange } from '@interlend/testing';
import type { ProtocolUnderTest } from '../run/protocols.js';
import type { Suite } from '../suite/load.js';
import type { SystemRow } from '../suite/systems.js';

/** A conversation that is tried with a live partner. */
export interface Scenario {
  readonly exchange: Exchange;
  readonly put: ProtocolUnderTest;
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
}

/** @throws ConfigError when the system, a role of it, or a conversation does not exist */
export function planOf(
  suite: Suite,
  protocols: ReadonlyMap<string, ProtocolUnderTest>,
  { system: id, roles, only }: PlanChoice,
): Plan {
  const system = suite.systems.find((row) => row.id === id);
  if (!system) throw wrong('system', `one of ${suite.systems.map((row) => row.id).join(', ')}`, id);
  const put = protocols.get(system.protocol);
  if (!put) throw wrong('system', `a system whose protocol has a package, not ${system.protocol}`, id);
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
    const why = put.liveTransports?.includes(exchange.transport)
      ? exchange.requirements.map((requirement) => notLive.get(requirement)).find(Boolean)
      : `a live partner is not spoken to in ${exchange.protocol} over ${exchange.transport} yet`;
    if (why !== undefined) excluded.push({ id: exchange.id, why });
    else scenarios.push({ exchange, put, isRequired: system.requires[exchange.peer.role].includes(name) });
  }
  return { system, scenarios, excluded };
}

function wrong(key: string, accepted: string, found: string): ConfigError {
  return new ConfigError(`--${key}: expected ${accepted}; found ${found}`, { key, accepted });
}
