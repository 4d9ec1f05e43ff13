import type { Kind } from '../record/kind.js';

/** What a double answers, before it is written in a notation. */
export type Outcome =
  | { readonly kind: 'record'; readonly name: string; readonly of: Kind<unknown>; readonly value: unknown }
  | {
      readonly kind: 'list';
      /** Name of the element around the list in XML. */
      readonly root: string;
      readonly member: string;
      readonly of: Kind<unknown>;
      readonly rows: readonly unknown[];
      readonly total: number;
    }
  | { readonly kind: 'test'; readonly method: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'elsewhere'; readonly path: string }
  | {
      readonly kind: 'error';
      readonly errorCode: string;
      readonly message: string;
      readonly status?: number;
      readonly isTracked?: boolean;
    };

export const recordOf = (name: string, of: Kind<unknown>, value: unknown): Outcome => ({
  kind: 'record',
  name,
  of,
  value,
});

export const errorOf = (errorCode: string, message: string, status?: number): Outcome => ({
  kind: 'error',
  errorCode,
  message,
  ...(status !== undefined && { status }),
});

/** Part of a list, as `limit` and `offset` ask for it. */
export function pageOf(
  list: { readonly root: string; readonly member: string; readonly of: Kind<unknown> },
  rows: readonly unknown[],
  query: URLSearchParams,
): Outcome {
  const limit = Math.min(Math.max(Number(query.get('limit') ?? 10) || 0, 0), 100);
  const offset = Math.max(Number(query.get('offset') ?? 0) || 0, 0);
  return { kind: 'list', ...list, rows: rows.slice(offset, offset + limit), total: rows.length };
}

/** What an answerer is given. */
export interface Incoming {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body as its table reads it. */
  readonly body: unknown;
}
