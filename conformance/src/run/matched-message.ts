import { differences, type Exchange } from '@interlend/testing';
import { assertNone } from './checks.js';
import type { ProtocolUnderTest } from './protocols.js';

/** @throws CheckFailure when the side under test says something else than the exchange has */
export function assertSaid(
  expectedBytes: Uint8Array,
  gotBytes: Uint8Array,
  { match }: Pick<Exchange, 'match'>,
  { protocol, volatile, clauseOf }: ProtocolUnderTest,
): void {
  const expected = protocol.decode(expectedBytes).message;
  const got = protocol.decode(gotBytes, { isStrict: true }).message;
  assertNone(
    `expected ${protocol.describe(expected)}, said ${protocol.describe(got)}`,
    differences(expected, got, [...match, ...volatile]),
    clauseOf(expected),
  );
}
