import { ConfigError } from '@interlend/core';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type SchemaMistake, sayExpected, schemaMistakes } from './schema-mistakes.js';

/** What a YAML file of this project holds, and where its parts stand. */
export interface YamlDocument<Value> {
  readonly value: Value;
  /** Line of the innermost element on `path` that the file has, counted from 1. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** A mistake in a file. */
export interface Mistake {
  /** Name of the file. */
  readonly source: string;
  /** Counted from 1. */
  readonly line: number;
  /** Dotted; empty where the whole file is meant. */
  readonly key: string;
  readonly expected: string;
  /** What stands there instead. */
  readonly got: string;
  /** What to do. */
  readonly remedy: string;
}

/** A mistake in one line. */
export function formatMistake({ source, line, key, expected, got, remedy }: Mistake): string {
  return `${source}:${line}: ${key || 'file'}: expected ${expected}, got ${got}: ${remedy}`;
}

/** One error for all mistakes of one or several files, a line for each; `key` and `accepted` are those of the first. */
export function mistakesError(mistakes: readonly Mistake[], cause?: unknown): ConfigError {
  const [first] = mistakes;
  const where = { key: first?.key ?? '', accepted: first?.expected ?? '' };
  return new ConfigError(mistakes.map(formatMistake).join('\n'), where, { cause });
}

/** A file that was read: what it holds, or every mistake in it. */
export type CheckedYaml<Value> =
  | { readonly document: YamlDocument<Value>; readonly mistakes: readonly [] }
  | { readonly document?: undefined; readonly mistakes: readonly Mistake[] };

/**
 * Reads a YAML file by its schema and finds every mistake.
 *
 * @param source name of the file, for the mistakes
 */
export function checkYaml<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  source: string,
): CheckedYaml<z.output<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    return {
      mistakes: document.errors.map(({ message, pos }) => ({
        source,
        line: lines.linePos(pos[0]).line,
        key: '',
        expected: 'YAML',
        got: message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '',
        remedy: 'correct the line, or the indentation before it',
      })),
    };
  }
  const lineOf = (path: readonly PropertyKey[]): number => lineIn(document, lines, path);
  const data: unknown = document.toJS();
  const result = schema.safeParse(data, { error: sayExpected });
  if (result.success) return { document: { value: result.data, lineOf }, mistakes: [] };
  const placed = (mistake: SchemaMistake): Mistake => ({
    source,
    line: lineOf(mistake.path),
    key: mistake.path.map(String).join('.'),
    expected: mistake.expected,
    got: mistake.got,
    remedy: mistake.remedy,
  });
  return { mistakes: schemaMistakes(result.error.issues, data).map(placed) };
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
