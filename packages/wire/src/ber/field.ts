import type { Reader } from './reader.js';
import { identifierOctets, type TagKey, tagKey } from './tag.js';
import type { AnyBerType, BerType } from './type.js';
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

/** A {@link Field} whatever its values are. */
export type AnyField = Field<unknown>;

/** The type of the values of a field. */
export type FieldValue<F> = F extends { readonly type: BerType<infer Value> } ? Value : never;

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
export function defaulted<Value>(
  tag: number,
  type: BerType<Value>,
  value: NoInfer<Value>,
): Field<Value, 'optional'> {
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

/**
 * Makes objects as `{}` does, each call with a constructor of its own. Engines keep the shapes of objects by their
 * constructor: with one for each table adding an element is cheaper, and the largest values stay out of the slow
 * dictionary form.
 */
export function emptyConstructor(): new () => Record<string, unknown> {
  const Empty = function (this: unknown): void {};
  Empty.prototype = Object.prototype;
  return Empty as unknown as new () => Record<string, unknown>;
}

/** A field as reading and writing need it. */
export interface Slot {
  readonly key: string;
  readonly type: AnyBerType;
  /** How the context tag stands to the type's own: in its place, around it, or there is none. */
  readonly tagging: 'implicit' | 'explicit' | 'untagged';
  /** The type's functions; slots have one shape where types have many, which makes the call cheaper. */
  readonly readContents: AnyBerType['readContents'];
  readonly readTagged: AnyBerType['readTagged'];
  readonly writeContents: AnyBerType['writeContents'];
  readonly write: AnyBerType['write'];
  readonly isRequired: boolean;
  /** Header of the context tag; empty for untagged elements. */
  readonly identifier: Uint8Array;
  readonly isEmptyAbsent: boolean;
  readonly defaultValue: unknown;
  readonly tags: readonly TagKey[];
  readonly tolerance: Tolerance | undefined;
  /** Key of the tag in {@link Slot.tolerance}, or -1. */
  readonly toleratedTag: TagKey;
}

const noOctets = new Uint8Array(0);

/** Makes the slot of a field. */
export function slotOf(key: string, field: AnyField): Slot {
  const { tag, type, tolerance } = field;
  const toleratedTag = tolerance ? tagKey('context', tolerance.tag) : -1;
  const tags = tag === undefined ? type.tags : [tagKey('context', tag)];
  return {
    key,
    type,
    tagging: tag === undefined ? 'untagged' : type.canBeImplicit ? 'implicit' : 'explicit',
    readContents: type.readContents,
    readTagged: type.readTagged,
    writeContents: type.writeContents,
    write: type.write,
    isRequired: field.presence === 'required',
    identifier:
      tag === undefined
        ? noOctets
        : identifierOctets(tagKey('context', tag), type.canBeImplicit ? type.isConstructed : true),
    isEmptyAbsent: field.presence === 'optional' && type.isEmptyMeaningless,
    defaultValue: field.default,
    tags: tolerance ? [...tags, toleratedTag] : tags,
    tolerance,
    toleratedTag,
  };
}

/** Reads the value of a slot whose header was read. */
export function readSlot(reader: Reader, slot: Slot, headerStart: number): unknown {
  if (slot.tagging === 'implicit') return slot.readContents(reader, reader.length, reader.isConstructed);
  if (slot.tagging === 'untagged') return slot.readTagged(reader, headerStart);
  if (!reader.isConstructed && !slot.type.isConstructed) {
    reader.deviate(
      'implicit-instead-of-explicit',
      `IMPLICIT tag where ${slot.type.name} needs an explicit one`,
      undefined,
      headerStart,
    );
    return slot.readContents(reader, reader.length, false);
  }
  return readExplicit(reader, slot.type.name, slot.readTagged, reader.length, reader.isConstructed);
}

/** Reads a value with a header of its own inside a header that was read. */
export function readExplicit<Value>(
  reader: Reader,
  name: string,
  readTagged: BerType<Value>['readTagged'],
  length: number,
  isConstructed: boolean,
): Value {
  if (!isConstructed) reader.fail('mistyped', `explicit tag around ${name} has a primitive encoding`);
  const outer = reader.enter(length);
  const start = reader.position;
  reader.readHeader();
  const value = readTagged(reader, start);
  reader.finish(length, outer);
  return value;
}

/** Writes the value of a slot with its headers. */
export function writeSlot(writer: Writer, slot: Slot, value: unknown): void {
  if (slot.tagging === 'untagged') {
    slot.write(writer, value);
    return;
  }
  const before = writer.length;
  if (slot.tagging === 'implicit') slot.writeContents(writer, value);
  else slot.write(writer, value);
  writer.prependHeader(slot.identifier, before);
}
