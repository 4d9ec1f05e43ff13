import { ConfigError } from '@interlend/core';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
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
  const [issue] = result.error.issues;
  const key = (issue?.path ?? []).map(String).join('.');
  throw new ConfigError(
    `${source}:${lineOf(issue?.path ?? [])}: ${key || 'file'}: ${issue?.message ?? `not ${accepted}`}`,
    { key, accepted },
    { cause: result.error },
  );
}

function lineIn(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
