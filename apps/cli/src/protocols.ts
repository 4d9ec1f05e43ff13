import type { Decoded, Framer } from '@interlend/core';
import * as isoIll from '@interlend/iso-ill';
import { slnp } from '@interlend/slnp';

/** What the commands need of a protocol. */
export interface MessageCodec {
  /** @throws DecodeError */
  decode(bytes: Uint8Array, options: { readonly isStrict: boolean }): Decoded<unknown>;
  /** @throws EncodeError */
  encode(message: unknown): Uint8Array;
  createFramer(): Framer;
}

/** The protocols by the name that `--protocol` takes. */
export const protocols: ReadonlyMap<string, MessageCodec> = new Map<string, MessageCodec>([
  ['iso-ill', isoIll],
  ['slnp', slnp],
]);
