import * as alma from '@interlend/alma';
import type { HttpRedactionRules } from '@interlend/testing';

/** Members around the records: of lists and of errors. */
const envelope: ReadonlySet<string> = new Set([
  ...['total_record_count', 'result', 'errorsExist', 'errorList', 'error', 'errorCode', 'trackingId'],
]);
/** Texts of people, who write down names in them; addresses of other records, which hold the number of a patron. */
const neverKept: ReadonlySet<string> = new Set([
  ...['link', 'note', 'content', 'created_by', 'additional_person_name', 'errorMessage'],
]);
const { open, secret, records } = listedFields();
/** What is named after a person, or could be searched for by one. */
const personalParameters: ReadonlySet<string> = new Set(['user_id', 'q', 'apikey']);
const personalSegments: ReadonlySet<string> = new Set(['{user}']);

const parameters: ReadonlySet<string> = new Set(
  Object.values(alma.Operations).flatMap(({ query = [], fixed = {} }: alma.Operation) => [
    ...query,
    ...Object.keys(fixed),
  ]),
);
const paths = Object.values(alma.Operations).map(({ path, method }) => ({
  method,
  segments: ['almaws', 'v1', ...path.split('/').slice(1)],
}));

export const almaRules: HttpRedactionRules = {
  headers: new Set(['accept', 'content-type', 'x-exl-api-remaining', 'retry-after']),
  keeps(name, parent) {
    if (neverKept.has(name)) return false;
    // The name of a list's members may be that of a field as well, which then decides where it lists the name.
    const within = listed(pair(parent, name)) || !isOutside(parent) ? parent : '';
    if (listed(pair(within, name))) return !secret.has(pair(within, name));
    return isOutside(parent) && (envelope.has(name) || records.has(name));
  },
  keepsParameter: (name) => parameters.has(name) && !personalParameters.has(name),
  keepsSegments(method, path) {
    const fitting = paths.filter(
      (row) =>
        row.method === method &&
        row.segments.length === path.length &&
        row.segments.every((segment, index) => segment.startsWith('{') || segment === path[index]),
    );
    // Of a path that no table lists nobody knows which part is a person's.
    return path.map(
      (_, index) =>
        fitting.length > 0 && fitting.every(({ segments }) => !personalSegments.has(segments[index] ?? '')),
    );
  },
};

/** Whether what stands there is a whole record, or around one. */
function isOutside(parent: string): boolean {
  return parent === '' || envelope.has(parent) || records.has(parent);
}

function listed(fields: string): boolean {
  return open.has(fields) || secret.has(fields);
}

function pair(parent: string, name: string): string {
  return `${parent}/${name}`;
}

/**
 * The fields that a table lists, each with the field it stands in, '' for a whole record; and which of them a table calls
 * secret. A field of that name in any record counts.
 */
function listedFields() {
  const [openPairs, secretPairs, names] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const visit = (kind: alma.Kind<unknown>, parent: string): void => {
    const { of, fields = {}, name } = kind;
    if (of) visit(of, parent);
    if (name === 'code') for (const part of ['value', 'desc']) openPairs.add(pair(parent, part));
    for (const [field, { kind: inner, notes }] of Object.entries(fields)) {
      const pairs = notes.isSecret === true ? secretPairs : openPairs;
      pairs.add(pair(parent, field));
      if (notes.wrapper !== undefined) {
        for (const wrapped of [pair(parent, notes.wrapper), pair(notes.wrapper, field)]) pairs.add(wrapped);
      }
      if (notes.isSecret !== true) visit(inner, field);
    }
  };
  for (const exported of Object.values<unknown>(alma)) {
    if (!isKind(exported)) continue;
    if (exported.record !== undefined) names.add(exported.record);
    visit(exported, '');
  }
  return { open: openPairs, secret: secretPairs, records: names };
}

function isKind(value: unknown): value is alma.Kind<unknown> {
  return typeof value === 'object' && value !== null && 'fields' in value && 'fromJson' in value;
}
