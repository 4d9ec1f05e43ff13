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
export { type ChoiceValue, choice } from './choice.js';
export { readBer, writeBer } from './codec.js';
export { type Constraint, constrained } from './constrained.js';
export {
  createExternalRegistry,
  type External,
  type ExternalRegistry,
  external,
  type RawExternalContent,
  type RegisteredExternal,
} from './external.js';
export {
  constant,
  defaulted,
  type Field,
  optional,
  optionalUntagged,
  required,
  type Tolerance,
  untagged,
} from './field.js';
export { type BerFramerOptions, createBerFramer } from './framer.js';
export { type BerLimits, defaultBerLimits } from './limits.js';
export { boolean, enumerated, integer, integerBetween, nullValue } from './numbers.js';
export { objectIdentifier } from './object-identifier.js';
export { anyValue } from './octets.js';
export { indefinite, Reader, type ReadOptions } from './reader.js';
export { type SequenceOptions, type SequenceValue, sequence } from './sequence.js';
export { sequenceOf } from './sequence-of.js';
export { printableString, readString, type StringDecoder, sampleText, visibleString } from './strings.js';
export {
  formatTag,
  identifierOctets,
  type TagClass,
  type TagKey,
  tagKey,
  tagNumber,
  Universal,
} from './tag.js';
export { type Alternative, explicit, lazy, tolerating, wrapped } from './tagging.js';
export { fromHex, latin1, toHex, utf8 } from './text.js';
export type { BerType, Infer } from './type.js';
export { type WriteOptions, Writer } from './writer.js';
