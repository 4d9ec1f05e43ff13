import type { Item } from '@interlend/core';
import { type Availability, availabilityOf } from './availability.js';
import { readText } from './client/bodies.js';
import { failureOf } from './client/failures.js';
import { limits } from './limits.js';
import { childOf, descend, parseXml, type XmlElement } from './record/xml.js';
import { SruError } from './sru-error.js';

/** How to reach the search interface of an Alma. It is off unless the institution switched it on, and takes no key. */
export interface SruClientOptions {
  /** `https://<alma domain>/view/sru/<institution code>`. */
  readonly url: string;
  readonly timeoutMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}

/** A title that was found. */
export interface FoundTitle {
  readonly mms: string | undefined;
  /** The MARC record, or what the schema asked for has. */
  readonly record: XmlElement;
  /** Empty where the profile leaves availability out. */
  readonly availability: readonly Availability[];
}

/** One part of what was found. */
export interface SearchResult {
  readonly total: number;
  readonly titles: readonly FoundTitle[];
  /** Position of the next title; absent at the end. Alma shows ten thousand at most. */
  readonly next?: number;
}

/** What an interface offers. Sites differ. */
export interface SruExplanation {
  /** For instance `alma.isbn`. */
  readonly indexes: readonly string[];
  readonly schemas: readonly string[];
}

/** The search interface of an Alma: Locate and Availability. */
export interface SruClient {
  explain(options?: { readonly signal?: AbortSignal }): Promise<SruExplanation>;
  search(query: string, options?: SearchOptions): Promise<SearchResult>;
  /** Who has an item, and whether it is there: the first number or title that finds something. */
  locate(item: Item, options?: SearchOptions): Promise<SearchResult>;
  /** Institutions that hold what a query finds, as ISIL: ISO 20775. */
  holders(query: string, options?: SearchOptions): Promise<readonly string[]>;
}

/** How much to look for. */
export interface SearchOptions {
  readonly signal?: AbortSignal;
  readonly start?: number;
  /** 10 when absent, 50 at most. */
  readonly count?: number;
}

/** Makes a client of an Alma's search interface. Its calls throw `SruError`, `TransportError` or `TimeoutError`. */
export function createSruClient({ url, timeoutMs = 30_000, fetch }: SruClientOptions): SruClient {
  const call = async (
    parameters: Readonly<Record<string, string | number>>,
    signal?: AbortSignal,
  ): Promise<XmlElement> => {
    const target = new URL(url);
    for (const [name, value] of Object.entries({ version: '1.2', ...parameters })) {
      target.searchParams.set(name, String(value));
    }
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await (fetch ?? globalThis.fetch)(target, {
        headers: { accept: 'application/xml' },
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      const text = await readText(response, limits.bodyOctets);
      if (!response.ok)
        throw new SruError('refused', `SRU: expected an answer, found HTTP ${response.status}`);
      return answerIn(text);
    } catch (error) {
      if (error instanceof SruError) throw error;
      const isAborted = signal?.aborted === true;
      const where = {
        operation: 'SRU',
        peer: target.host,
        budgetMs: timeoutMs,
        isTimeout: timeout.aborted,
        isAborted,
      };
      throw failureOf(error, where);
    }
  };
  const search = async (
    query: string,
    schema: string,
    { signal, start = 1, count = 10 }: SearchOptions,
  ): Promise<SearchResult> =>
    resultIn(
      await call(
        {
          operation: 'searchRetrieve',
          recordSchema: schema,
          query,
          startRecord: start,
          maximumRecords: Math.min(count, 50),
        },
        signal,
      ),
    );
  return {
    async explain({ signal } = {}) {
      return explanationIn(await call({ operation: 'explain' }, signal));
    },
    search: (query, options = {}) => search(query, 'marcxml', options),
    async locate(item, options = {}) {
      let result: SearchResult = { total: 0, titles: [] };
      for (const query of queriesFor(item)) {
        result = await search(query, 'marcxml', options);
        if (result.total > 0) break;
      }
      return result;
    },
    async holders(query, options = {}) {
      const { titles } = await search(query, 'isohold', options);
      const found = titles.flatMap(({ record }) =>
        record.children.flatMap((holding) => descend(holding, 'institutionIdentifier', 'value')?.text ?? []),
      );
      return [...new Set(found)];
    },
  };
}

/** The queries by which an item is looked for, best first. */
export function queriesFor({ isbn, issn, title, author }: Item): readonly string[] {
  return [
    ...(isbn === undefined ? [] : [`alma.isbn=${quote(isbn)}`]),
    ...(issn === undefined ? [] : [`alma.issn=${quote(issn)}`]),
    ...(title === undefined || author === undefined
      ? []
      : [`alma.title=${quote(title)} and alma.creator=${quote(author)}`]),
    ...(title === undefined ? [] : [`alma.title=${quote(title)}`]),
  ];
}

/** A term of CQL. */
function quote(term: string): string {
  return `"${term.replaceAll(/["\\]/g, '\\$&')}"`;
}

function answerIn(text: string): XmlElement {
  let root: XmlElement;
  try {
    root = parseXml(text);
  } catch (cause) {
    throw new SruError('unexpected-answer', 'SRU: expected XML, found something else', { cause });
  }
  const diagnostic = descend(root, 'diagnostics', 'diagnostic');
  if (!diagnostic) return root;
  const uri = childOf(diagnostic, 'uri')?.text ?? '';
  throw new SruError('refused', `SRU: ${childOf(diagnostic, 'message')?.text ?? 'refused'} (${uri})`);
}

function resultIn(root: XmlElement): SearchResult {
  const total = Number(childOf(root, 'numberOfRecords')?.text);
  if (!Number.isSafeInteger(total)) {
    throw new SruError('unexpected-answer', 'SRU: expected numberOfRecords, found none');
  }
  const next = Number(childOf(root, 'nextRecordPosition')?.text ?? Number.NaN);
  const titles = (childOf(root, 'records')?.children ?? []).flatMap((entry) => {
    const [record] = childOf(entry, 'recordData')?.children ?? [];
    if (!record) return [];
    const control = record.children.find(({ attributes }) => attributes['tag'] === '001')?.text;
    return [
      {
        mms: childOf(entry, 'recordIdentifier')?.text ?? control,
        record,
        availability: availabilityOf(record),
      },
    ];
  });
  return { total, titles, ...(Number.isSafeInteger(next) && { next }) };
}

function explanationIn(root: XmlElement): SruExplanation {
  const explain = descend(root, 'record', 'recordData', 'explain');
  const names = (childOf(explain, 'indexInfo')?.children ?? []).flatMap(
    (index) => descend(index, 'map', 'name') ?? [],
  );
  return {
    indexes: names.map(({ attributes, text }) => `${attributes['set'] ?? 'alma'}.${text}`),
    schemas: (childOf(explain, 'schemaInfo')?.children ?? []).flatMap(
      ({ attributes }) => attributes['name'] ?? [],
    ),
  };
}
