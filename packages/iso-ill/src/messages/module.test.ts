import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Apdus, registeredExternals } from './index.js';

/** What a table tells about itself, whatever its kind is. */
interface Table {
  readonly name: string;
  readonly canBeImplicit: boolean;
  readonly fields?: Readonly<Record<string, TableField>>;
  readonly arms?: Readonly<Record<string, TableField>>;
  readonly member?: Table;
  readonly names?: Readonly<Record<string, number>>;
}
interface TableField {
  readonly tag: number | undefined;
  readonly type: Table;
  readonly presence: 'required' | 'optional';
  readonly isConstant?: boolean;
}

/** Every table that is reached from `table`, once. */
function reach(table: Table, into = new Set<Table>()): ReadonlySet<Table> {
  if (into.has(table)) return into;
  into.add(table);
  if (table.member) reach(table.member, into);
  for (const field of Object.values({ ...table.fields, ...table.arms })) reach(field.type, into);
  return into;
}

const folder = join(import.meta.dirname, '../../../../../shared/reference/iso-ill/asn1');
const isThere = existsSync(folder);

/** One element of the notation: name without case and hyphens, tag, how it is tagged, whether it may be absent. */
const element = (name: string, tag: string | undefined, isImplicit: boolean, isOptional: boolean): string =>
  `${plain(name)}${tag === undefined ? '' : ` [${tag}]${isImplicit ? ' IMPLICIT' : ''}`}${isOptional ? ' OPTIONAL' : ''}`;

/** Both sides spell names in their own way, and the modules have two misspellings. */
const plain = (name: string): string =>
  name
    .replaceAll(/[- ]/g, '')
    .toLowerCase()
    .replace('telepone', 'telephone')
    .replace('electonic', 'electronic');

/** What stands in braces in a module, by the name that stands before it; inside other types names are not unique. */
interface Body {
  readonly name: string;
  readonly kind: string;
  readonly elements: readonly string[];
}

function bodies(module: string): readonly Body[] {
  const text = module
    .replaceAll(/--.*$/gm, '')
    .replace(/OF SEQUENCE\s+system System,/, 'OF SEQUENCE { system System,')
    .replaceAll('::=', ' ::= ')
    .replaceAll(/\s+/g, ' ');
  const found: Body[] = [];
  const opening =
    /([A-Za-z][\w-]*) (?:::= ?)?(?:\[[A-Z0-9 ]+\] ?)?(?:IMPLICIT )?(?:SEQUENCE (?:SIZE \([\d.]+\) )?OF )?(SEQUENCE|CHOICE|ENUMERATED) ?\{/g;
  for (const match of text.matchAll(opening)) {
    const [whole, name = '', kind = ''] = match;
    const parts = splitBody(text, match.index + whole.length);
    const elements = parts.map((part) => {
      if (kind === 'ENUMERATED') return plain(part.replace(/ ?\((-?\d+)\)/, '=$1'));
      const [, label = '', tag, implicit] = /^([A-Za-z][\w-]*) ?(?:\[(\d+)\])? ?(IMPLICIT)?/.exec(part) ?? [];
      return element(label, tag, implicit !== undefined, / (OPTIONAL|DEFAULT .+)$/.test(part));
    });
    found.push({ name: plain(name), kind, elements });
  }
  return found;
}

/** The parts between commas up to the brace that closes the body at `start`. */
function splitBody(text: string, start: number): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '}' && depth === 0) break;
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Names that are ours where the notation has an element's, or none. */
const renamed: Readonly<Record<string, string>> = {
  datetime: 'datetimeofthisservice',
  sendtolistmember: 'sendtolisttype',
  optionalmessagewish: 'requestershipped',
  shippedservicetype: 'illservicetype',
};

describe.skipIf(!isThere)(
  `tables beside the protocol modules${isThere ? '' : ' (skipped: ../shared/reference with the modules is not here)'}`,
  () => {
    const modules = isThere
      ? [
          'ill9702.asn',
          ...readdirSync(join(folder, 'extensions')).map((name) => `extensions/${name}`),
        ].filter((name) => name.endsWith('.asn') && !name.includes('z3950'))
      : [];
    const notation = modules.flatMap((name) => bodies(readFileSync(join(folder, name), 'utf8')));
    const tables = new Set<Table>();
    const roots: readonly Table[] = [...Apdus, ...registeredExternals.map(({ type }) => type)] as never;
    for (const root of roots) reach(root, tables);
    const bodiesOf = (table: Table, kind: string): readonly (readonly string[])[] => {
      const name = plain(table.name);
      const theirs = renamed[name] ?? name.replace(/member$/, '');
      return notation
        .filter((body) => body.kind === kind && body.name === theirs)
        .map(({ elements }) => elements);
    };

    const structures = [...tables].filter(
      ({ name, fields, arms }) => (fields ?? arms) && name !== 'Extension item',
    );
    it.each(structures)('$name has the elements of the notation, in its order', (table) => {
      const ours = Object.entries({ ...table.fields, ...table.arms })
        .filter(([, field]) => !field.isConstant)
        .map(([key, { tag, type, presence }]) =>
          element(key, tag === undefined ? undefined : `${tag}`, type.canBeImplicit, presence === 'optional'),
        )
        // Our table of Overdue also reads the tag that its module makes explicit as IMPLICIT.
        .map((text) => (table.name === 'Overdue' ? text.replace('[49] IMPLICIT', '[49]') : text));
      const theirs = bodiesOf(table, table.fields ? 'SEQUENCE' : 'CHOICE').map((elements) =>
        elements.map((text) => text.replace(/^\w+extensions \[49\]/, 'extensions [49]')),
      );
      expect(theirs).toContainEqual(ours);
    });

    const enumerations = [...tables].filter(({ names }) => names);
    it.each(enumerations)('$name has the numbers of the notation', (table) => {
      const ours = Object.entries(table.names ?? {}).map(([word, number]) => `${plain(word)}=${number}`);
      // Shipped-Service-Type is ILL-Service-Type without what cannot be shipped.
      if (table.name === 'Shipped-Service-Type')
        ours.push('locations=3', 'estimate=4', 'responderspecific=5');
      // The notation of most-recent-service has neither Overdue nor Renew; ours reads and writes both.
      const added = table.name === 'most-recent-service' ? ['overdue=12', 'renew=13'] : [];
      const theirs = bodiesOf(table, 'ENUMERATED').map((elements) => [...elements, ...added].toSorted());
      expect(theirs).toContainEqual(ours.toSorted());
    });

    it('are all of them', () => {
      expect(structures.length).toBeGreaterThan(70);
      expect(enumerations.length).toBeGreaterThan(35);
    });
  },
);
