import { differences, type Exchange } from '@interlend/testing';
import { assertNone } from './checks.js';
import type { ProtocolUnderTest } from './protocols.js';
import { withoutSecretValues } from './trace.js';

/** @throws CheckFailure when the side under test says something else than the exchange has */
export function assertSaid(
  expectedBytes: Uint8Array,
  gotBytes: Uint8Array,
  { match }: Pick<Exchange, 'match'>,
  put: ProtocolUnderTest,
): void {
  const { protocol, volatile, clauseOf } = put;
  const expected = protocol.decode(expectedBytes).message;
  const got = protocol.decode(gotBytes, { isStrict: true }).message;
  assertNone(
    `expected ${protocol.describe(expected)}, said ${protocol.describe(got)}`,
    withoutSecretValues(differences(expected, got, [...match, ...volatile]), got, put),
    clauseOf(expected),
  );
}
