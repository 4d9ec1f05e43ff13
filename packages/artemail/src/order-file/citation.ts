import type { Item, Loss } from '@interlend/core';
import { lineColumns } from '../limits.js';
import { type ArtField, FieldOrders, fieldTags, type PublicationType } from '../tables/field-orders.js';
import { fold } from './folding.js';

/** A citation by the fields of order files. */
export type Citation = Partial<Readonly<Record<ArtField, string>>>;

/** How a partner wants citations. */
export interface CitationRules {
  /** The author of an article or chapter stands on the line of its title. */
  readonly joinAuthor: boolean;
  /** A title beyond the columns goes on, on a line of its own, instead of being cut. */
  readonly wrapTitle: boolean;
}

/** How an item is laid out. Conference papers are told by a sponsoring body beside the part that is wanted. */
export function publicationTypeOf(item: Item): PublicationType {
  if (item.component === undefined) return 'book';
  if (item.kind === 'serial' || (item.kind === undefined && item.issn !== undefined)) return 'article';
  return item.sponsoringBody === undefined ? 'chapter' : 'conference';
}

/** Where each field stands in an item, by publication type. What is not named there is a loss. */
function citationOf(item: Item, type: PublicationType): Citation {
  const [, volume, part] = /^\s*(.*?)\s*\((.*)\)\s*$/.exec(item.volumeIssue ?? '') ?? [];
  const { component } = item;
  const fields: Partial<Record<ArtField, string | undefined>> = {
    title: [item.title, item.subTitle].filter(Boolean).join(': '),
    author: item.author,
    publisher: item.publisher,
    place: item.placeOfPublication,
    date: item.publicationDate,
    venue: item.placeOfPublication,
    sponsor: item.sponsoringBody,
    year: type === 'conference' ? undefined : (component?.date ?? item.publicationDate),
    volume: volume ?? item.volumeIssue,
    part,
    pages: component?.pages,
    edition: item.edition,
    partTitle: component?.title,
    partAuthor: component?.author,
    number: type === 'article' ? (item.issn ?? item.isbn) : (item.isbn ?? item.issn),
    shelfmark: item.callNumber,
  };
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
}

/** Where a field comes from, for the list of losses. */
const itemPaths: Readonly<Record<ArtField, string>> = {
  title: 'title',
  author: 'author',
  publisher: 'publisher',
  place: 'placeOfPublication',
  date: 'publicationDate',
  venue: 'placeOfPublication',
  sponsor: 'sponsoringBody',
  year: 'publicationDate',
  volume: 'volumeIssue',
  part: 'volumeIssue',
  pages: 'component.pages',
  edition: 'edition',
  partTitle: 'component.title',
  partAuthor: 'component.author',
  number: 'isbn',
  shelfmark: 'callNumber',
};

/** A line that would be read as an end, an order or an address begins with a hyphen instead. */
function guarded(line: string): string {
  return line === 'NNNN' || line.startsWith('TX') || line.startsWith(':') ? `- ${line}` : line;
}

/**
 * The lines of an order, and what they could not carry: fields without a place, characters, and what is beyond the
 * columns. Cutting comes after folding.
 */
export function citationLines(
  item: Item,
  rules: CitationRules,
): { readonly type: PublicationType; readonly lines: readonly string[]; readonly losses: readonly Loss[] } {
  const type = publicationTypeOf(item);
  const citation = citationOf(item, type);
  const losses: Loss[] = [];
  const lines: string[] = [];
  const carried = new Set<ArtField>();
  for (const { fields, join } of layoutOf(type, rules)) {
    const parts = fields.flatMap((field) => {
      const value = citation[field];
      if (value === undefined) return [];
      carried.add(field);
      const path = `request.item.${itemPaths[field]}`;
      const { text, changes } = fold(value);
      losses.push(...changes.map(({ character, as }) => ({ path, why: changeText(character, as) })));
      return text === '' ? [] : [`${fieldTags[field] ?? ''}${text}`];
    });
    if (parts.length === 0) continue;
    const whole = guarded(parts.join(join));
    const path = `request.item.${itemPaths[fields[0] ?? 'title']}`;
    const isTitle = fields[0] === 'title' || fields[0] === 'partTitle';
    lines.push(...(isTitle && rules.wrapTitle ? wrapped(whole) : cut(whole, path, losses)));
  }
  const withoutPlace = Object.entries(citation).filter(([field]) => !carried.has(field as ArtField));
  losses.push(
    ...withoutPlace
      .filter(
        ([field]) =>
          !(['date', 'venue', 'place', 'year'] as string[]).includes(field) || !isElsewhere(field, carried),
      )
      .map(([field]) => ({
        path: `request.item.${itemPaths[field as ArtField]}`,
        why: `an order for ${type === 'article' ? 'an article' : `a ${type}`} has no place for it`,
      })),
    ...lostFields(item),
  );
  return { type, lines, losses };
}

/** Date and place stand in the layout of a book or of a conference, not of both. */
function isElsewhere(field: string, carried: ReadonlySet<ArtField>): boolean {
  return field === 'date' || field === 'year'
    ? carried.has('year') || carried.has('date')
    : carried.has('place') || carried.has('venue');
}

function layoutOf(
  type: PublicationType,
  { joinAuthor }: CitationRules,
): (typeof FieldOrders)[PublicationType] {
  const lines = FieldOrders[type];
  if (!joinAuthor) return lines;
  return lines.flatMap((line) => {
    if (line.fields[0] === 'partAuthor') return [];
    return line.fields[0] === 'partTitle'
      ? [{ fields: ['partTitle', 'partAuthor'] as const, join: ' ' as const }]
      : [line];
  });
}

function changeText(character: string, as: string): string {
  const point = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return as === '' ? `${point} left out` : `${point} written as ${as}`;
}

function cut(line: string, path: string, losses: Loss[]): readonly string[] {
  if (line.length <= lineColumns) return [line];
  losses.push({ path, why: `cut at ${lineColumns} of ${line.length} characters` });
  return [line.slice(0, lineColumns).trimEnd()];
}

function wrapped(line: string): readonly string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > lineColumns) {
    const blank = rest.lastIndexOf(' ', lineColumns);
    const end = blank > 0 ? blank : lineColumns;
    lines.push(rest.slice(0, end).trimEnd());
    rest = guarded(rest.slice(end).trimStart());
  }
  return rest === '' ? lines : [...lines, rest];
}

/** Fields of an item that no layout has a place for. */
function lostFields(item: Item): readonly Loss[] {
  return (['series', 'additionalNumbers', 'verificationSource'] as const)
    .filter((field) => item[field] !== undefined)
    .map((field) => ({ path: `request.item.${field}`, why: 'an order has no place for it' }));
}

const enumeration = /^(?:(\d{4}\S*)\b ?)?(?:VOL (\S+) ?)?(?:PT (\S+) ?)?(?:PP (.+?))?(?: ?ED\/PT: (.+))?$/;

/**
 * Reads the lines of an order back as far as they tell: what is on which line depends on what was left out. The line with
 * year, volume and pages is the landmark.
 */
export function readCitation(lines: readonly string[]): Item {
  const at = lines.findIndex(
    (line, index) =>
      index > 0 && line !== '' && /^(\d{4}\b|VOL |PT |PP |ED\/PT: )/.test(line) && enumeration.test(line),
  );
  const found = at < 0 ? undefined : enumeration.exec(lines[at] ?? '');
  const [, year, volume, part, pages, edition] = found ?? [];
  const [title] = lines;
  const isPartWanted = at === 1 || pages !== undefined;
  const behind = at < 0 ? lines.slice(1) : lines.slice(at + 1);
  const last = behind.at(-1) ?? '';
  const number = /^([\dXx][\dXx-]{6,16})\b(?: (.+))?$/.exec(last);
  const texts = number ? behind.slice(0, -1) : behind;
  const volumeIssue = part === undefined ? volume : `${volume ?? ''}(${part})`;
  const digits = number?.[1]?.replaceAll('-', '') ?? '';
  // Without the landmark nothing tells that a part is wanted: it is a book.
  const before = at < 0 ? texts : lines.slice(1, at);
  const component = {
    ...(texts[0] === undefined ? {} : { title: texts[0] }),
    ...(texts[1] === undefined ? {} : { author: texts[1] }),
    ...(pages === undefined ? {} : { pages }),
  };
  return {
    ...(digits.length === 8 ? { kind: 'serial' as const } : { kind: 'monograph' as const }),
    ...(title === undefined ? {} : { title }),
    ...(isPartWanted && Object.keys(component).length > 0 ? { component } : {}),
    ...(isPartWanted || before[0] === undefined ? {} : { author: before[0] }),
    ...(isPartWanted || before[1] === undefined ? {} : { publisher: before[1] }),
    ...(year === undefined ? {} : { publicationDate: year }),
    ...(volumeIssue === undefined ? {} : { volumeIssue }),
    ...(edition === undefined ? {} : { edition }),
    ...(number === null ? {} : digits.length === 8 ? { issn: number[1] } : { isbn: number[1] }),
    ...(number?.[2] === undefined ? {} : { callNumber: number[2] }),
  } as Item;
}
