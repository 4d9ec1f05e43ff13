import { differences, type Exchange } from '@interlend/testing';
import { assertNone } from './checks.js';
import type { ProtocolUnderTest } from './protocols.js';
import { withoutSecretValues } from './trace.js';

/**
 * @param turn of the message, counted from 1: rules may be for one turn only
 * @throws CheckFailure when the side under test says something else than the exchange has
 */
export function assertSaid(
  expectedBytes: Uint8Array,
  gotBytes: Uint8Array,
  turn: number,
  { match }: Pick<Exchange, 'match'>,
  put: ProtocolUnderTest,
): void {
  const { protocol, volatile, clauseOf } = put;
  const expected = protocol.decode(expectedBytes).message;
  const got = protocol.decode(gotBytes, { isStrict: true }).message;
  const rules = match.filter((rule) => rule.turn === undefined || rule.turn === turn);
  const [wanted, said] = [protocol.describe(expected), protocol.describe(got)];
  assertNone(
    wanted === said ? `${said} is not as expected` : `expected ${wanted}, said ${said}`,
    withoutSecretValues(differences(expected, got, [...rules, ...volatile]), got, put),
    clauseOf(expected),
  );
}
