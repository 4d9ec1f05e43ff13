import { describe, expect, it } from 'vitest';
import { RequesterTable } from '../requester-table.js';
import { ResponderTable } from '../responder-table.js';
import { classOf } from './contradictions.test-support.js';
import type { Coverage } from './side.test-support.js';
import { type WalkResult, walk } from './walk.test-support.js';

/** Set INTERLEND_WALKS for a long run; it then reports what it did. */
const asked = process.env['INTERLEND_WALKS'];
const firstSeed = Number(process.env['INTERLEND_WALKS_SEED'] ?? 1);
const hour = 3_600_000;
const rowCount = [RequesterTable, ResponderTable].flatMap((table) => Object.values(table).flat()).length;

interface Mismatch extends WalkResult {
  readonly seed: number;
}

function walkMany(count: number, kind: { readonly isStrict: boolean; readonly isTruthful: boolean }) {
  const coverage: Coverage = new Set();
  const mismatches: Mismatch[] = [];
  let messages = 0;
  const started = performance.now();
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    let result: WalkResult;
    try {
      result = walk({ seed, ...kind, coverage });
    } catch (error) {
      throw new Error(`walk ${seed} failed: ${String(error)}`, { cause: error });
    }
    messages += result.messages;
    if (!result.isMatching) mismatches.push({ seed, ...result });
  }
  if (asked !== undefined) report(count, kind, { coverage, mismatches, messages, started });
  return { coverage, mismatches };
}

function report(
  count: number,
  { isStrict, isTruthful }: { readonly isStrict: boolean; readonly isTruthful: boolean },
  found: {
    readonly coverage: Coverage;
    readonly mismatches: readonly Mismatch[];
    readonly messages: number;
    readonly started: number;
  },
): void {
  const ends = new Map<string, number>();
  for (const { end } of found.mismatches) ends.set(end, (ends.get(end) ?? 0) + 1);
  console.log(
    `${isStrict ? 'strict' : 'lenient'} guards, ${isTruthful ? 'truthful' : 'arbitrary'} desks: ${count} walks from seed ${firstSeed}, ` +
      `${found.messages} APDUs delivered, ${found.coverage.size} of ${rowCount} rows, ${Math.round((performance.now() - found.started) / 1000)} s, ` +
      `${found.mismatches.length} without matching ends${[...ends].map(([end, times]) => `; ${end}: ${times}`).join('')}`,
  );
}

describe('random walks of two libraries over a network that delays, repeats and reorders', () => {
  it('end in matching states when guards are lenient and desks say what is true', { timeout: hour }, () => {
    const { mismatches, coverage } = walkMany(Number(asked ?? 1500), { isStrict: false, isTruthful: true });
    expect(mismatches).toEqual([]);
    expect(coverage.size).toBeGreaterThan(180);
  });

  it('end in matching states or ask for a person, whatever the desks say', { timeout: hour }, () => {
    const { mismatches } = walkMany(Number(asked ?? 400), { isStrict: false, isTruthful: false });
    const unexplained = mismatches.filter(({ end, isFlagged }) => !isFlagged || !classOf(end, false));
    expect(unexplained).toEqual([]);
  });

  it('end so between strict guards too, and only for the races of strictness when desks say what is true', {
    timeout: hour,
  }, () => {
    const truthful = walkMany(Number(asked ?? 400), { isStrict: true, isTruthful: true }).mismatches;
    expect(truthful.filter(({ end, isFlagged }) => !isFlagged || !classOf(end, true)?.isRace)).toEqual([]);
    const { mismatches } = walkMany(Number(asked ?? 400), { isStrict: true, isTruthful: false });
    expect(mismatches.filter(({ end, isFlagged }) => !isFlagged || !classOf(end, true))).toEqual([]);
  });

  it('are the same for the same seed', () => {
    const lines = (seed: number): readonly string[] => {
      const log: string[] = [];
      const kind = { isStrict: false, isTruthful: true, coverage: new Set<never>() };
      walk({ seed, ...kind, log: (line) => log.push(line) });
      return log;
    };
    expect(lines(7)).toEqual(lines(7));
    expect(lines(7)).not.toEqual(lines(8));
  });
});
