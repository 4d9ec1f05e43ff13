import { failingVerdicts, type Verdict } from '../verdicts.js';

export type Colour = 'good' | 'bad' | 'open';

/** Text as HTML has it. */
export function html(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

export function colourOf(verdict: Verdict): Colour {
  if (failingVerdicts.has(verdict)) return 'bad';
  return verdict === 'pass' ? 'good' : 'open';
}

export const coloured = (colour: Colour, text: string): string =>
  `<span class="${colour}">${html(text)}</span>`;

/** A column of a table: `tight` never wraps, `roomy` has space for sentences. */
export interface Column {
  readonly title: string;
  readonly width?: 'tight' | 'roomy';
}

/** A table with a name. What does not fit is scrolled to, also with the keyboard. The first cell of a row is its head. */
export function table(
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const classOf = (index: number): string => {
    const width = columns[index]?.width;
    return width === undefined ? '' : ` class="${width}"`;
  };
  const head = columns.map(({ title }, index) => `<th scope="col"${classOf(index)}>${html(title)}</th>`);
  const body = rows.map(
    (cells) =>
      `<tr>${cells
        .map((cell, index) =>
          index === 0 ? `<th scope="row"${classOf(index)}>${cell}</th>` : `<td${classOf(index)}>${cell}</td>`,
        )
        .join('')}</tr>`,
  );
  return [
    `<div class="wide" role="region" tabindex="0" aria-label="${html(name)}"><table>`,
    `<thead><tr>${head.join('')}</tr></thead><tbody>`,
    ...body,
    '</tbody></table></div>',
  ].join('\n');
}

/** Lines as they are. */
export function preformatted(name: string, lines: readonly string[]): string {
  return `<pre role="region" tabindex="0" aria-label="${html(name)}">${html(lines.join('\n'))}</pre>`;
}

/** The place of an exchange on the page. */
export function anchorOf(id: string): string {
  return id.replaceAll('/', '-');
}

/** How many there are of each, in the order of their first appearance. */
export function counts(words: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const word of words) found.set(word, (found.get(word) ?? 0) + 1);
  return found;
}

/** Things by a name that they share, in the order of their first appearance. */
export function groupedBy<Thing>(
  things: readonly Thing[],
  nameOf: (thing: Thing) => string,
): ReadonlyMap<string, readonly Thing[]> {
  const groups = new Map<string, Thing[]>();
  for (const thing of things) {
    const group = groups.get(nameOf(thing)) ?? [];
    group.push(thing);
    groups.set(nameOf(thing), group);
  }
  return groups;
}
