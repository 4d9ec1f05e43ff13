import { turnBytes } from '@interlend/testing';
import { HarnessError } from '../run/checks.js';
import { type Parties, partiesOf } from './live-values.js';
import { particularsOf } from './particulars.js';
import type { Scenario } from './scenarios.js';

/** The two libraries as the messages of a conversation name them. @throws HarnessError when they do not */
export function writtenParties({ exchange, put: { protocol } }: Scenario): Parties {
  const first = exchange.turns.find((turn) => 'hex' in turn);
  const written =
    first && partiesOf(protocol.correlate(protocol.decode(turnBytes(first)).message), exchange.peer.role);
  if (!written) throw new HarnessError(`${exchange.id}: its first message names no borrower or no lender`);
  return written;
}

/**
 * The conversation with what was agreed with this partner in place of what the suite agreed with its own.
 *
 * @throws ConfigError when that is not usable, or there is no such particular
 */
export function liveScenario(
  scenario: Scenario,
  parties: Partial<Parties>,
  given: Readonly<Record<string, string>>,
): Scenario {
  const { put } = scenario;
  const { world, particulars: rows = {} } = put.live ?? {};
  const particulars = particularsOf(put, given);
  if (!world) return scenario;
  const secrets = Object.entries(rows).flatMap(([name, { variable }]) =>
    variable === undefined ? [] : [particulars[name] ?? ''],
  );
  const ours = world({ ...writtenParties(scenario), ...parties, particulars });
  put.protocol.assertPartner?.(ours.partner);
  return { ...scenario, put: { ...put, world: ours, secrets } };
}
