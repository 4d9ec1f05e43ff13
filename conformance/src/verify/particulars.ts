import { ConfigError } from '@interlend/core';
import type { ProtocolUnderTest } from '../run/protocols.js';

/**
 * Every particular of a protocol, with the values that were given.
 *
 * @throws ConfigError when there is no such particular, or one was not given that is nobody's but the partner's
 */
export function particularsOf(
  { protocol, live }: ProtocolUnderTest,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const rows = Object.entries(live?.particulars ?? {});
  const known = rows.map(([name]) => name);
  const stray = Object.keys(given).find((name) => !known.includes(name));
  if (stray !== undefined) {
    const accepted = known.length > 0 ? known.join(', ') : `none for ${protocol.name}`;
    throw new ConfigError(`--value: expected one of ${accepted}; found ${stray}`, { key: 'value', accepted });
  }
  const missing = rows.find(([name, { variable }]) => variable !== undefined && given[name] === undefined);
  if (missing) {
    const [name, { title, variable = '' }] = missing;
    const accepted = `${title}, in the variable ${variable}`;
    throw new ConfigError(`${name}: expected ${accepted}`, { key: name, accepted });
  }
  return Object.fromEntries(rows.map(([name, { written }]) => [name, given[name] ?? written]));
}
