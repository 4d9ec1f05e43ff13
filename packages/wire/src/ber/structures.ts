import type { RandomSource } from '@interlend/core';
import { anyValue } from './primitives.js';
import type { Reader } from './reader.js';
import { formatTag, identifierOctets, type TagKey, tagKey, Universal } from './tag.js';
import type { AnyBerType, BerType, Infer } from './type.js';
import type { Writer } from './writer.js';

/** An encoding of an element that is wrong, known, and read all the same. */
export interface Tolerance {
  /** Context tag under which the element also comes. */
  readonly tag: number;
  /** Code of the deviation that is noted. */
  readonly code: string;
  readonly message: string;
}

/** One element of a SEQUENCE. */
export interface Field<Value, Presence extends 'required' | 'optional' = 'required' | 'optional'> {
  /** Context tag; `undefined` when the type's own tag is used. */
  readonly tag: number | undefined;
  readonly type: BerType<Value>;
  readonly presence: Presence;
  readonly default?: Value;
  readonly tolerance?: Tolerance;
  /** True for {@link constant}: the element has no octets. */
  readonly isConstant?: boolean;
}

type AnyField = Field<unknown>;

/** A mandatory element under a context tag. IMPLICIT unless the type forbids it. */
export function required<Value>(tag: number, type: BerType<Value>): Field<Value, 'required'> {
  return { tag, type, presence: 'required' };
}

/** An optional element under a context tag. IMPLICIT unless the type forbids it. */
export function optional<Value>(
  tag: number,
  type: BerType<Value>,
  more: { readonly tolerance?: Tolerance } = {},
): Field<Value, 'optional'> {
  return { tag, type, presence: 'optional', ...more };
}

/** An element with a DEFAULT. Absent in the message stays absent in the value; `default` says what that means. */
export function defaulted<Value>(tag: number, type: BerType<Value>, value: NoInfer<Value>): Field<Value, 'optional'> {
  return { tag, type, presence: 'optional', default: value };
}

/** A mandatory element with its type's own tag, or an untagged CHOICE. */
export function untagged<Value>(type: BerType<Value>): Field<Value, 'required'> {
  return { tag: undefined, type, presence: 'required' };
}

/** An optional element with its type's own tag, or an untagged CHOICE. */
export function optionalUntagged<Value>(type: BerType<Value>): Field<Value, 'optional'> {
  return { tag: undefined, type, presence: 'optional' };
}

/** An element without octets, which tells values of different kinds apart: the discriminant of a union. */
export function constant<const Word extends string>(word: Word): Field<Word, 'required'> {
  const nothing = (): Word => word;
  const type: BerType<Word> = {
    name: word,
    tags: [],
    canBeImplicit: false,
    isConstructed: false,
    isEmptyMeaningless: false,
    readContents: nothing,
    readTagged: nothing,
    writeContents: () => undefined,
    write: () => undefined,
    sample: nothing,
  };
  return { tag: undefined, type, presence: 'required', isConstant: true, default: word };
}

type RequiredKeys<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends Field<infer _, 'required'> ? Key : never;
}[keyof Fields];
type FieldValue<F> = F extends { readonly type: BerType<infer Value> } ? Value : never;
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

interface Slot {
  readonly key: string;
  readonly type: AnyBerType;
  readonly isRequired: boolean;
  /** Whether the context tag replaces the type's own. */
  readonly isImplicit: boolean;
  /** Header of the context tag; `undefined` for untagged elements. */
  readonly identifier: Uint8Array | undefined;
  readonly isEmptyAbsent: boolean;
  readonly defaultValue: unknown;
  readonly tags: readonly TagKey[];
  readonly tolerance: Tolerance | undefined;
}

function slotOf(key: string, field: AnyField): Slot {
  const { tag, type, tolerance } = field;
  return {
    key,
    type,
    isRequired: field.presence === 'required',
    isImplicit: tag !== undefined && type.canBeImplicit,
    identifier:
      tag === undefined
        ? undefined
        : identifierOctets(tagKey('context', tag), type.canBeImplicit ? type.isConstructed : true),
    isEmptyAbsent: field.presence === 'optional' && type.isEmptyMeaningless,
    defaultValue: field.default,
    tags: [...(tag === undefined ? type.tags : [tagKey('context', tag)]), ...(tolerance ? [tagKey('context', tolerance.tag)] : [])],
    tolerance,
  };
}

/** Reads a value under a context tag whose header was read. */
function readSlot(reader: Reader, slot: Slot, headerStart: number): unknown {
  if (slot.identifier === undefined) return slot.type.readTagged(reader, headerStart);
  const { length } = reader;
  if (slot.isImplicit) return slot.type.readContents(reader, length, reader.isConstructed);
  if (!reader.isConstructed && !slot.type.isConstructed) {
    reader.deviate('implicit-instead-of-explicit', `IMPLICIT tag where ${slot.type.name} needs an explicit one`, undefined, headerStart);
    return slot.type.readContents(reader, length, false);
  }
  return readExplicit(reader, slot.type, length, reader.isConstructed);
}

function readExplicit<Value>(reader: Reader, type: BerType<Value>, length: number, isConstructed: boolean): Value {
  if (!isConstructed) reader.fail('mistyped', `explicit tag around ${type.name} has a primitive encoding`);
  const outer = reader.enter(length);
  const start = reader.position;
  reader.readHeader();
  const value = type.readTagged(reader, start);
  reader.finish(length, outer);
  return value;
}

function writeSlot(writer: Writer, slot: Slot, value: unknown): void {
  if (slot.identifier === undefined) {
    slot.type.write(writer, value);
    return;
  }
  const before = writer.length;
  if (slot.isImplicit) slot.type.writeContents(writer, value);
  else slot.type.write(writer, value);
  writer.prependHeader(slot.identifier, before);
}

const sequenceIdentifier = identifierOctets(Universal.sequence, true);

/** What a SEQUENCE is told beside its fields. */
export interface SequenceOptions<Value> {
  /** A rule on several elements: what is wrong, or `undefined`. A deviation when reading, an error when writing. */
  readonly rule?: { readonly code: string; readonly explain: (value: Value) => string | undefined };
  /** Makes a random value obey the rule. */
  readonly mend?: (value: Value, random: RandomSource, budget: number) => Value;
}

/** SEQUENCE, X.690 8.9: elements in the order of `fields`. Elements of unknown tags are kept when reading leniently. */
export function sequence<const Fields extends Readonly<Record<string, AnyField>>>(
  name: string,
  fields: Fields,
  options: SequenceOptions<SequenceValue<Fields>> = {},
): BerType<SequenceValue<Fields>> & { readonly fields: Fields } {
  type Value = SequenceValue<Fields>;
  const entries = Object.entries(fields);
  const constants = entries.filter(([, field]) => field.isConstant).map(([key, field]) => [key, field.default] as const);
  const slots = entries.filter(([, field]) => !field.isConstant).map(([key, field]) => slotOf(key, field));
  const tagsInOrder: TagKey[] = [];
  const slotOfTag: number[] = [];
  slots.forEach((slot, index) => {
    for (const tag of slot.tags) {
      tagsInOrder.push(tag);
      slotOfTag.push(index);
    }
  });
  const tagCount = tagsInOrder.length;

  const failMissing = (reader: Reader, from: number, to: number, offset: number): void => {
    for (let index = from; index < to; index++) {
      const slot = slots[index] as Slot;
      if (slot.isRequired) {
        reader.fail('badly-structured', `mandatory element ${slot.key}${formatSlotTag(slot)} is absent from ${name}`, offset);
      }
    }
  };

  const readUnknown = (reader: Reader, value: Record<string, unknown>, start: number): void => {
    const { tag } = reader;
    if (tagsInOrder.includes(tag)) {
      reader.fail('badly-structured', `element ${formatTag(tag)} of ${name} stands out of order or twice`, start);
    }
    if (tag >> 21 === 0) reader.failTag(`an element of ${name}`, start);
    const raw = reader.readRaw(start);
    if (reader.isStrict) reader.fail('badly-structured', `${name} has no element ${formatTag(tag)}`, start);
    reader.deviate('unknown-element', `${name} has no element ${formatTag(tag)}`, undefined, start);
    if (Array.isArray(value['unknown'])) value['unknown'].push(raw);
    else value['unknown'] = [raw];
  };

  const type: BerType<Value> & { readonly fields: Fields } = {
    name,
    fields,
    tags: [Universal.sequence],
    canBeImplicit: true,
    isConstructed: true,
    isEmptyMeaningless: true,
    readContents(reader, length, isConstructed) {
      if (!isConstructed) reader.fail('mistyped', `${name} has a primitive encoding`);
      const outer = reader.enter(length);
      const contentsStart = reader.position;
      const pathSlot = reader.pathDepth++;
      const value: Record<string, unknown> = {};
      for (const [key, word] of constants) value[key] = word;
      let nextTag = 0;
      let nextSlot = 0;
      while (reader.hasMore(length)) {
        const start = reader.position;
        reader.readHeader();
        const { tag } = reader;
        if (tag === Universal.sequence && start === contentsStart && !tagsInOrder.includes(tag)) {
          reader.deviate('extra-sequence-header', `a second SEQUENCE header inside ${name}`, undefined, start);
          reader.pathDepth = pathSlot;
          const inner = type.readContents(reader, reader.length, reader.isConstructed);
          reader.finish(length, outer);
          return inner;
        }
        let at = nextTag;
        while (at < tagCount && tagsInOrder[at] !== tag) at++;
        if (at === tagCount) {
          reader.path[pathSlot] = formatTag(tag);
          readUnknown(reader, value, start);
          continue;
        }
        const index = slotOfTag[at] as number;
        if (index > nextSlot) failMissing(reader, nextSlot, index, start);
        const slot = slots[index] as Slot;
        reader.path[pathSlot] = slot.key;
        if (slot.tolerance !== undefined && tag === tagKey('context', slot.tolerance.tag)) {
          reader.deviate(slot.tolerance.code, slot.tolerance.message, undefined, start);
        }
        if (slot.isEmptyAbsent && reader.length <= 0 && skipsEmpty(reader)) {
          reader.deviate('empty-structure', `empty ${slot.key} instead of none`, undefined, start);
        } else {
          const element = readSlot(reader, slot, start);
          if (slot.isEmptyAbsent && isEmptyObject(element)) {
            reader.deviate('empty-structure', `${slot.key} that says nothing instead of none`, undefined, start);
          } else {
            value[slot.key] = element;
          }
        }
        nextSlot = index + 1;
        nextTag = at + 1;
        while (nextTag < tagCount && (slotOfTag[nextTag] as number) <= index) nextTag++;
      }
      reader.pathDepth = pathSlot;
      if (nextSlot < slots.length) failMissing(reader, nextSlot, slots.length, reader.position);
      reader.leave(outer);
      if (options.rule) {
        const complaint = options.rule.explain(value as Value);
        if (complaint !== undefined) reader.deviate(options.rule.code, complaint, undefined, contentsStart);
      }
      return value as Value;
    },
    readTagged(reader, headerStart) {
      if (reader.tag !== Universal.sequence) reader.failTag(`${name} [UNIVERSAL 16]`, headerStart);
      return type.readContents(reader, reader.length, reader.isConstructed);
    },
    writeContents(writer, given) {
      if (typeof given !== 'object' || given === null || Array.isArray(given)) {
        writer.fail('invalid-value', `expected an object for ${name}, found ${Array.isArray(given) ? 'a list' : typeof given}`);
      }
      const value = given as Readonly<Record<string, unknown>>;
      const pathSlot = writer.pathDepth++;
      let seen = constants.length;
      for (const [key, word] of constants) {
        if (value[key] === word) continue;
        writer.path[pathSlot] = key;
        writer.fail('invalid-value', `expected ${String(word)}, found ${JSON.stringify(value[key])}`);
      }
      const { unknown } = given as { readonly unknown?: readonly string[] };
      if (unknown !== undefined) {
        seen++;
        writer.path[pathSlot] = 'unknown';
        for (let index = unknown.length - 1; index >= 0; index--) anyValue.write(writer, unknown[index] as string);
      }
      for (let index = slots.length - 1; index >= 0; index--) {
        const slot = slots[index] as Slot;
        let element = value[slot.key];
        if (element === undefined) {
          if (slot.isRequired) {
            writer.path[pathSlot] = slot.key;
            writer.fail('missing', `mandatory element of ${name} is absent`);
          }
          if (slot.defaultValue === undefined || writer.defaults !== 'write') continue;
          element = slot.defaultValue;
        } else {
          seen++;
          if (slot.isEmptyAbsent && isEmptyObject(element)) continue;
          if (slot.defaultValue !== undefined && writer.defaults === 'omit' && element === slot.defaultValue) continue;
        }
        writer.path[pathSlot] = slot.key;
        writeSlot(writer, slot, element);
      }
      let present = 0;
      for (const key in value) if (value[key] !== undefined) present++;
      if (present !== seen) {
        writer.path[pathSlot] = Object.keys(value).find((key) => key !== 'unknown' && !(key in fields)) ?? '';
        writer.fail('unknown-element', `${name} has no such element`);
      }
      writer.pathDepth = pathSlot;
      const complaint = options.rule?.explain(given);
      if (complaint !== undefined) writer.fail('invalid-value', complaint);
    },
    write(writer, value) {
      const before = writer.length;
      type.writeContents(writer, value);
      writer.prependHeader(sequenceIdentifier, before);
    },
    sample(random, budget) {
      const value: Record<string, unknown> = Object.fromEntries(constants);
      for (const slot of slots) {
        if (!slot.isRequired && random() > (budget > 0 ? 0.45 : 0)) continue;
        const element: unknown = slot.type.sample(random, budget - 1);
        if (slot.isEmptyAbsent && isEmptyObject(element)) continue;
        value[slot.key] = element;
      }
      return options.mend ? options.mend(value as Value, random, budget) : (value as Value);
    },
  };
  return type;
}

function isEmptyObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const key in value) if ((value as Record<string, unknown>)[key] !== undefined) return false;
  return true;
}

/** Takes an empty value; false when it turns out not to be empty. */
function skipsEmpty(reader: Reader): boolean {
  if (reader.length === 0) return reader.isConstructed;
  const position = reader.position;
  if (!reader.hasMore(reader.length)) return true;
  reader.position = position;
  return false;
}

function formatSlotTag(slot: Slot): string {
  return slot.identifier === undefined || slot.tags[0] === undefined ? '' : ` ${formatTag(slot.tags[0])}`;
}

/** SEQUENCE OF, X.690 8.10. A number of members outside `size` is a deviation when reading, an error when writing. */
export function sequenceOf<Value>(
  member: BerType<Value>,
  size: { readonly least?: number; readonly most?: number } = {},
): BerType<readonly Value[]> {
  const { least = 0, most = Number.POSITIVE_INFINITY } = size;
  const name = `SEQUENCE OF ${member.name}`;
  const complain = (count: number): string | undefined =>
    count < least || count > most ? `expected ${least} to ${most} members, found ${count}` : undefined;
  const type: BerType<readonly Value[]> = {
    name,
    tags: [Universal.sequence],
    canBeImplicit: true,
    isConstructed: true,
    isEmptyMeaningless: false,
    readContents(reader, length, isConstructed) {
      if (!isConstructed) reader.fail('mistyped', `${name} has a primitive encoding`);
      const outer = reader.enter(length);
      const contentsStart = reader.position;
      const pathSlot = reader.pathDepth++;
      const members: Value[] = [];
      while (reader.hasMore(length)) {
        if (members.length >= reader.limits.listMembers) {
          reader.fail('limit', `list of more than ${reader.limits.listMembers} members`);
        }
        reader.path[pathSlot] = members.length;
        const start = reader.position;
        reader.readHeader();
        members.push(member.readTagged(reader, start));
      }
      reader.pathDepth = pathSlot;
      reader.leave(outer);
      const complaint = complain(members.length);
      if (complaint !== undefined) reader.deviate('list-size', complaint, undefined, contentsStart);
      return members;
    },
    readTagged(reader, headerStart) {
      if (reader.tag !== Universal.sequence) reader.failTag(`${name} [UNIVERSAL 16]`, headerStart);
      return type.readContents(reader, reader.length, reader.isConstructed);
    },
    writeContents(writer, value) {
      if (!Array.isArray(value)) writer.fail('invalid-value', `expected a list, found ${typeof value}`);
      const complaint = complain(value.length);
      if (complaint !== undefined) writer.fail('invalid-value', complaint);
      const pathSlot = writer.pathDepth++;
      for (let index = value.length - 1; index >= 0; index--) {
        writer.path[pathSlot] = index;
        member.write(writer, value[index] as Value);
      }
      writer.pathDepth = pathSlot;
    },
    write(writer, value) {
      const before = writer.length;
      type.writeContents(writer, value);
      writer.prependHeader(sequenceIdentifier, before);
    },
    sample: (random, budget) =>
      Array.from({ length: Math.min(most, Math.max(least, budget > 0 ? Math.floor(random() * 3) : 0)) }, () =>
        member.sample(random, budget - 1),
      ),
  };
  return type;
}

/** The value of a CHOICE: an object with one key. */
export type ChoiceValue<Arms> = {
  [Key in keyof Arms]: { readonly [Arm in Key]: FieldValue<Arms[Key]> };
}[keyof Arms];

/**
 * CHOICE, X.690 8.13. An arm is written with {@link required} or {@link untagged}; an arm whose type takes any tag comes
 * last.
 */
export function choice<const Arms extends Readonly<Record<string, Field<unknown, 'required'>>>>(
  name: string,
  arms: Arms,
): BerType<ChoiceValue<Arms>> {
  type Value = ChoiceValue<Arms>;
  const slots = Object.entries(arms).map(([key, field]) => slotOf(key, field));
  const byTag = new Map(slots.flatMap((slot) => slot.tags.map((tag) => [tag, slot] as const)));
  const fallback = slots.find((slot) => slot.tags.length === 0);
  const byKey = new Map(slots.map((slot) => [slot.key, slot]));
  const type: BerType<Value> = {
    name,
    tags: fallback ? [] : [...byTag.keys()],
    canBeImplicit: false,
    isConstructed: true,
    isEmptyMeaningless: false,
    readContents: (reader, length, isConstructed) => readExplicit(reader, type, length, isConstructed),
    readTagged(reader, headerStart) {
      const slot = byTag.get(reader.tag) ?? fallback;
      if (!slot) return reader.failTag(`one of ${[...byTag.keys()].map(formatTag).join(', ')} for ${name}`, headerStart);
      reader.path[reader.pathDepth++] = slot.key;
      const value = { [slot.key]: readSlot(reader, slot, headerStart) };
      reader.pathDepth--;
      return value as Value;
    },
    writeContents: (writer, value) => type.write(writer, value),
    write(writer, value) {
      const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
      const key = keys[0];
      const slot = key === undefined ? undefined : byKey.get(key);
      if (keys.length !== 1 || !slot) {
        return writer.fail('invalid-value', `expected an object with exactly one of ${[...byKey.keys()].join(', ')} for ${name}`);
      }
      writer.path[writer.pathDepth++] = slot.key;
      writeSlot(writer, slot, (value as Readonly<Record<string, unknown>>)[slot.key]);
      writer.pathDepth--;
    },
    sample(random, budget) {
      const usable = budget > 0 ? slots : slots.slice(0, 1);
      const slot = usable[Math.floor(random() * usable.length)] as Slot;
      return { [slot.key]: slot.type.sample(random, budget - 1) } as Value;
    },
  };
  return type;
}

/** A type that keeps its own header under every tag, where the standard writes no IMPLICIT. */
export function explicit<Value>(type: BerType<Value>): BerType<Value> {
  return { ...type, canBeImplicit: false, isEmptyMeaningless: false };
}

/** A value inside an explicit tag of its own, for instance `[APPLICATION 3] SEQUENCE`. */
export function wrapped<Value>(tag: TagKey, type: BerType<Value>): BerType<Value> {
  const identifier = identifierOctets(tag, true);
  const wrapper: BerType<Value> = {
    name: `${formatTag(tag)} ${type.name}`,
    tags: [tag],
    canBeImplicit: true,
    isConstructed: true,
    isEmptyMeaningless: false,
    readContents: (reader, length, isConstructed) => readExplicit(reader, type, length, isConstructed),
    readTagged(reader, headerStart) {
      if (reader.tag !== tag) reader.failTag(`${type.name} ${formatTag(tag)}`, headerStart);
      return readExplicit(reader, type, reader.length, reader.isConstructed);
    },
    writeContents: (writer, value) => type.write(writer, value),
    write(writer, value) {
      const before = writer.length;
      type.write(writer, value);
      writer.prependHeader(identifier, before);
    },
    sample: type.sample,
  };
  return wrapper;
}

/** A type that is defined further down, for structures that contain themselves. */
export function lazy<Value>(name: string, resolve: () => BerType<Value>): BerType<Value> {
  return {
    name,
    tags: [Universal.sequence],
    canBeImplicit: true,
    isConstructed: true,
    isEmptyMeaningless: true,
    readContents: (reader, length, isConstructed) => resolve().readContents(reader, length, isConstructed),
    readTagged: (reader, headerStart) => resolve().readTagged(reader, headerStart),
    writeContents: (writer, value) => resolve().writeContents(writer, value),
    write: (writer, value) => resolve().write(writer, value),
    sample: (random, budget) => resolve().sample(random, budget),
  };
}

/** A second, wrong way in which an element is known to come. */
export interface Alternative<Value> {
  readonly type: BerType<Value>;
  readonly code: string;
  readonly message: string;
  /** Whether the octets from `contents` on, behind the element's header, are written the wrong way. */
  readonly applies: (bytes: Uint8Array, contents: number) => boolean;
}

/** A type that also reads one wrong encoding of itself, noting a deviation. It is never written. */
export function tolerating<Value>(type: BerType<Value>, alternative: Alternative<Value>): BerType<Value> {
  const wrong = alternative.type;
  const pick = (reader: Reader, length: number, isConstructed: boolean): boolean => {
    if (!isConstructed && !wrong.canBeImplicit) return false;
    if (length === 0 || !alternative.applies(reader.bytes, reader.position)) return false;
    reader.deviate(alternative.code, alternative.message);
    return true;
  };
  return {
    ...type,
    canBeImplicit: true,
    isConstructed: type.canBeImplicit ? type.isConstructed : true,
    readContents(reader, length, isConstructed) {
      const chosen = pick(reader, length, isConstructed) ? wrong : type;
      return chosen.canBeImplicit
        ? chosen.readContents(reader, length, isConstructed)
        : readExplicit(reader, chosen, length, isConstructed);
    },
    writeContents: (writer, value) =>
      type.canBeImplicit ? type.writeContents(writer, value) : type.write(writer, value),
  };
}

export type { Infer };
