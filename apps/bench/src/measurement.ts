import type { Target } from './targets.js';

/** What a benchmark found, before anybody judged it. */
export interface Finding {
  /** Key of the target, and the first column of the report. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the same run measured of the thing to compare with, in the same unit; absent when it is not on this machine. */
  readonly baseline?: number;
  /** As the target wants it: value by baseline, or baseline by value. */
  readonly ratio?: number;
  /** What a reader must know to understand the row. */
  readonly note?: string;
}

/** A line of the report, plain JSON. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: number | null;
  readonly ratio: number | null;
  /** In words; `null` where the figure has no target. */
  readonly target: string | null;
  /** `null` where there is no target, or nothing to compare with. */
  readonly ok: boolean | null;
  readonly note?: string;
}

/** Holds a finding against its target. */
export function judge(finding: Finding, targets: Readonly<Record<string, Target>>): Measurement {
  const target = targets[finding.name];
  const { name, value, unit, baseline = null, ratio = null, note } = finding;
  return {
    name,
    value,
    unit,
    baseline,
    ratio,
    target: target?.text ?? null,
    ok: target === undefined ? null : holds(target, finding),
    ...(note === undefined ? {} : { note }),
  };
}

function holds(target: Target, finding: Finding): boolean | null {
  const figure = finding[target.of];
  if (figure === undefined) return null;
  return 'atMost' in target ? figure <= target.atMost : figure >= target.atLeast;
}

/** The middle one; of an even number the mean of the middle two. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the part `share` of the values lies, between neighbours in proportion. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError('no values to take a quantile of');
  return below + (above - below) * (place - Math.floor(place));
}
