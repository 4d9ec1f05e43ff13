import type { RandomSource } from '@interlend/core';
import type { Reader } from './reader.js';
import { formatTag, identifierOctets, type TagKey } from './tag.js';
import type { BerType } from './type.js';
import type { Writer } from './writer.js';

/** What tells one type with a universal tag of its own from another. */
export interface PrimitiveCodec<Value> {
  readonly name: string;
  readonly tag: TagKey;
  read(reader: Reader, length: number, isConstructed: boolean): Value;
  write(writer: Writer, value: Value): void;
  sample(random: RandomSource, budget: number): Value;
}

/** A type with a primitive encoding and a universal tag. */
export function primitive<Value>(codec: PrimitiveCodec<Value>): BerType<Value> {
  const { name, tag, read, write, sample } = codec;
  const identifier = identifierOctets(tag, false);
  return {
    name,
    tags: [tag],
    canBeImplicit: true,
    isConstructed: false,
    isEmptyMeaningless: false,
    readContents: read,
    readTagged(reader, headerStart) {
      if (reader.tag !== tag) reader.failTag(`${name} ${formatTag(tag)}`, headerStart);
      return read(reader, reader.length, reader.isConstructed);
    },
    writeContents: write,
    write(writer, value) {
      const before = writer.length;
      write(writer, value);
      writer.prependHeader(identifier, before);
    },
    sample,
  };
}

/** Refuses the constructed encoding of a type that has none. */
export function requirePrimitive(reader: Reader, name: string, isConstructed: boolean): void {
  if (isConstructed) reader.fail('malformed', `${name} has a constructed encoding`);
}
