import { type Decoded, EncodeError } from '@interlend/core';
import { formatMail, looksLikeMail, type PlainMail, parsePlainMail } from '@interlend/mail';
import { encodeOrderFile, formatOrderFile } from '../order-file/format-order-file.js';
import type { OrderFile } from '../order-file/order-file.js';
import { decodeOrderFile, parseOrderFile } from '../order-file/parse-order-file.js';
import { redactPassword } from './passwords.js';

/** What goes to the British Library: orders, or an action on an order. */
export interface OrderMail {
  readonly kind: 'orders';
  /** Absent where the file stands alone, without the mail around it. */
  readonly mail?: Omit<PlainMail, 'text'>;
  readonly file: OrderFile;
}

/** What comes from it: replies, reports about files, texts for people, bounces. What is in it, `readMailOf` says. */
export interface ReplyMail {
  readonly kind: 'mail';
  readonly mail: PlainMail;
}

/** A message of ARTEmail. Plain JSON. */
export type ArtMessage = OrderMail | ReplyMail;

/** Whether a text begins as an order file does. */
function isOrderFile(text: string): boolean {
  return /^\s*\d{2}-\d{4}[ \t]*\r?\n/.test(text);
}

/** How order files are read. */
export interface ArtDecodeOptions {
  /** Gives the password as it stands there. It is left out otherwise, so that nobody shows or keeps it by accident. */
  readonly withPassword?: boolean;
}

/**
 * Reads a mail in the form that `toPlainForm` of `@interlend/mail` gives, or an order file by itself.
 *
 * @throws DecodeError
 */
export function decodeArt(bytes: Uint8Array, options: ArtDecodeOptions = {}): Decoded<ArtMessage> {
  const shown = (file: OrderFile): OrderFile =>
    options.withPassword === true ? file : { ...file, account: { customerCode: file.account.customerCode } };
  if (!looksLikeMail(bytes)) {
    const { file, deviations } = decodeOrderFile(bytes);
    return { message: { kind: 'orders', file: shown(file) }, deviations };
  }
  const whole = parsePlainMail(bytes);
  if (whole.nature !== undefined || !isOrderFile(whole.text)) {
    const text = options.withPassword === true ? whole.text : redactPassword(whole.text);
    return { message: { kind: 'mail', mail: { ...whole, text } }, deviations: [] };
  }
  const { text, ...mail } = whole;
  const { file, deviations } = parseOrderFile(text);
  return { message: { kind: 'orders', mail, file: shown(file) }, deviations };
}

/** The octets of a mail, or of an order file alone. @throws EncodeError */
export function encodeArt(message: ArtMessage): Uint8Array {
  const kind: unknown = message?.kind;
  if (kind !== 'mail' && kind !== 'orders')
    throw new EncodeError('invalid-value', 'expected orders or mail', 'kind');
  if (message.kind === 'mail') return formatMail(message.mail);
  if (message.mail === undefined) return encodeOrderFile(message.file);
  return formatMail({ ...message.mail, text: formatOrderFile(message.file) });
}
