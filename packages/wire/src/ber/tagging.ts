import { readExplicit } from './field.js';
import type { Reader } from './reader.js';
import { formatTag, identifierOctets, type TagKey, Universal } from './tag.js';
import type { BerType } from './type.js';

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
    readContents: (reader, length, isConstructed) =>
      readExplicit(reader, type.name, type.readTagged, length, isConstructed),
    readTagged(reader, headerStart) {
      if (reader.tag !== tag) reader.failTag(`${type.name} ${formatTag(tag)}`, headerStart);
      return readExplicit(reader, type.name, type.readTagged, reader.length, reader.isConstructed);
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
        : readExplicit(reader, chosen.name, chosen.readTagged, length, isConstructed);
    },
    writeContents: (writer, value) =>
      type.canBeImplicit ? type.writeContents(writer, value) : type.write(writer, value),
  };
}
