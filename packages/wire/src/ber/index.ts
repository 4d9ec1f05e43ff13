/**
 * BER (X.690) from tables: one table gives the type, the reader, the writer and random values.
 *
 * ```ts
 * import { type Infer, integer, optional, readBer, required, sequence, visibleString, writeBer } from '@interlend/wire/ber';
 *
 * const Parcel = sequence('Parcel', { packer: required(0, visibleString), grams: optional(1, integer) });
 * type Parcel = Infer<typeof Parcel>;
 *
 * const bytes = writeBer(Parcel, { packer: 'desk 2', grams: 450 });
 * const { message } = readBer(Parcel, bytes);
 * console.log(message.grams);
 * ```
 *
 * @packageDocumentation
 */
export { readBer, writeBer } from './codec.js';
export {
  createExternalRegistry,
  type External,
  type ExternalRegistry,
  external,
  type RawExternalContent,
  type RegisteredExternal,
} from './external.js';
export { type BerFramerOptions, createBerFramer } from './framer.js';
export { type BerLimits, defaultBerLimits } from './limits.js';
export {
  anyValue,
  boolean,
  type Constraint,
  constrained,
  enumerated,
  integer,
  integerBetween,
  nullValue,
  objectIdentifier,
  printableString,
  readString,
  sampleText,
  visibleString,
} from './primitives.js';
export { indefinite, Reader, type ReadOptions } from './reader.js';
export {
  type Alternative,
  type ChoiceValue,
  choice,
  constant,
  defaulted,
  explicit,
  type Field,
  lazy,
  optional,
  optionalUntagged,
  required,
  type SequenceOptions,
  type SequenceValue,
  sequence,
  sequenceOf,
  type Tolerance,
  tolerating,
  untagged,
  wrapped,
} from './structures.js';
export { formatTag, identifierOctets, type TagClass, type TagKey, tagKey, tagNumber, Universal } from './tag.js';
export { fromHex, latin1, toHex, utf8 } from './text.js';
export type { BerType, Infer } from './type.js';
export { type WriteOptions, Writer } from './writer.js';
