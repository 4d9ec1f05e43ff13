import { formatMail } from './format-mail.js';
import { type ReadMailOptions, readMail } from './read-mail.js';

/** A mail as it came in, in the form that `parsePlainMail` reads. @throws DecodeError */
export async function toPlainForm(raw: Uint8Array, options: ReadMailOptions = {}): Promise<Uint8Array> {
  return formatMail(await readMail(raw, options));
}
