import type { Exchange } from './exchange/format.js';

/** A place where something else came than was expected; `undefined` is nothing at all. */
export interface Difference {
  /** Dotted path in the decoded message. */
  readonly path: string;
  readonly expected: unknown;
  readonly got: unknown;
}

export type MatchRule = Exchange['match'][number];

type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function under(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`;
}

function ruleFor(path: string, rules: readonly MatchRule[]): MatchRule | undefined {
  const steps = path.split('.');
  return rules.find((rule) => {
    const wanted = rule.path.split('.');
    return (
      wanted.length === steps.length && wanted.every((step, index) => step === '*' || step === steps[index])
    );
  });
}

/** Names of members of a structure that a rule wants to be there. */
function wantedKeys(path: string, rules: readonly MatchRule[]): readonly string[] {
  const depth = path === '' ? 0 : path.split('.').length;
  return rules.flatMap((rule) => {
    const steps = rule.path.split('.');
    const key = steps.at(-1);
    const isHere =
      rule.rule === 'present' &&
      key !== undefined &&
      key !== '*' &&
      steps.length === depth + 1 &&
      (depth === 0 || ruleFor(path, [{ ...rule, path: steps.slice(0, -1).join('.') }]));
    return isHere ? [key] : [];
  });
}

/**
 * Every place where `got` is not `expected`, but for values that a rule calls volatile. A value that a rule wants present
 * is missing also where `expected` has none, as long as the structure is there that would hold it.
 */
export function differences(
  expected: unknown,
  got: unknown,
  rules: readonly MatchRule[] = [],
  path = '',
): readonly Difference[] {
  const rule = path === '' ? undefined : ruleFor(path, rules);
  if (rule?.rule === 'any') return [];
  if (rule?.rule === 'present') return got === undefined ? [{ path, expected: 'any value', got }] : [];
  if (Array.isArray(expected) && Array.isArray(got)) {
    const length = Math.max(expected.length, got.length);
    return Array.from({ length }, (_, index) =>
      differences(expected[index], got[index], rules, under(path, index)),
    ).flat();
  }
  if (isPlain(expected) && isPlain(got)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(got), ...wantedKeys(path, rules)]);
    return [...keys].flatMap((key) => differences(expected[key], got[key], rules, under(path, key)));
  }
  // A part that one side does not have may still hold values under a rule.
  if (isPlain(expected) && got === undefined) return onlyIn(expected, rules, path, 'expected');
  if (isPlain(got) && expected === undefined) return onlyIn(got, rules, path, 'got');
  return Object.is(expected, got) ? [] : [{ path, expected, got }];
}

function onlyIn(
  part: Plain,
  rules: readonly MatchRule[],
  path: string,
  side: 'expected' | 'got',
): readonly Difference[] {
  const isExpected = side === 'expected';
  if (Object.keys(part).length === 0)
    return [isExpected ? { path, expected: part, got: undefined } : { path, expected: undefined, got: part }];
  return Object.entries(part).flatMap(([key, value]) =>
    isExpected
      ? differences(value, undefined, rules, under(path, key))
      : differences(undefined, value, rules, under(path, key)),
  );
}

/** Every place where `got` lacks what `wanted` says; what `wanted` does not mention is free. Lists are compared as a whole. */
export function shortfalls(wanted: unknown, got: unknown, path: string): readonly Difference[] {
  if (!isPlain(wanted)) return differences(wanted, got, [], path);
  const fields = isPlain(got) ? got : {};
  return Object.entries(wanted).flatMap(([key, value]) => shortfalls(value, fields[key], under(path, key)));
}
