import { element, formatXml, type XmlElement } from '../record/xml.js';
import type { Bib } from '../tables/inventory.js';
import { marcElement } from './marc.js';
import type { AlmaState } from './state.js';

/** Indexes that the double searches, with the fields behind them. */
const indexes: Readonly<Record<string, (bib: Bib) => readonly (string | undefined)[]>> = {
  'alma.mms_id': ({ mms_id }) => [mms_id],
  'alma.isbn': ({ isbn }) => [isbn],
  'alma.issn': ({ issn }) => [issn],
  'alma.title': ({ title }) => [title],
  'alma.creator': ({ author }) => [author],
  'alma.all_for_ui': (bib) => [bib.title, bib.author, bib.isbn, bib.issn],
};
const most = 10_000;

/** Answers explain and searchRetrieve over the titles of a state. */
export function answerSru(url: URL, state: AlmaState): Response {
  const query = url.searchParams;
  if (query.get('operation') === 'explain') return respond(explain(state));
  const clauses = parseQuery(query.get('query') ?? '');
  if (!clauses) return respond(diagnostic('10', 'Query syntax error'));
  const unknown = clauses.find(({ index }) => !Object.hasOwn(indexes, index));
  if (unknown) return respond(diagnostic('16', `Unsupported index: ${unknown.index}`));
  const found = [...state.bibs.values()].filter((bib) =>
    clauses.every(({ index, term }) => indexes[index]?.(bib).some((value) => contains(value, term))),
  );
  const start = Math.max(Number(query.get('startRecord') ?? 1) || 1, 1);
  const count = Math.min(Math.max(Number(query.get('maximumRecords') ?? 10) || 10, 0), 50);
  const schema = query.get('recordSchema') ?? 'marcxml';
  const records = found
    .slice(start - 1, start - 1 + count)
    .map((bib) =>
      element('record', [
        element('recordSchema', schema),
        element('recordPacking', 'xml'),
        element('recordData', [schema === 'isohold' ? holdings(bib, state) : marcElement(bib, state)]),
        element('recordIdentifier', bib.mms_id),
      ]),
    );
  const isMore = start - 1 + count < Math.min(found.length, most);
  return respond(
    element('searchRetrieveResponse', [
      element('version', '1.2'),
      element('numberOfRecords', String(found.length)),
      element('records', records),
      ...(isMore ? [element('nextRecordPosition', String(start + count))] : []),
    ]),
  );
}

function contains(value: string | undefined, term: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N} ]/gu, '');
  return value !== undefined && plain(value).includes(plain(term));
}

/** `index=term and index="two words"`. */
function parseQuery(cql: string): readonly { readonly index: string; readonly term: string }[] | undefined {
  const clauses = cql.split(/\s+and\s+/i).map((clause) => {
    const [, index, quoted, bare] =
      /^\s*([\w.]+)\s*(?:=|==|all)\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))\s*$/.exec(clause) ?? [];
    const term = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare;
    return index === undefined || term === undefined ? undefined : { index, term };
  });
  const whole = clauses.flatMap((clause) => clause ?? []);
  return whole.length === clauses.length && whole.length > 0 ? whole : undefined;
}

function holdings(bib: Bib, state: AlmaState): XmlElement {
  const items = [...state.items.values()].filter(({ bib_data }) => bib_data.mms_id === bib.mms_id);
  return element(
    'holdings',
    items.length === 0
      ? []
      : [element('holding', [element('institutionIdentifier', [element('value', state.institution)])])],
  );
}

function explain({ institution }: AlmaState): XmlElement {
  const names = Object.keys(indexes).map((index) => {
    const [set = '', name = ''] = index.split('.');
    return element('index', [element('title', name), element('map', [element('name', name, { set })])]);
  });
  return element('explainResponse', [
    element('version', '1.2'),
    element('record', [
      element('recordData', [
        element('explain', [
          element('databaseInfo', [element('title', institution)]),
          element('indexInfo', names),
          element(
            'schemaInfo',
            ['marcxml', 'isohold'].map((name) => element('schema', [], { name })),
          ),
        ]),
      ]),
    ]),
  ]);
}

function diagnostic(number: string, message: string): XmlElement {
  return element('searchRetrieveResponse', [
    element('version', '1.2'),
    element('numberOfRecords', '0'),
    element('diagnostics', [
      element('diagnostic', [element('uri', `info:srw/diagnostic/1/${number}`), element('message', message)]),
    ]),
  ]);
}

function respond(body: XmlElement): Response {
  return new Response(formatXml(body), {
    status: 200,
    headers: { 'content-type': 'text/xml;charset=UTF-8' },
  });
}
