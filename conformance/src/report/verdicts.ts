import type { Check, ExchangeResult } from '../run/checks.js';
import type { KnownFailure } from '../suite/known-failures.js';

/** What a check counts as, once the known failures are taken into account. */
export type Verdict =
  | 'pass'
  | 'fail'
  | 'known failure'
  | 'stale known failure'
  | 'not applicable'
  | 'not tried'
  | 'harness error';

/** A check with its verdict. */
export interface JudgedCheck {
  readonly check: Check;
  readonly verdict: Verdict;
  /** Of a known failure. */
  readonly reason?: string;
}

/** An exchange with its verdict: the worst of its checks. */
export interface JudgedExchange {
  readonly result: ExchangeResult;
  readonly checks: readonly JudgedCheck[];
  readonly verdict: Verdict;
}

const plain = {
  pass: 'pass',
  fail: 'fail',
  'not-applicable': 'not applicable',
  'not-tried': 'not tried',
  'harness-error': 'harness error',
} as const;

/** From worst to best: a harness error outweighs everything, because it says that nothing is known. */
const order: readonly Verdict[] = [
  'harness error',
  'fail',
  'not tried',
  'stale known failure',
  'known failure',
  'pass',
  'not applicable',
];

/** Verdicts that make a run fail. */
export const failingVerdicts: ReadonlySet<Verdict> = new Set<Verdict>([
  'fail',
  'not tried',
  'stale known failure',
  'harness error',
]);

function judgeExchange(result: ExchangeResult, known: readonly KnownFailure[]): JudgedExchange {
  const mine = known.filter((failure) => failure.case === result.exchange.id);
  const checks = result.checks.map((check): JudgedCheck => {
    const failure = mine.find((row) => row.check === undefined || row.check === check.id);
    return failure && check.outcome === 'fail'
      ? { check, verdict: 'known failure', reason: failure.reason }
      : { check, verdict: plain[check.outcome] };
  });
  const stale = mine
    .filter(
      (failure) =>
        !checks.some(
          ({ check, verdict }) => verdict === 'known failure' && (failure.check ?? check.id) === check.id,
        ),
    )
    .map(
      (failure): JudgedCheck => ({
        check: {
          id: failure.check ?? 'all',
          outcome: 'pass',
          problem: {
            text: `passes; take the line out of known-failures.yaml: ${failure.reason}`,
            differences: [],
          },
        },
        verdict: 'stale known failure',
        reason: failure.reason,
      }),
    );
  const all = [...checks, ...stale];
  const verdict =
    order.find((candidate) => all.some((judged) => judged.verdict === candidate)) ?? 'harness error';
  return { result, checks: all, verdict };
}

/** Judges what was found. A line for a case that does not exist is a stale known failure too. */
export function judge(
  results: readonly ExchangeResult[],
  known: readonly KnownFailure[],
): { readonly exchanges: readonly JudgedExchange[]; readonly strays: readonly KnownFailure[] } {
  const ids = new Set(results.map(({ exchange }) => exchange.id));
  return {
    exchanges: results.map((result) => judgeExchange(result, known)),
    strays: known.filter((failure) => !ids.has(failure.case)),
  };
}
