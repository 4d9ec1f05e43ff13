import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ErrorCodes, explain } from './error-codes.js';
import { type Operation, type OperationId, Operations } from './operations.js';
import { absent, folder, isThere, read } from './published.test-support.js';
import * as tables from './tables/index.js';
import { CodeTableKind, RecordSchemas } from './tables/index.js';

interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly parameters?: readonly { readonly in: string; readonly name: string }[];
            readonly responses?: Readonly<
              Record<string, { readonly description?: string; readonly content?: unknown }>
            >;
          }
        >
      >
    >
  >;
}

describe.skipIf(!isThere)(`calls beside the published OpenAPI${absent}`, () => {
  const documents = isThere
    ? ['partners', 'users', 'bibs', 'conf'].map((area) => JSON.parse(read(`openapi-${area}.json`)) as OpenApi)
    : [];
  const plainPath = (path: string): string => path.replaceAll(/\{\w+\}/g, '{}').replace(/\/$/, '');
  const published = new Map(
    documents.flatMap(({ paths }) =>
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(
          ([method, call]) => [`${method.toUpperCase()} ${plainPath(path)}`, call] as const,
        ),
      ),
    ),
  );
  const find = ({ method, path }: Operation) => published.get(`${method} ${plainPath(`/almaws/v1${path}`)}`);
  const operations = Object.entries<Operation>(Operations) as [OperationId, Operation][];
  /** The OpenAPI of these could not be had. */
  const elsewhere = [
    'listLendingTasks',
    'markLendingTasks',
    'findItem',
    'listDirectoryMembers',
    'getDirectoryMember',
    'localizeDirectoryMember',
  ];

  it('exist there, but those whose document could not be had', () => {
    expect(operations.filter(([, operation]) => !find(operation)).map(([id]) => id)).toEqual(elsewhere);
  });

  it('send no query parameter that is not there', () => {
    const unknown = operations.flatMap(([id, operation]) => {
      const call = find(operation);
      if (!call) return [];
      const names = new Set(
        (call.parameters ?? []).filter(({ in: place }) => place === 'query').map(({ name }) => name),
      );
      return [...(operation.query ?? []), ...Object.keys(operation.fixed ?? {})]
        .filter((name) => !names.has(name))
        .map((name) => `${id}: ${name}`);
    });
    expect(unknown).toEqual([]);
  });

  it('have an explanation for every error code that is documented for them', () => {
    const documented = operations.flatMap(([id, operation]) =>
      [...(find(operation)?.responses?.['400']?.description ?? '').matchAll(/\b(\d{4,8}) - '/g)].map(
        ([, code = '']) => [id, code] as const,
      ),
    );
    expect(documented.length).toBeGreaterThan(80);
    expect(documented.filter(([id, code]) => !explain(code, id))).toEqual([]);
  });

  /** The schemas that stand in the answer of a call, by their names. */
  const answers = (operation: Operation): readonly string[] => {
    const text = JSON.stringify(find(operation)?.responses?.['200']?.content ?? {});
    return [...new Set([...text.matchAll(/#\/(rest_\w+)"/g)].map(([, name = '']) => name))];
  };
  const known = RecordSchemas.flatMap(({ schema, list }) => [schema ?? [], list ?? []].flat());

  it('answer with records that there is a table for', () => {
    const unknown = operations.flatMap(([id, operation]) =>
      answers(operation).flatMap((name) => (known.includes(name) ? [] : [`${id}: ${name}`])),
    );
    expect(unknown).toEqual([]);
    const answered = new Set(operations.flatMap(([, operation]) => answers(operation)));
    const unused = RecordSchemas.filter(
      ({ schema, list }) =>
        schema !== undefined && ![schema, list ?? schema].some((name) => answered.has(name)),
    );
    expect(unused).toEqual([]);
  });
});

describe('the fields of a record', () => {
  it('are a table with a row that says after which schema', () => {
    const kinds = Object.entries<unknown>(tables).flatMap(([name, value]) =>
      name.endsWith('Kind') ? [(value as { readonly record: string }).record] : [],
    );
    const inside = ['contact_info', 'note'];
    expect(RecordSchemas.map(({ kind }) => kind.record).toSorted()).toEqual(
      kinds.filter((name) => !inside.includes(name)).toSorted(),
    );
  });

  it
    .skipIf(!isThere)
    .each(
      RecordSchemas.filter(({ isChecked }) => !isChecked).map(({ kind, schema = 'which is not public' }) => [
        kind.record,
        schema,
      ]),
    )(`of %s are not checked: no field list of %s is at hand${absent}`, (_record, schema) => {
    expect(readdirSync(folder).filter((file) => file.startsWith(`${schema}.`))).toEqual([]);
  });

  it.skipIf(!isThere)(`of a code table are those that the reference names${absent}`, () => {
    const page = read('../alma.md');
    const [row = ''] = /^\| `GET \/conf\/code-tables\/\{name\}`.*$/m.exec(page) ?? [];
    const words = new Set([...row.matchAll(/`(\w+)`/g)].map(([, word]) => word));
    const { row: rows, ...fields } = CodeTableKind.fields;
    const own = [...Object.keys(fields), ...Object.keys(rows.kind.of?.fields ?? {})];
    expect(own.filter((name) => !words.has(name))).toEqual([]);
  });
});

describe('error codes', () => {
  it('mean one thing in one call', () => {
    const keys = ErrorCodes.map(({ errorCode, on = [] }) => `${errorCode} ${on.join()}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(explain('401651', 'createLoan')?.kind).toBe('refused');
    expect(explain('401651', 'deletePartner')?.kind).toBe('not-found');
  });
});
