import { type Exchange, type Mutation, turnBytes } from '@interlend/testing';
import { toHex } from '@interlend/wire/ber';
import { type Check, CheckFailure, Checklist, type WayResult } from './checks.js';
import { lookAtCodec } from './codec-way.js';
import { lookAtGuard } from './guard-way.js';
import type { ProtocolUnderTest } from './protocols.js';

/** A copy of a plain value with another value at `path`; without `to` there is nothing at it. @throws when the path does not exist */
function withChange(value: unknown, path: readonly string[], to: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return to;
  if (Array.isArray(value)) {
    return value.map((member: unknown, index) =>
      String(index) === step ? withChange(member, rest, to) : member,
    );
  }
  if (typeof value !== 'object' || value === null || !(step in value)) {
    throw new CheckFailure(`mutation: there is no ${step} to change`);
  }
  const fields = Object.entries(value)
    .map(([key, member]): [string, unknown] => [key, key === step ? withChange(member, rest, to) : member])
    .filter(([, member]) => member !== undefined);
  return Object.fromEntries(fields);
}

/** The exchange with one fault. */
export function mutated(exchange: Exchange, mutation: Mutation, put: ProtocolUnderTest): Exchange {
  const { change } = mutation;
  const original = exchange.turns[mutation.turn - 1];
  if (!original || !('hex' in original))
    throw new CheckFailure(`mutation: turn ${mutation.turn} is no message`);
  const bytes = turnBytes(original);
  const isPeers = original.from === exchange.peer.role;
  const changed =
    'cut' in change
      ? bytes.slice(0, -change.cut)
      : put.write(
          withChange(put.protocol.decode(bytes).message, change.path.split('.'), change.to),
          isPeers ? exchange.codec.writing : {},
        );
  const turns = exchange.turns.map((turn) =>
    turn === original ? { ...original, hex: toHex(changed) } : turn,
  );
  return { ...exchange, turns };
}

function isNoticed({ fails }: Mutation, checks: readonly Check[]): boolean {
  const check = checks.find(({ id }) => id === fails.check);
  if (check?.outcome !== 'fail' || !check.problem) return false;
  const { text, differences, clause } = check.problem;
  return [text, clause ?? '', ...differences.map(({ path }) => path)].some((words) =>
    words.includes(fails.names),
  );
}

/** Copies with one fault each must fail in the check and for the reason that the exchange states. */
export async function lookAtMutations(exchange: Exchange, put: ProtocolUnderTest): Promise<WayResult> {
  const list = new Checklist();
  await list.check('mutation/present', () => {
    const { length } = exchange.mutations;
    if (length === 0) throw new CheckFailure('expected at least one mutated copy that must fail');
    return `${length} mutated ${length === 1 ? 'copy' : 'copies'}`;
  });
  for (const [index, mutation] of exchange.mutations.entries()) {
    await list.check(`mutation/${index + 1}`, async () => {
      const copy = mutated(exchange, mutation, put);
      const isCodec = mutation.fails.check.startsWith('codec/');
      const { checks } = isCodec ? await lookAtCodec(copy, put) : await lookAtGuard(copy, put);
      if (isNoticed(mutation, checks)) return `“${mutation.title}” was found by ${mutation.fails.check}`;
      const failed = checks.find(({ outcome }) => outcome !== 'pass');
      throw new CheckFailure(
        `“${mutation.title}” in turn ${mutation.turn} must make ${mutation.fails.check} fail and name ${mutation.fails.names}; ${
          failed
            ? `${failed.id} failed: ${failed.problem?.text ?? ''} ${(failed.problem?.differences ?? []).map(({ path }) => path).join(', ')}`
            : 'everything passed'
        }`,
      );
    });
  }
  return { checks: list.checks, trace: [] };
}
