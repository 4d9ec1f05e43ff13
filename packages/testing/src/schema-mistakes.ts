import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/** A value that is not as its schema says. */
export interface SchemaMistake {
  readonly path: readonly PropertyKey[];
  readonly expected: string;
  readonly got: string;
  /** What to do. */
  readonly remedy: string;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
};

/** What was expected, in words; it takes the place of the message of an issue. */
export function sayExpected(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values.map((value) => String(value)));
    case 'unrecognized_keys':
      return `one of ${keysOf(issue.inst).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'date' ? 'a day as 2030-01-31' : `a text like ${issue.pattern ?? issue.format}`;
    case 'too_small':
      if (issue.origin === 'string') return 'a text that is not empty';
      return issue.origin === 'array'
        ? `a list of ${issue.minimum} or more`
        : `a number from ${issue.minimum} on`;
    default:
      return issue.message ?? 'something else';
  }
}

function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** The keys that an object of a schema may have. */
function keysOf(schema: unknown): readonly string[] {
  const { shape } = (schema as { readonly shape?: Readonly<Record<string, unknown>> } | undefined) ?? {};
  return Object.keys(shape ?? {});
}

/**
 * Every mistake among the issues of a value that was parsed with {@link sayExpected}: inside the form that fits best where
 * there are several, and at the key itself where a key is unknown. Unknown keys come first, because one that is misspelt
 * leaves the right one absent.
 */
export function schemaMistakes(issues: readonly Issue[], data: unknown): readonly SchemaMistake[] {
  const all = issues.flatMap((issue) => innermost(issue, []));
  const isUnknown = ({ issue }: PlacedIssue): boolean => issue.code === 'unrecognized_keys';
  return [...all.filter(isUnknown), ...all.filter((placed) => !isUnknown(placed))].map((placed) =>
    mistakeOf(placed, data),
  );
}

interface PlacedIssue {
  readonly path: readonly PropertyKey[];
  readonly issue: Issue;
}

function innermost(issue: Issue, outer: readonly PropertyKey[]): readonly PlacedIssue[] {
  const path = [...outer, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...path, key], issue }));
  const [nearest = []] =
    issue.code === 'invalid_union'
      ? issue.errors.toSorted((one, other) => distance(one) - distance(other))
      : [];
  return nearest.length > 0 ? nearest.flatMap((each) => innermost(each, path)) : [{ path, issue }];
}

/** How far a value is from a form: an element that is absent, or not known, says that another form was meant. */
function distance(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys') return sum + issue.keys.length * 2;
    return sum + (issue.code === 'invalid_type' && issue.input === undefined ? 2 : 1);
  }, 0);
}

function mistakeOf({ path, issue }: PlacedIssue, data: unknown): SchemaMistake {
  const expected = issue.message;
  if (issue.code === 'unrecognized_keys') {
    const got = `the unknown key ${String(path.at(-1))}`;
    return { path, expected, got, remedy: 'correct its spelling, or take it out' };
  }
  const value = valueAt(data, path);
  return value === undefined
    ? { path, expected, got: 'nothing', remedy: 'add the key' }
    : { path, expected, got: show(value), remedy: 'correct the value' };
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    data,
  );
}

const shownLength = 40;

/** A value, cut where it is long. */
function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
