/**
 * The parts of an XML document: text marked as such, what is no element, a tag with its name, attributes and end, or text.
 * It is for looking at what names stand where, and does not check that a document is well-formed.
 */
export const xmlTokens =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<[?!][^>]*>|<(\/?)([^\s<>/]+)((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/g;

/** An element for comparison: what it holds, in order, without blanks between elements. */
interface Element {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly holds: (Element | string)[];
}

/** An XML document as a value that can be compared. */
export function xmlValue(document: string): unknown {
  const root: Element = { name: '', attributes: {}, holds: [] };
  const open = [root];
  for (const [, data, end, name, attributes = '', isEmpty, text] of document.matchAll(xmlTokens)) {
    const holder = open.at(-1) ?? root;
    const said = data ?? text;
    if (said !== undefined) {
      if (said.trim() !== '') holder.holds.push(said);
    } else if (name !== undefined && end === '/') {
      if (open.length > 1) open.pop();
    } else if (name !== undefined) {
      const pairs = [...attributes.matchAll(/([^\s=]+)\s*=\s*(["'])(.*?)\2/g)];
      const element: Element = {
        name,
        attributes: Object.fromEntries(pairs.map(([, key = '', , value = '']) => [key, value])),
        holds: [],
      };
      holder.holds.push(element);
      if (isEmpty !== '/') open.push(element);
    }
  }
  return root.holds;
}
