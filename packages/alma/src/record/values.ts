import { EncodeError } from '@interlend/core';
import { isObject } from './generic.js';
import { type Kind, Mistyped, type Reading } from './kind.js';
import { element, type XmlElement } from './xml.js';

/** A kind whose XML is the text of an element. */
function plain<Value>(
  name: string,
  read: (written: string) => Value | undefined,
  write: (value: Value, path: string) => unknown,
): Kind<Value> {
  const read_ = (json: unknown): Value | undefined => {
    const scalar = scalarOf(json);
    return scalar === undefined ? undefined : read(scalar);
  };
  return {
    name,
    fromJson: read_,
    toJson: write,
    fromXml: (xml) => {
      if (xml.children.length > 0) throw new Mistyped('text, found elements');
      return xml.text.trim() === '' ? undefined : read(xml.text);
    },
    toXml: (tag, value, path) => element(tag, String(write(value, path))),
  };
}

/** Alma wraps some values in one version of a body and not in another; both are read. */
function scalarOf(json: unknown): string | undefined {
  if (json === null || json === undefined || json === '') return undefined;
  if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') return String(json);
  if (isObject(json)) {
    if (Object.keys(json).length === 0) return undefined;
    if (Object.hasOwn(json, 'value')) return scalarOf(json['value']);
  }
  throw new Mistyped(`text, found ${Array.isArray(json) ? 'a list' : 'an object'}`);
}

export const textKind: Kind<string> = plain(
  'text',
  (written) => written,
  (value) => value,
);

export const flagKind: Kind<boolean> = plain(
  'flag',
  (written) => {
    const word = written.trim().toLowerCase();
    if (word === 'true' || word === '1') return true;
    if (word === 'false' || word === '0') return false;
    throw new Mistyped('true or false, found other text');
  },
  (value) => value,
);

function numberOf(written: string): number {
  const number = Number(written.trim());
  if (!Number.isFinite(number)) throw new Mistyped('a number, found other text');
  return number;
}

export const countKind: Kind<number> = plain(
  'count',
  (written) => {
    const number = numberOf(written);
    if (!Number.isSafeInteger(number)) throw new Mistyped('a whole number, found another one');
    return number;
  },
  (value, path) => {
    if (Number.isSafeInteger(value)) return value;
    throw new EncodeError('invalid-value', 'expected a whole number, found another one', path);
  },
);

export const amountKind: Kind<number> = plain('amount', numberOf, (value, path) => {
  if (Number.isFinite(value)) return value;
  throw new EncodeError('invalid-value', 'expected a number, found another one', path);
});

/** A day, `YYYY-MM-DD`; Alma writes a Z behind it. */
export const dateKind: Kind<string> = plain(
  'date',
  (written) => {
    const [, day] = /^(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2}|T.*)?$/.exec(written.trim()) ?? [];
    if (day === undefined) throw new Mistyped('a day as YYYY-MM-DDZ, found other text');
    return day;
  },
  (value, path) => {
    if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return `${value}Z`;
    throw new EncodeError('invalid-value', 'expected a day as YYYY-MM-DD, found other text', path);
  },
);

/** A moment, as Alma writes it. */
export const momentKind: Kind<string> = plain(
  'moment',
  (written) => {
    if (Number.isNaN(Date.parse(written))) throw new Mistyped('a moment as ISO 8601, found other text');
    return written;
  },
  (value) => value,
);

/** A code with the label it has here; `link` where it names another resource. */
export interface Code<Known extends string = string> {
  readonly value: Known | (string & {});
  /** Written by Alma, never read by it. */
  readonly desc?: string;
  readonly link?: string;
}

/** `{value, desc}` in JSON, text with a `desc` attribute in XML. Plain text is read as well. */
export function codeKind<Known extends string>(known?: (value: string) => string): Kind<Code<Known>> {
  const named = known ?? ((value: string) => value);
  const make = (value: unknown, labels: Readonly<Record<string, unknown>>): Code<Known> | undefined => {
    const scalar = scalarOf(value);
    if (scalar === undefined) return undefined;
    const others = Object.entries(labels).filter(([, label]) => label !== null && label !== undefined);
    return { ...Object.fromEntries(others), value: named(scalar) };
  };
  return {
    name: 'code',
    fromJson(json) {
      if (!isObject(json)) return make(json, {});
      const { value, ...labels } = json;
      return make(value, labels);
    },
    toJson: (code) => code,
    fromXml(xml) {
      if (xml.children.length > 0) throw new Mistyped('text, found elements');
      return make(xml.text, xml.attributes);
    },
    toXml(name, { value, ...labels }) {
      const attributes = Object.entries(labels).map(([key, label]) => [key, String(label)] as const);
      return element(name, value, Object.fromEntries(attributes));
    },
  };
}

/** A word out of a list that has two spellings; both are read, the one of the XSD is written. */
export function wordKind<Known extends string>(
  spellings: Readonly<Record<string, Known>>,
): Kind<Known | (string & {})> {
  return { ...textKind, fromJson: spell(textKind.fromJson), fromXml: spell(textKind.fromXml) };
  function spell<Input>(
    read: (input: Input, reading: Reading) => string | undefined,
  ): (input: Input, reading: Reading) => Known | (string & {}) | undefined {
    return (input, reading) => {
      const word = read(input, reading);
      return word !== undefined && Object.hasOwn(spellings, word) ? spellings[word] : word;
    };
  }
}

/** Members one after the other. A single one need not stand in a list. */
export function listKind<Value>(member: Kind<Value>): Kind<readonly Value[]> {
  return {
    name: 'list',
    of: member as Kind<unknown>,
    fromJson(json, reading) {
      if (json === null || json === undefined) return undefined;
      const members: readonly unknown[] = Array.isArray(json) ? json : [json];
      return members.flatMap((one, index) => {
        const value = member.fromJson(one, { ...reading, path: `${reading.path}.${index}` });
        return value === undefined ? [] : [value];
      });
    },
    toJson: (values, path) => values.map((value, index) => member.toJson(value, `${path}.${index}`)),
    fromXml: (xml, reading) =>
      xml.children.flatMap((child, index) => {
        const value = member.fromXml(child, { ...reading, path: `${reading.path}.${index}` });
        return value === undefined ? [] : [value];
      }),
    toXml: (name, values, path): XmlElement =>
      element(
        name,
        values.map((value, index) => member.toXml(name, value, `${path}.${index}`)),
      ),
  };
}
