import {
  emptyConstructor,
  type Field,
  type FieldValue,
  readExplicit,
  readSlot,
  type Slot,
  slotOf,
  writeSlot,
} from './field.js';
import { formatTag } from './tag.js';
import type { BerType } from './type.js';

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
): BerType<ChoiceValue<Arms>> & { readonly arms: Arms } {
  type Value = ChoiceValue<Arms>;
  const slots = Object.entries(arms).map(([key, field]) => slotOf(key, field));
  const readable = slots.map((slot) => ({ slot, Empty: emptyConstructor() }));
  const byTag = new Map(readable.flatMap((arm) => arm.slot.tags.map((tag) => [tag, arm] as const)));
  const fallback = readable.find(({ slot }) => slot.tags.length === 0);
  const byKey = new Map(slots.map((slot) => [slot.key, slot]));
  const type: BerType<Value> & { readonly arms: Arms } = {
    name,
    arms,
    tags: fallback ? [] : [...byTag.keys()],
    canBeImplicit: false,
    isConstructed: true,
    isEmptyMeaningless: false,
    readContents: (reader, length, isConstructed) =>
      readExplicit(reader, name, type.readTagged, length, isConstructed),
    readTagged(reader, headerStart) {
      const arm = byTag.get(reader.tag) ?? fallback;
      if (!arm) {
        return reader.failTag(
          `one of ${[...byTag.keys()].map(formatTag).join(', ')} for ${name}`,
          headerStart,
        );
      }
      const { slot } = arm;
      reader.path[reader.pathDepth++] = slot.key;
      const value = new arm.Empty();
      value[slot.key] = readSlot(reader, slot, headerStart);
      reader.pathDepth--;
      return value as Value;
    },
    writeContents: (writer, value) => type.write(writer, value),
    write(writer, value) {
      const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
      const [key = ''] = keys;
      const slot = byKey.get(key);
      if (keys.length !== 1 || !slot) {
        return writer.fail(
          'invalid-value',
          `expected an object with exactly one of ${[...byKey.keys()].join(', ')} for ${name}`,
        );
      }
      writer.path[writer.pathDepth++] = key;
      writeSlot(writer, slot, (value as Readonly<Record<string, unknown>>)[key]);
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
