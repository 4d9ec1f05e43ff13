import { ConfigError } from '@interlend/core';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** What a YAML file of this project holds, and where its parts stand. */
export interface YamlDocument<Value> {
  readonly value: Value;
  /** Line of the innermost element on `path` that the file has, counted from 1. */
  lineOf(path: readonly PropertyKey[]): number;
}

/**
 * Reads a YAML file by its schema.
 *
 * @param source name of the file, for errors
 * @param accepted what the file should be, for errors
 * @throws ConfigError with file, line and key of the first mistake
 */
export function readYaml<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  source: string,
  accepted: string,
): YamlDocument<z.output<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new ConfigError(
      `${source}:${line}: ${broken.message}`,
      { key: '', accepted: 'YAML' },
      { cause: broken },
    );
  }
  const lineOf = (path: readonly PropertyKey[]): number => lineIn(document, lines, path);
  const result = schema.safeParse(document.toJS());
  if (result.success) return { value: result.data, lineOf };
  // A key that is misspelt is absent as well: the misspelt one is what its writer looks for.
  const { issues } = result.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const { path, message } = issue ? innermost(issue) : { path: [], message: `not ${accepted}` };
  const key = path.map(String).join('.');
  throw new ConfigError(
    `${source}:${lineOf(path)}: ${key || 'file'}: ${message}`,
    { key, accepted },
    { cause: result.error },
  );
}

type Issue = z.core.$ZodIssue;

/** The mistake itself: inside the form that fits best where there are several, at the key where a key is unknown. */
function innermost(issue: Issue, outer: readonly PropertyKey[] = []): Pick<Issue, 'path' | 'message'> {
  const path = [...outer, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return { path: [...path, ...issue.keys.slice(0, 1)], message: issue.message };
  const [nearest] =
    issue.code === 'invalid_union'
      ? issue.errors.toSorted((one, other) => distance(one) - distance(other))
      : [];
  const [first] = nearest ?? [];
  return first ? innermost(first, path) : { path, message: issue.message };
}

/** How far a value is from a form: an element that is absent, or not known, says that another form was meant. */
function distance(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys') return sum + issue.keys.length * 2;
    return sum + (issue.code === 'invalid_type' && issue.input === undefined ? 2 : 1);
  }, 0);
}

function lineIn(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = keyAt(document, path.slice(0, depth)) ?? document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** The key itself, where the path ends at one: a value can begin lines further down. */
function keyAt(document: Document, path: readonly PropertyKey[]): unknown {
  const parent: unknown = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (!isMap(parent)) return undefined;
  return parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))?.key;
}
