import { isObject } from './generic.js';
import type { Kind } from './kind.js';

/** What stands in place of a value that is nobody's business. */
const hidden = '[hidden]';

/**
 * A record as it may be logged: passwords, keys and data of patrons are replaced, and so is everything that no table
 * lists, because nobody knows what it is.
 */
export function withoutSecrets(kind: Kind<unknown>, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((member) => withoutSecrets(kind.of ?? kind, member));
  if (!kind.fields || !isObject(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const field = Object.hasOwn(kind.fields, name) ? kind.fields[name] : undefined;
    result[name] = field && !field.notes.isSecret ? withoutSecrets(field.kind, part) : hidden;
  }
  return result;
}
