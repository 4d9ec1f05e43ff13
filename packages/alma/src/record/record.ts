import { EncodeError } from '@interlend/core';
import { genericFromXml, genericToXml, isObject } from './generic.js';
import {
  type Field,
  type FieldNotes,
  type Fields,
  type Kind,
  Mistyped,
  type Need,
  type Reading,
  type ReadRecord,
} from './kind.js';
import {
  amountKind,
  type Code,
  codeKind,
  countKind,
  dateKind,
  flagKind,
  listKind,
  momentKind,
  textKind,
  wordKind,
} from './values.js';
import { element, type XmlElement } from './xml.js';

const optional = <Value>(kind: Kind<Value>, notes: FieldNotes = {}): Field<Value, 'optional'> => ({
  kind,
  need: 'optional',
  notes,
});

export const text = (notes?: FieldNotes) => optional(textKind, notes);
export const flag = (notes?: FieldNotes) => optional(flagKind, notes);
export const count = (notes?: FieldNotes) => optional(countKind, notes);
export const amount = (notes?: FieldNotes) => optional(amountKind, notes);
export const date = (notes?: FieldNotes) => optional(dateKind, notes);
export const moment = (notes?: FieldNotes) => optional(momentKind, notes);
export const code = <Known extends string = string>(notes?: FieldNotes): Field<Code<Known>, 'optional'> =>
  optional(codeKind<Known>(), notes);
export const word = <Known extends string>(spellings: Readonly<Record<string, Known>>, notes?: FieldNotes) =>
  optional(wordKind(spellings), notes);
export const list = <Value>(member: { readonly kind: Kind<Value> }, notes?: FieldNotes) =>
  optional(listKind(member.kind), notes);
/** Another record, or anything that has a kind of its own. */
export const nested = <Value>(kind: Kind<Value>, notes?: FieldNotes) => optional(kind, notes);

const needed =
  <Needed extends Need>(need: Needed) =>
  <Value>(field: Field<Value>): Field<Value, Needed> => ({ ...field, need });

export const key = needed('key');
export const id = needed('id');
export const mandatory = needed('mandatory');
export const output = needed('output');

/** A record described by a table. */
export interface RecordKind<Table extends Fields> extends Kind<ReadRecord<Table>> {
  readonly record: string;
  readonly fields: Table;
  readonly table: Table;
}

/** What could not be read as its table says, by field, as it came: it is written again unless a value replaces it. */
const unreadable = Symbol.for('interlend.alma.unreadable');

interface Entry {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the value types stand in the table
  readonly field: Field<any>;
}

type Loose = { [name: string]: unknown; [unreadable]?: Record<string, unknown> };

/**
 * Describes a record. Fields that the table does not list are kept by their names, through JSON and XML.
 *
 * @param wrappers elements around one list in XML, by the field that has them: see {@link FieldNotes.wrapper}
 */
export function record<const Table extends Fields>(name: string, table: Table): RecordKind<Table> {
  const entries: readonly Entry[] = Object.entries(table).map(([field, value]) => ({
    name: field,
    field: value,
  }));
  const byJsonName = new Map(
    entries.flatMap((entry) => [
      [entry.name, entry] as const,
      ...(entry.field.notes.wrapper === undefined ? [] : [[entry.field.notes.wrapper, entry] as const]),
    ]),
  );
  return {
    name: 'record',
    record: name,
    fields: table,
    table,
    fromJson(json, reading) {
      if (json === null || json === undefined || json === '') return undefined;
      if (!isObject(json)) throw new Mistyped('an object, found something else');
      const result: Loose = {};
      for (const [jsonName, value] of Object.entries(json)) {
        const entry = byJsonName.get(jsonName);
        if (!entry) {
          define(result, jsonName, value);
          continue;
        }
        const isWrapper = jsonName !== entry.name && isObject(value);
        const inner = isWrapper ? value[entry.name] : value;
        if (!isWrapper || Object.hasOwn(value, entry.name)) {
          put(result, entry, reading, value, (inside) => entry.field.kind.fromJson(inner, inside));
        }
        if (isWrapper) keepRest(result, jsonName, value, entry.name);
      }
      return finish<Table>(result, name, entries, reading);
    },
    toJson(value, path) {
      const { known, others } = partsOf(value as Loose, entries);
      const result: Record<string, unknown> = {};
      for (const {
        name: field,
        field: { kind },
      } of known) {
        define(result, field, kind.toJson((value as Loose)[field], join(path, field)));
      }
      for (const [field, other] of others) if (!Object.hasOwn(result, field)) define(result, field, other);
      return result;
    },
    fromXml(xml, reading) {
      const result: Loose = {};
      const done = new Set<string>();
      for (const entry of entries) readXmlField(result, entry, xml, reading, done);
      const rest = genericFromXml({
        ...xml,
        attributes: Object.fromEntries(
          Object.entries(xml.attributes).filter(([key]) => !done.has(`@${key}`)),
        ),
        children: xml.children.filter((child) => !done.has(child.name)),
      });
      if (isObject(rest)) for (const [field, value] of Object.entries(rest)) define(result, field, value);
      return finish<Table>(result, name, entries, reading);
    },
    toXml: (tag, value, path) => writeXml(tag, value as Loose, entries, path),
  };
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function join(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}

/** Reads one field; what cannot be read is kept as it came and written down. */
function put(
  result: Loose,
  { name }: Entry,
  reading: Reading,
  raw: unknown,
  read: (inside: Reading) => unknown,
): void {
  const path = join(reading.path, name);
  try {
    const value = read({ path, deviations: reading.deviations });
    if (value !== undefined) define(result, name, value);
  } catch (error) {
    if (!(error instanceof Mistyped)) throw error;
    reading.deviations.push({ code: 'mistyped', path, message: `expected ${error.message}` });
    const kept: Record<string, unknown> = result[unreadable] ?? {};
    define(kept, name, raw);
    result[unreadable] = kept;
  }
}

function keepRest(
  result: Loose,
  wrapper: string,
  value: Readonly<Record<string, unknown>>,
  taken: string,
): void {
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== taken));
  if (Object.keys(rest).length > 0) define(result, wrapper, rest);
}

function readXmlField(
  result: Loose,
  entry: Entry,
  xml: XmlElement,
  reading: Reading,
  done: Set<string>,
): void {
  const { name, field } = entry;
  const { kind, notes } = field;
  if (notes.isAttribute) {
    const written = xml.attributes[name];
    if (written === undefined) return;
    done.add(`@${name}`);
    put(result, entry, reading, written, (inside) => kind.fromXml(element(name, written), inside));
    return;
  }
  const direct = xml.children.filter((child) => child.name === name);
  if (kind.name !== 'list') {
    const [first] = direct;
    if (!first) return;
    if (direct.length === 1) done.add(name);
    put(result, entry, reading, genericFromXml(first), (inside) => kind.fromXml(first, inside));
    return;
  }
  const wrapper =
    notes.wrapper === undefined ? undefined : xml.children.find((child) => child.name === notes.wrapper);
  const members = [...(wrapper?.children.filter((child) => child.name === name) ?? []), ...direct];
  if (!wrapper && members.length === 0) return;
  done.add(name);
  put(result, entry, reading, members.map(genericFromXml), (inside) =>
    kind.fromXml({ name, attributes: {}, children: members, text: '' }, inside),
  );
  if (!wrapper || notes.wrapper === undefined) return;
  done.add(notes.wrapper);
  const rest = genericFromXml({
    ...wrapper,
    children: wrapper.children.filter((child) => child.name !== name),
  });
  if (isObject(rest)) keepRest(result, notes.wrapper, rest, 'value');
}

function finish<Table extends Fields>(
  result: Loose,
  record: string,
  entries: readonly Entry[],
  { path, deviations }: Reading,
): ReadRecord<Table> {
  for (const { name, field } of entries) {
    if ((field.need === 'key' || field.need === 'id') && !Object.hasOwn(result, name)) {
      deviations.push({
        code: 'missing',
        path: join(path, name),
        message: `expected ${name} in ${record}, found none`,
      });
    }
  }
  return result as ReadRecord<Table>;
}

function partsOf(
  value: Loose,
  entries: readonly Entry[],
): { readonly known: readonly Entry[]; readonly others: readonly (readonly [string, unknown])[] } {
  const known = entries.filter(({ name }) => value[name] !== undefined && value[name] !== null);
  const names = new Set(known.map(({ name }) => name));
  const listed = new Set(entries.map(({ name }) => name));
  const others = Object.entries(value).filter(([name, part]) => !listed.has(name) && part !== undefined);
  const kept = Object.entries(value[unreadable] ?? {}).filter(([name]) => !names.has(name));
  return { known, others: [...others, ...kept] };
}

function writeXml(tag: string, value: Loose, entries: readonly Entry[], path: string): XmlElement {
  const { known, others } = partsOf(value, entries);
  const attributes: Record<string, string> = {};
  const children: XmlElement[] = [];
  const rests = new Map(others);
  for (const { name, field } of known) {
    const { kind, notes } = field;
    const written = kind.toXml(name, value[name], join(path, name));
    if (notes.isAttribute) attributes[name] = written.text;
    else if (kind.name !== 'list') children.push(written);
    else if (notes.wrapper === undefined) children.push(...written.children);
    else {
      const rest = rests.get(notes.wrapper);
      rests.delete(notes.wrapper);
      const [leftover] = rest === undefined ? [] : genericToXml(notes.wrapper, rest);
      children.push({
        name: notes.wrapper,
        attributes: leftover?.attributes ?? {},
        children: [...written.children, ...(leftover?.children ?? [])],
        text: '',
      });
    }
  }
  for (const [name, other] of rests) {
    if (name.startsWith('@')) attributes[name.slice(1)] = String(other);
    else children.push(...genericToXml(name, other));
  }
  return { name: tag, attributes, children, text: '' };
}

/** Refuses a record that lacks what its caller must give. @throws EncodeError `missing` */
export function requireMandatory(kind: Kind<unknown>, value: unknown, path: string): void {
  for (const [name, field] of Object.entries(kind.fields ?? {})) {
    const part = isObject(value) ? value[name] : undefined;
    const at = join(path, name);
    if (part === undefined || part === null) {
      if (field.need !== 'key' && field.need !== 'mandatory') continue;
      throw new EncodeError('missing', `expected ${name}, found none`, at);
    }
    const members: readonly unknown[] = Array.isArray(part) ? part : [part];
    const inner: Kind<unknown> = field.kind.of ?? field.kind;
    if (inner.fields) for (const member of members) requireMandatory(inner, member, at);
  }
}
