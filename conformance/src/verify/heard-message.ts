import { type Difference, differences, redactMessage } from '@interlend/testing';
import { assertNone, CheckFailure } from '../run/checks.js';
import type { ProtocolUnderTest } from '../run/protocols.js';
import type { Scenario } from './scenarios.js';

/**
 * What octets of the partner read as.
 *
 * @throws CheckFailure when they depart from the standard, or read as something that cannot be written again
 */
export function readMessage(bytes: Uint8Array, { exchange, put }: Scenario): unknown {
  const { protocol, clauseOf } = put;
  const { message, deviations } = protocol.decode(bytes, { profile: exchange.peer.profile });
  for (const { code, path } of deviations) {
    if (exchange.codec.deviations.includes(code)) continue;
    throw new CheckFailure(`${path} departs from the standard: ${code}`, { clause: clauseOf(message) });
  }
  const again = protocol.decode(put.write(message, {})).message;
  const lost = withoutPersonal(differences(message, again), message, put);
  assertNone('what was read is not what was written', lost, clauseOf(message));
  return message;
}

/** What came, without what is personal in it; nothing where that cannot be said of its octets. */
export function withoutReaders(
  bytes: Uint8Array,
  { protocol, personalFields }: ProtocolUnderTest,
): Uint8Array | undefined {
  try {
    return redactMessage(bytes, { decode: (octets) => protocol.decode(octets).message, personalFields })
      ?.bytes;
  } catch {
    return undefined;
  }
}

/** Differences, of which those in patron data do not say what stands there. */
export function withoutPersonal(
  found: readonly Difference[],
  message: unknown,
  { personalFields }: ProtocolUnderTest,
): readonly Difference[] {
  const personal = personalFields(message).map(({ path }) => path);
  return found.map((difference) =>
    personal.some((path) => difference.path.startsWith(path))
      ? { path: difference.path, expected: 'a personal text', got: 'something else' }
      : difference,
  );
}
