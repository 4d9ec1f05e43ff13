import { createHash } from 'node:crypto';
import type { PlainMail } from './plain-mail.js';

const mark = 'ill';

/** Whether a text is a message id as it can be written, brackets included. */
export function isMessageId(text: string): boolean {
  return text.length <= 900 && /^<[\x21-\x3b\x3d\x3f-\x7e]+@[\x21-\x3b\x3d\x3f-\x7e]+>$/.test(text);
}

/**
 * The message id of a mail about a transaction. It holds the transaction's key, so that an answer that names it is told
 * apart without a list of what was sent; and it is the same at every attempt, so that a repeat is recognised.
 */
export function messageIdFor({
  key,
  serial,
  domain,
}: {
  readonly key: string;
  /** Counts the mails of this side about the transaction. */
  readonly serial: number;
  readonly domain: string;
}): string {
  return `<${mark}.${Buffer.from(key, 'utf8').toString('base64url')}.${serial}@${domain}>`;
}

/** The key in a message id that {@link messageIdFor} made. */
export function keyOfMessageId(id: string): string | undefined {
  const text = /^<ill\.([A-Za-z0-9_-]+)\.\d+@[^<>\s@]+>$/.exec(id)?.[1];
  return text === undefined ? undefined : Buffer.from(text, 'base64url').toString('utf8');
}

/** The transactions that a mail answers to, by the ids it names: the mail it answers first, then the newest before it. */
export function relatedKeys({
  inReplyTo,
  references = [],
  bounce,
}: Pick<PlainMail, 'inReplyTo' | 'references' | 'bounce'>): readonly string[] {
  const ids = [bounce?.messageId, inReplyTo, ...[...references].reverse()];
  const keys = ids.flatMap((id) => (id === undefined ? [] : (keyOfMessageId(id) ?? [])));
  return [...new Set(keys)];
}

/** The same for two copies of one mail: its id, else what it says. Servers add fields on the way, so octets do not tell. */
export function mailIdentity(mail: PlainMail): string {
  if (mail.messageId !== undefined) return mail.messageId;
  const said = JSON.stringify([mail.from, mail.subject, mail.date, mail.text]);
  return `sha256:${createHash('sha256').update(said).digest('hex').slice(0, 32)}`;
}
