import { type Difference, differences, type Exchange, turnBytes } from '@interlend/testing';
import { toHex } from '@interlend/wire/ber';
import { assertNone, CheckFailure, Checklist, type WayResult } from './checks.js';
import type { ProtocolUnderTest } from './protocols.js';
import { hideSecrets, Trace, withoutSecrets } from './trace.js';
import { hexLines } from './wire-trace.js';

const octetsShown = 8;

/** Where octets begin to differ, and what stands there. */
function firstDifference(expected: Uint8Array, got: Uint8Array): Difference {
  const offset = expected.findIndex((octet, index) => octet !== got[index]);
  const from = offset < 0 ? expected.length : offset;
  const shown = (octets: Uint8Array): string | undefined =>
    from < octets.length
      ? toHex(octets.subarray(from, from + octetsShown)).replaceAll(/..(?=.)/g, '$& ')
      : undefined;
  return {
    path: `octets from ${from.toString(16).padStart(6, '0')}`,
    expected: shown(expected),
    got: shown(got),
  };
}

/**
 * Octets → message → the same octets, or octets that read as the same message, as the exchange says; and nothing odd
 * about the octets but what it names.
 */
export async function lookAtCodec(exchange: Exchange, put: ProtocolUnderTest): Promise<WayResult> {
  const { protocol, write, clauseOf } = put;
  const { codec, peer } = exchange;
  const list = new Checklist({ hide: (text) => hideSecrets(text, put) });
  const trace = new Trace(put);
  const found = new Set<string>();
  for (const [index, turn] of exchange.turns.entries()) {
    if (!('hex' in turn)) continue;
    const isPeers = turn.from === peer.role;
    const bytes = turnBytes(turn);
    trace.add(isPeers ? 'in' : 'out', bytes, index + 1);
    await list.check(`codec/turn-${index + 1}`, () => {
      const { message, deviations } = protocol.decode(bytes, { profile: peer.profile });
      for (const { code, path } of deviations) {
        if (!isPeers || !codec.deviations.includes(code)) {
          throw new CheckFailure(`${path} departs from the standard: ${code}`, { clause: clauseOf(message) });
        }
        found.add(code);
      }
      const written = isPeers
        ? write(message, codec.writing)
        : protocol.encode(message, { profile: peer.profile });
      if (isPeers && codec.roundTrip === 'value') {
        const again = protocol.decode(written, { isStrict: codec.deviations.length === 0 }).message;
        assertNone('what was read is not what was written', differences(message, again), clauseOf(message));
      } else if (toHex(written) !== toHex(bytes)) {
        const [wanted, came] = [withoutSecrets(bytes, put), withoutSecrets(written, put)];
        throw new CheckFailure(`expected the same octets, came\n${hexLines(came).join('\n')}`, {
          differences: [firstDifference(wanted, came)],
          clause: clauseOf(message),
        });
      }
      return `${protocol.describe(message)}, ${bytes.length} octets, read and written`;
    });
  }
  if (!list.isBroken) {
    await list.check('codec/deviations', () => {
      const missing = codec.deviations.filter((code) => !found.has(code));
      if (missing.length > 0)
        throw new CheckFailure(`expected departures that were not listed: ${missing.join(', ')}`);
    });
  }
  return { checks: list.checks, trace: trace.entries };
}
