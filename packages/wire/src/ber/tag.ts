/** Class of a tag, X.690 8.1.2.2. */
export type TagClass = 'universal' | 'application' | 'context' | 'private';

/**
 * A tag as one number, for comparison: class in the upper bits, number in the lower 21 bits.
 * The bit that tells primitive from constructed is not part of it.
 */
export type TagKey = number;

/** Tag numbers up to 2 097 151 are told apart; larger ones are refused, since no protocol has them. */
export const tagNumberBits = 21;
export const largestTagNumber = 2 ** tagNumberBits - 1;

const classBits: Readonly<Record<TagClass, number>> = {
  universal: 0,
  application: 1,
  context: 2,
  private: 3,
};
const classNames: readonly TagClass[] = ['universal', 'application', 'context', 'private'];

/** Makes the key of a tag. */
export function tagKey(tagClass: TagClass, number: number): TagKey {
  return (classBits[tagClass] << tagNumberBits) | number;
}

/** The number in a tag key. */
export function tagNumber(key: TagKey): number {
  return key & largestTagNumber;
}

/** Whether a tag is of the universal class: one that belongs to a type, not to an element. */
export function isUniversal(key: TagKey): boolean {
  return key >> tagNumberBits === 0;
}

/** The tag in the notation of ASN.1: `[5]`, `[APPLICATION 3]`, `[UNIVERSAL 16]`. */
export function formatTag(key: TagKey): string {
  const name = classNames[key >> tagNumberBits] ?? 'private';
  return name === 'context' ? `[${tagNumber(key)}]` : `[${name.toUpperCase()} ${tagNumber(key)}]`;
}

/** The identifier octets of a tag, X.690 8.1.2. */
export function identifierOctets(key: TagKey, isConstructed: boolean): Uint8Array {
  const number = tagNumber(key);
  const first = ((key >> tagNumberBits) << 6) | (isConstructed ? 0x20 : 0);
  if (number < 31) return Uint8Array.of(first | number);
  const octets = [number & 0x7f];
  for (let rest = number >> 7; rest > 0; rest >>= 7) octets.unshift((rest & 0x7f) | 0x80);
  return Uint8Array.of(first | 31, ...octets);
}

/** Keys of the universal tags in use. */
export const Universal = {
  boolean: tagKey('universal', 1),
  integer: tagKey('universal', 2),
  bitString: tagKey('universal', 3),
  octetString: tagKey('universal', 4),
  null: tagKey('universal', 5),
  objectIdentifier: tagKey('universal', 6),
  objectDescriptor: tagKey('universal', 7),
  external: tagKey('universal', 8),
  enumerated: tagKey('universal', 10),
  sequence: tagKey('universal', 16),
  printableString: tagKey('universal', 19),
  visibleString: tagKey('universal', 26),
  generalString: tagKey('universal', 27),
} as const;
