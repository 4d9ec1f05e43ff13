import { type BerType, type External, external } from '@interlend/wire/ber';
import type { RegisteredExternals } from './registered-externals.js';

/** The contents of an EXTERNAL with a registered object identifier: an object with one key. */
export type KnownExternal = {
  [Name in keyof RegisteredExternals]: { readonly [Key in Name]: RegisteredExternals[Name] };
}[keyof RegisteredExternals];

/** A value defined outside the standard: registered ones decoded, others as octets in hex. */
export type ExternalValue = External<KnownExternal>;

/** EXTERNAL as ISO 10161-1 uses it, in direct reference style. */
export const ExternalValue: BerType<ExternalValue> = external<KnownExternal>();
