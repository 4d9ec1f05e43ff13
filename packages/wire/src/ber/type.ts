import type { RandomSource } from '@interlend/core';
import type { Reader } from './reader.js';
import type { TagKey } from './tag.js';
import type { Writer } from './writer.js';

/**
 * How a value looks in octets: one reader, one writer and one source of random values, made from one table. The functions
 * do without `this`, so that they can be called on their own.
 */
export interface BerType<Value> {
  /** Name in the standard's notation. */
  readonly name: string;
  /** Tags a value may begin with; empty when it may begin with any. */
  readonly tags: readonly TagKey[];
  /** Whether an IMPLICIT tag can replace the type's own; never so for a CHOICE (X.680 31.2.9). */
  readonly canBeImplicit: boolean;
  /** Form of the header when the value is written. */
  readonly isConstructed: boolean;
  /** Whether no octets of contents mean that the value says nothing. */
  readonly isEmptyMeaningless: boolean;
  /** Reads the contents behind a header that stands for the type's own tag. */
  readContents(reader: Reader, length: number, isConstructed: boolean): Value;
  /** Reads behind a header of the type's own, which is still in the reader's `tag`, `length` and `isConstructed`. */
  readTagged(reader: Reader, headerStart: number): Value;
  /** Writes the contents, without a header. */
  writeContents(writer: Writer, value: Value): void;
  /** Writes the value with its own header. */
  write(writer: Writer, value: Value): void;
  /** A random valid value. `budget` shrinks with depth; at 0 the smallest value is wanted. */
  sample(random: RandomSource, budget: number): Value;
}

/** The type of the values of a table. */
export type Infer<Type> = Type extends BerType<infer Value> ? Value : never;

/** A {@link BerType} whatever its values are. */
// biome-ignore lint/suspicious/noExplicitAny: a table holds types of every kind; Infer restores them
export type AnyBerType = BerType<any>;
