import { artemail, email } from '@interlend/artemail';
import type { Decoded, Framer } from '@interlend/core';
import * as isoIll from '@interlend/iso-ill';
import { looksLikeMail, toPlainForm } from '@interlend/mail';
import { slnp } from '@interlend/slnp';

/** What the commands need of a protocol. */
export interface MessageCodec {
  /** @throws DecodeError */
  decode(bytes: Uint8Array, options: { readonly isStrict: boolean }): Decoded<unknown>;
  /** @throws EncodeError */
  encode(message: unknown): Uint8Array;
  /** Absent where an input is one message: nothing in a mail says where it ends. */
  createFramer?(): Framer;
  /** Takes away what messages are wrapped in. Absent where they are not. @throws DecodeError */
  unwrap?(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Mails in any form that the world writes, and order files without a mail around them. */
const overMail = (protocol: typeof artemail | typeof email): MessageCodec => ({
  decode: (bytes, options) => protocol.decode(bytes, options),
  encode: (message) => protocol.encode(message as never),
  unwrap: async (bytes) => (looksLikeMail(bytes) ? await toPlainForm(bytes) : bytes),
});

/** The protocols by the name that `--protocol` takes. */
export const protocols: ReadonlyMap<string, MessageCodec> = new Map<string, MessageCodec>([
  ['iso-ill', isoIll],
  ['artemail', overMail(artemail)],
  ['email', overMail(email)],
  ['slnp', slnp],
]);
