import type { Matrix } from './matrix.js';
import type { RequirementRow } from './requirements.js';
import type { JudgedExchange } from './verdicts.js';

/** What every form of report is made of, whichever command ran. */
export interface RunReport {
  /** One line: what was run, against what. */
  readonly title: string;
  /** Particulars of the run, in the order in which they are shown. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly exchanges: readonly JudgedExchange[];
  readonly requirements: readonly RequirementRow[];
  /** Of a run of the whole suite. */
  readonly matrix?: Matrix;
  /** Conversations that were not tried, because they cannot be. */
  readonly excluded: readonly { readonly id: string; readonly why: string }[];
  /** Reasons why the run fails; empty when it does not. */
  readonly complaints: readonly string[];
  /** Whether the harness could not do its work. */
  readonly isBroken: boolean;
}

/** Exit codes of both commands. */
export const Outcomes = {
  conformant: { code: 0, words: 'conformant' },
  notConformant: { code: 1, words: 'not conformant' },
  cannotRun: { code: 2, words: 'the harness could not run' },
} as const;

/** What a run comes to. */
export function outcomeOf({
  isBroken,
  complaints,
}: Pick<RunReport, 'isBroken' | 'complaints'>): (typeof Outcomes)[keyof typeof Outcomes] {
  if (isBroken) return Outcomes.cannotRun;
  return complaints.length === 0 ? Outcomes.conformant : Outcomes.notConformant;
}
