import { xmlTokens } from './xml-value.js';

/**
 * Which members of JSON and elements of XML may be kept, by their name and that of what they stand in; '' is the whole
 * body. What nobody lists is nobody's to keep.
 */
export type KeepsName = (name: string, parent: string) => boolean;

/** What becomes of a text: hidden or as it is, with what is known to be personal hidden in it. */
export interface TextRules {
  /** A text that must not be kept. */
  hide(text: string, path: string): string;
  /** A text that may be kept, but for texts that are personal elsewhere. */
  keep(text: string, path: string): string;
}

/** A body of which nothing is left but what its names allow. A body that is neither JSON nor XML is one text to hide. */
export function redactBody(body: string, keeps: KeepsName, rules: TextRules): string {
  const trimmed = body.trimStart();
  if (trimmed.startsWith('<'))
    return isAllTokens(body) ? redactXml(body, keeps, rules) : rules.hide(body, 'body');
  let json: unknown;
  try {
    json = JSON.parse(trimmed);
  } catch {
    return trimmed === '' ? body : rules.hide(body, 'body');
  }
  let isChanged = false;
  const noting = (rule: TextRules['hide']) => (text: string, path: string) => {
    const put = rule(text, path);
    isChanged ||= put !== text;
    return put;
  };
  const redacted = redactJson(json, '', true, keeps, {
    hide: noting((text, path) => rules.hide(text, path)),
    keep: noting((text, path) => rules.keep(text, path)),
    note: () => {
      isChanged = true;
    },
  });
  return isChanged ? JSON.stringify(redacted) : body;
}

function redactJson(
  value: unknown,
  path: string,
  isKept: boolean,
  keeps: KeepsName,
  rules: TextRules & { note(): void },
): unknown {
  if (Array.isArray(value)) {
    return value.map((member, index) => redactJson(member, `${path}.${index}`, isKept, keeps, rules));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => {
        const inner = path === '' ? name : `${path}.${name}`;
        return [name, redactJson(part, inner, isKept && keeps(name, lastOf(path)), keeps, rules)];
      }),
    );
  }
  if (typeof value === 'string') return isKept ? rules.keep(value, path) : rules.hide(value, path);
  if (isKept || value === null) return value;
  const blank = typeof value === 'number' ? 0 : false;
  if (value !== blank) rules.note();
  // A long number can be a card's, which may stand in a text as well.
  if (String(value).length >= cardDigits) rules.hide(String(value), path);
  return blank;
}

const cardDigits = 6;

/** The last name of a path, without the numbers of members of lists. */
function lastOf(path: string): string {
  return path.split('.').findLast((step) => !/^\d+$/.test(step)) ?? '';
}

/** Whether nothing of a document stands outside what {@link xmlTokens} finds. */
function isAllTokens(document: string): boolean {
  return (
    [...document.matchAll(xmlTokens)].reduce((sum, [token]) => sum + token.length, 0) === document.length
  );
}

const attributePattern = /([^\s=]+)(\s*=\s*)(["'])(.*?)\3/gs;

/** Attributes as they came, or nothing where something else stands among them. */
function attributesIn(text: string): string {
  return text.replaceAll(attributePattern, '').trim() === '' ? text : '';
}

function redactXml(body: string, keeps: KeepsName, rules: TextRules): string {
  const open: { readonly name: string; readonly isKept: boolean }[] = [];
  const textOf = (text: string): string => {
    if (text.trim() === '') return text;
    const path = open.map(({ name }) => name).join('.');
    return open.at(-1)?.isKept === false ? rules.hide(text, path) : rules.keep(text, path);
  };
  return body.replaceAll(xmlTokens, (token: string, data, end, name, attributes, isEmpty, text) => {
    if (typeof data === 'string') return `<![CDATA[${textOf(data)}]]>`;
    if (typeof text === 'string') return textOf(text);
    // Comments, types and instructions say what they like.
    if (typeof name !== 'string') return token.startsWith('<?xml ') ? token : '';
    if (end === '/') {
      open.pop();
      return token;
    }
    const local = name.split(':').at(-1) ?? name;
    // What is outermost names the record and holds nothing by itself.
    const isKept =
      open.length === 0 ||
      (open.at(-1)?.isKept === true && keeps(local, open.length === 1 ? '' : (open.at(-1)?.name ?? '')));
    const path = [...open.map((each) => each.name), local].join('.');
    const kept = attributesIn(String(attributes)).replaceAll(
      attributePattern,
      (_whole, attribute: string, equals: string, quote: string, value: string) => {
        const where = `${path}.${attribute}`;
        const isOpen =
          attribute.startsWith('xmlns') || (isKept && keeps(attribute, open.length === 0 ? '' : local));
        return `${attribute}${equals}${quote}${isOpen ? rules.keep(value, where) : rules.hide(value, where)}${quote}`;
      },
    );
    if (isEmpty !== '/') open.push({ name: local, isKept });
    return `<${name}${kept}${isEmpty}>`;
  });
}
