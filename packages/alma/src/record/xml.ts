import { DecodeError, EncodeError } from '@interlend/core';
import { SaxesParser } from 'saxes';
import { limits } from '../limits.js';

/** An element without its namespace prefix. Text is kept where there are no children. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Makes an element. */
export function element(
  name: string,
  content: string | readonly XmlElement[] = [],
  attributes: Readonly<Record<string, string>> = {},
): XmlElement {
  return typeof content === 'string'
    ? { name, attributes, children: [], text: content }
    : { name, attributes, children: content, text: '' };
}

/** The first child with a name. */
export function childOf(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return parent?.children.find((child) => child.name === name);
}

/** The element at the end of a path of names, the first one at each level. */
export function descend(from: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((parent, name) => childOf(parent, name), from);
}

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/**
 * Reads a document into elements. Prefixes of names are left out: Alma's own documents use none or one.
 *
 * @throws DecodeError `malformed`, or `limit` when it is larger or deeper than any body of Alma
 */
export function parseXml(text: string): XmlElement {
  if (text.length > limits.bodyOctets) {
    throw new DecodeError(
      'limit',
      `XML: expected at most ${limits.bodyOctets} characters, found ${text.length}`,
      {
        offset: limits.bodyOctets,
      },
    );
  }
  const parser = new SaxesParser();
  const open: Open[] = [];
  let root: XmlElement | undefined;
  const fail = (code: 'malformed' | 'limit', message: string): never => {
    throw new DecodeError(code, `XML: ${message}`, { offset: parser.position });
  };
  parser.on('error', ({ message }) => fail('malformed', message.replaceAll(/^\d+:\d+: /g, '')));
  parser.on('doctype', () => fail('malformed', 'expected no document type declaration, found one'));
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length >= limits.xmlDepth) fail('limit', `expected at most ${limits.xmlDepth} levels`);
    open.push({ name: localName(name), attributes: ownAttributes(attributes), children: [], text: '' });
  });
  parser.on('text', (piece) => {
    const current = open.at(-1);
    if (current) current.text += piece;
  });
  parser.on('cdata', (piece) => {
    const current = open.at(-1);
    if (current) current.text += piece;
  });
  parser.on('closetag', () => {
    const done = open.pop();
    if (!done) return;
    const finished: XmlElement = { ...done, text: done.children.length > 0 ? '' : done.text };
    const parent = open.at(-1);
    if (parent) parent.children.push(finished);
    else root = finished;
  });
  parser.write(text).close();
  return root ?? fail('malformed', 'expected an element, found none');
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function ownAttributes(attributes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => name !== 'xmlns' && !name.startsWith('xmlns:'))
      .map(([name, value]) => [localName(name), value]),
  );
}

/** Writes a document. @throws EncodeError for a character that XML 1.0 cannot carry */
export function formatXml(root: XmlElement, namespace?: string): string {
  const attributes = namespace === undefined ? root.attributes : { xmlns: namespace, ...root.attributes };
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${format({ ...root, attributes })}`;
}

function format({ name, attributes, children, text }: XmlElement): string {
  const head = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeText(value, name)}"`)
    .join('');
  const content = children.length > 0 ? children.map(format).join('') : escapeText(text, name);
  return content === '' ? `<${name}${head}/>` : `<${name}${head}>${content}</${name}>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML does not have
const unsayable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u;

function escapeText(text: string, path: string): string {
  if (unsayable.test(text)) {
    throw new EncodeError('unsayable-character', 'expected characters of XML 1.0, found another one', path);
  }
  return text.replaceAll(/[&<>"\t\n\r]/g, (character) => entities[character] ?? character);
}
