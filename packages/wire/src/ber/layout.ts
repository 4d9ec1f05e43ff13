import { type AnyField, emptyConstructor, type Slot, slotOf } from './field.js';
import type { TagKey } from './tag.js';

/** A value while it is read or written. */
export type Elements = Record<string, unknown>;

/** The fields of a SEQUENCE as reading and writing need them. */
export interface Layout {
  readonly name: string;
  readonly fields: Readonly<Record<string, AnyField>>;
  readonly Empty: new () => Elements;
  readonly constants: readonly (readonly [key: string, word: unknown])[];
  readonly slots: readonly Slot[];
  /** Every tag an element may begin with, in the order of the elements, and the slot that each belongs to. */
  readonly tags: readonly TagKey[];
  readonly slotOfTag: readonly number[];
  /** For each slot, and for the end: the next mandatory one from there on, or the number of slots. */
  readonly nextRequired: readonly number[];
  /** For each slot, and for the end: its first tag. */
  readonly firstTag: readonly number[];
}

/** Lays out the fields of a SEQUENCE. */
export function layOut(name: string, fields: Readonly<Record<string, AnyField>>): Layout {
  const entries = Object.entries(fields);
  const slots = entries.filter(([, field]) => !field.isConstant).map(([key, field]) => slotOf(key, field));
  const tags = slots.flatMap((slot) => slot.tags);
  const slotOfTag = slots.flatMap((slot, index) => slot.tags.map(() => index));
  const from = (index: number, wanted: (slot: Slot) => boolean): number => {
    const found = slots.findIndex((slot, at) => at >= index && wanted(slot));
    return found < 0 ? slots.length : found;
  };
  const places = [...slots.keys(), slots.length];
  return {
    name,
    fields,
    Empty: emptyConstructor(),
    constants: entries.filter(([, field]) => field.isConstant).map(([key, field]) => [key, field.default]),
    slots,
    tags,
    slotOfTag,
    nextRequired: places.map((index) => from(index, (slot) => slot.isRequired)),
    firstTag: places
      .map((index) => slotOfTag.findIndex((slot) => slot >= index))
      .map((at) => (at < 0 ? tags.length : at)),
  };
}
