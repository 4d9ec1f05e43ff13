import type { RandomSource } from '@interlend/core';
import { type AnyField, type FieldValue, readSlot, type Slot, writeSlot } from './field.js';
import { type Elements, type Layout, layOut } from './layout.js';
import { requireHex, tagOfOneValue } from './octets.js';
import type { Reader } from './reader.js';
import { formatTag, identifierOctets, isUniversal, Universal } from './tag.js';
import type { BerType } from './type.js';
import type { Writer } from './writer.js';

type RequiredKeys<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends { readonly presence: 'required' } ? Key : never;
}[keyof Fields];
type Flat<T> = { [Key in keyof T]: T[Key] };

/** The value of a SEQUENCE with these fields. */
export type SequenceValue<Fields> = Flat<
  { readonly [Key in RequiredKeys<Fields>]: FieldValue<Fields[Key]> } & {
    readonly [Key in Exclude<keyof Fields, RequiredKeys<Fields>>]?: FieldValue<Fields[Key]>;
  } & {
    /** Elements this table does not know, each as its octets in hex. They are written again at the end. */
    readonly unknown?: readonly string[];
  }
>;

/** What a SEQUENCE is told beside its fields. */
export interface SequenceOptions<Value> {
  /** A rule on several elements: what is wrong, or `undefined`. A deviation when reading, an error when writing. */
  readonly rule?: { readonly code: string; readonly explain: (value: Value) => string | undefined };
  /** Makes a random value obey the rule. */
  readonly mend?: (value: Value, random: RandomSource, budget: number) => Value;
}

const identifier = identifierOctets(Universal.sequence, true);

/** SEQUENCE, X.690 8.9: elements in the order of `fields`. Elements of unknown tags are kept when reading leniently. */
export function sequence<const Fields extends Readonly<Record<string, AnyField>>>(
  name: string,
  fields: Fields,
  options: SequenceOptions<SequenceValue<Fields>> = {},
): BerType<SequenceValue<Fields>> & { readonly fields: Fields } {
  type Value = SequenceValue<Fields>;
  const layout = layOut(name, fields);
  const { rule, mend } = options;

  const type: BerType<Value> & { readonly fields: Fields } = {
    name,
    fields,
    tags: [Universal.sequence],
    canBeImplicit: true,
    isConstructed: true,
    isEmptyMeaningless: true,
    readContents(reader, length, isConstructed) {
      const start = reader.position;
      const value = readElements(reader, layout, length, isConstructed) as Value;
      const complaint = rule?.explain(value);
      if (rule && complaint !== undefined) reader.deviate(rule.code, complaint, undefined, start);
      return value;
    },
    readTagged(reader, headerStart) {
      if (reader.tag !== Universal.sequence) reader.failTag(`${name} [UNIVERSAL 16]`, headerStart);
      return type.readContents(reader, reader.length, reader.isConstructed);
    },
    writeContents(writer, value) {
      writeElements(writer, layout, value);
      const complaint = rule?.explain(value);
      if (complaint !== undefined) writer.fail('invalid-value', complaint);
    },
    write(writer, value) {
      const before = writer.length;
      type.writeContents(writer, value);
      writer.prependHeader(identifier, before);
    },
    sample(random, budget) {
      const value = sampleElements(layout, random, budget) as Value;
      return mend ? mend(value, random, budget) : value;
    },
  };
  return type;
}

function readElements(reader: Reader, layout: Layout, length: number, isConstructed: boolean): Elements {
  if (!isConstructed) reader.fail('mistyped', `${layout.name} has a primitive encoding`);
  const { slots, tags } = layout;
  const outer = reader.enter(length);
  const contentsStart = reader.position;
  const depth = reader.pathDepth;
  const value = new layout.Empty();
  for (const [key, word] of layout.constants) value[key] = word;
  let isEmpty = true;
  let nextSlot = 0;
  while (reader.hasMore(length)) {
    const start = reader.position;
    reader.readHeader();
    const { tag } = reader;
    let at = layout.firstTag[nextSlot] as number;
    while (at < tags.length && tags[at] !== tag) at++;
    if (at === tags.length) {
      if (tag === Universal.sequence && start === contentsStart) {
        reader.deviate(
          'extra-sequence-header',
          `a second SEQUENCE header inside ${layout.name}`,
          undefined,
          start,
        );
        const inner = readElements(reader, layout, reader.length, reader.isConstructed);
        reader.finish(length, outer);
        return inner;
      }
      readUnknown(reader, layout, value, start);
      isEmpty = false;
      continue;
    }
    const index = layout.slotOfTag[at] as number;
    if ((layout.nextRequired[nextSlot] as number) < index) failMissing(reader, layout, nextSlot, start);
    const slot = slots[index] as Slot;
    reader.path[depth] = slot.key;
    reader.pathDepth = depth + 1;
    if (tag === slot.toleratedTag && slot.tolerance) {
      reader.deviate(slot.tolerance.code, slot.tolerance.message, undefined, start);
    }
    if (slot.isEmptyAbsent && reader.length <= 0 && skipsEmpty(reader)) {
      reader.deviate('empty-structure', `empty ${slot.key} instead of none`, undefined, start);
    } else {
      const element = readSlot(reader, slot, start);
      if (slot.isEmptyAbsent && reader.wasEmpty && isEmptyObject(element)) {
        reader.deviate('empty-structure', `${slot.key} that says nothing instead of none`, undefined, start);
      } else {
        value[slot.key] = element;
        isEmpty = false;
      }
    }
    reader.pathDepth = depth;
    nextSlot = index + 1;
  }
  if ((layout.nextRequired[nextSlot] as number) < slots.length) {
    failMissing(reader, layout, nextSlot, reader.position);
  }
  reader.leave(outer);
  reader.wasEmpty = isEmpty && layout.constants.length === 0;
  return value;
}

function failMissing(reader: Reader, layout: Layout, from: number, offset: number): never {
  const slot = layout.slots[layout.nextRequired[from] as number] as Slot;
  reader.path[reader.pathDepth++] = slot.key;
  const tag = slot.tagging === 'untagged' || slot.tags[0] === undefined ? '' : ` ${formatTag(slot.tags[0])}`;
  reader.fail(
    'badly-structured',
    `mandatory element ${slot.key}${tag} is absent from ${layout.name}`,
    offset,
  );
}

function readUnknown(reader: Reader, layout: Layout, value: Elements, start: number): void {
  const { tag } = reader;
  const known = layout.tags.indexOf(tag);
  const depth = reader.pathDepth++;
  reader.path[depth] = (known >= 0 && layout.slots[layout.slotOfTag[known] as number]?.key) || formatTag(tag);
  if (known >= 0) {
    reader.fail(
      'badly-structured',
      `element ${formatTag(tag)} of ${layout.name} stands out of order or twice`,
      start,
    );
  }
  if (isUniversal(tag)) reader.failTag(`an element of ${layout.name}`, start);
  if (reader.isStrict)
    reader.fail('badly-structured', `${layout.name} has no element ${formatTag(tag)}`, start);
  reader.deviate('unknown-element', `${layout.name} has no element ${formatTag(tag)}`, undefined, start);
  const raw = reader.readRaw(start);
  if (Array.isArray(value['unknown'])) value['unknown'].push(raw);
  else value['unknown'] = [raw];
  reader.pathDepth = depth;
}

/** Takes an empty value; false when it turns out not to be empty. */
function skipsEmpty(reader: Reader): boolean {
  if (reader.length === 0) return reader.isConstructed;
  const { position } = reader;
  if (!reader.hasMore(reader.length)) return true;
  reader.position = position;
  return false;
}

function writeElements(writer: Writer, layout: Layout, given: unknown): void {
  const { name, slots } = layout;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    writer.fail(
      'invalid-value',
      `expected an object for ${name}, found ${Array.isArray(given) ? 'a list' : given === null ? 'null' : typeof given}`,
    );
  }
  const value = given as Readonly<Elements>;
  const depth = writer.pathDepth++;
  let seen = layout.constants.length;
  for (const [key, word] of layout.constants) {
    if (value[key] === word) continue;
    writer.path[depth] = key;
    writer.fail('invalid-value', `expected ${String(word)}, found ${JSON.stringify(value[key])}`);
  }
  if (value['unknown'] !== undefined) {
    seen++;
    writer.path[depth] = 'unknown';
    writeUnknown(writer, layout, value['unknown']);
  }
  for (let index = slots.length - 1; index >= 0; index--) {
    const slot = slots[index] as Slot;
    let element = value[slot.key];
    if (element === undefined) {
      if (slot.isRequired) {
        writer.path[depth] = slot.key;
        writer.fail('missing', `mandatory element of ${name} is absent`);
      }
      if (slot.defaultValue === undefined || writer.defaults !== 'write') continue;
      element = slot.defaultValue;
    } else {
      seen++;
      if (slot.isEmptyAbsent && isEmptyObject(element)) continue;
      if (slot.defaultValue !== undefined && writer.defaults === 'omit' && element === slot.defaultValue)
        continue;
    }
    writer.path[depth] = slot.key;
    writeSlot(writer, slot, element);
  }
  writer.pathDepth = depth;
  if (Object.keys(value).length !== seen) requireKnown(writer, layout, value);
}

/** Elements that are present must be fields; those that are `undefined` need not. */
function requireKnown(writer: Writer, layout: Layout, value: Readonly<Elements>): void {
  const stray = Object.keys(value).find(
    (key) => value[key] !== undefined && key !== 'unknown' && !Object.hasOwn(layout.fields, key),
  );
  if (stray === undefined) return;
  writer.path[writer.pathDepth++] = stray;
  writer.fail('unknown-element', `${layout.name} has no such element`);
}

function writeUnknown(writer: Writer, layout: Layout, unknown: unknown): void {
  if (!Array.isArray(unknown)) writer.fail('invalid-value', `expected a list, found ${typeof unknown}`);
  for (const raw of unknown.toReversed()) {
    const octets = requireHex(writer, raw);
    const tag = tagOfOneValue(writer, octets);
    if (isUniversal(tag) || layout.tags.includes(tag)) {
      writer.fail(
        'invalid-value',
        `expected an element that ${layout.name} does not have, found tag ${formatTag(tag)}`,
      );
    }
    writer.prepend(octets);
  }
}

function sampleElements(layout: Layout, random: RandomSource, budget: number): Elements {
  const value: Elements = Object.fromEntries(layout.constants);
  for (const slot of layout.slots) {
    if (!slot.isRequired && random() > (budget > 0 ? 0.45 : 0)) continue;
    const element: unknown = slot.type.sample(random, budget - 1);
    if (slot.isEmptyAbsent && isEmptyObject(element)) continue;
    value[slot.key] = element;
  }
  return value;
}

function isEmptyObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const key in value) if ((value as Elements)[key] !== undefined) return false;
  return true;
}
