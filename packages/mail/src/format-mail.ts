import { EncodeError } from '@interlend/core';
import { isMailAddress } from './addresses.js';
import { isMessageId } from './correlation.js';
import { assertFieldText, fieldText, formatField } from './header-fields.js';
import { lineOctets } from './limits.js';
import type { PlainMail } from './plain-mail.js';
import { toQuotedPrintable } from './quoted-printable.js';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A moment as RFC 5322 3.3 writes it. @throws EncodeError */
function fieldDate(iso: string): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime()))
    throw new EncodeError('invalid-value', 'expected a moment in ISO 8601', 'date');
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [moment.getUTCHours(), moment.getUTCMinutes(), moment.getUTCSeconds()].map(two).join(':');
  const day = `${two(moment.getUTCDate())} ${months[moment.getUTCMonth()]} ${moment.getUTCFullYear()}`;
  return `${days[moment.getUTCDay()]}, ${day} ${time} +0000`;
}

function fieldAddress(address: string, path: string, name?: string): string {
  if (!isMailAddress(address))
    throw new EncodeError('invalid-value', 'expected a mail address such as desk@library.example', path);
  if (name === undefined || name === '') return address;
  assertFieldText(name, `${path}Name`);
  const isAtom = /^[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+$/.test(name) && !name.includes('=?');
  const isQuotable = /^[\x20-\x7e]+$/.test(name) && !name.includes('=?');
  const shown = isAtom
    ? name
    : isQuotable
      ? `"${name.replaceAll(/(["\\])/g, '\\$1')}"`
      : fieldText(name, `${path}Name`);
  return `${shown} <${address}>`;
}

function fieldId(id: string, path: string): string {
  if (!isMessageId(id))
    throw new EncodeError('invalid-value', 'expected a message id such as <1@library.example>', path);
  return id;
}

/** Whether a value of unknown origin has texts where a mail has them. @throws EncodeError */
function assertTexts(mail: unknown): asserts mail is PlainMail {
  const fields =
    typeof mail === 'object' && mail !== null ? new Map(Object.entries(mail)) : new Map<string, unknown>();
  for (const name of ['from', 'to', 'subject', 'text']) {
    if (typeof fields.get(name) !== 'string') throw new EncodeError('invalid-value', 'expected text', name);
  }
  for (const name of ['fromName', 'date', 'messageId', 'inReplyTo', 'autoSubmitted', 'nature', 'proof']) {
    const value = fields.get(name);
    if (value !== undefined && typeof value !== 'string')
      throw new EncodeError('invalid-value', 'expected text', name);
  }
  for (const name of ['references', 'leftOut']) {
    const value = fields.get(name);
    if (value !== undefined && !(Array.isArray(value) && value.every((each) => typeof each === 'string')))
      throw new EncodeError('invalid-value', 'expected a list of texts', name);
  }
}

/** @throws EncodeError for characters that end lines or messages */
function assertBody(text: string): void {
  const at = text.search(/[\0\r]/);
  if (at >= 0) {
    const found = text[at] === '\r' ? 'a carriage return' : 'NUL';
    throw new EncodeError('unsayable-character', `expected lines that end in \\n, found ${found}`, 'text');
  }
}

/**
 * The octets of a mail: one part of plain text, lines that end in CRLF, ASCII. A text that is ASCII stands there as it
 * is; another is written as quoted-printable.
 *
 * @throws EncodeError for header injection, addresses and ids that are none, and characters that no mail may hold
 */
export function formatMail(mail: PlainMail): Uint8Array {
  assertTexts(mail);
  assertBody(mail.text);
  const isPlain =
    /^[\t\n\x20-\x7e]*$/.test(mail.text) && mail.text.split('\n').every(({ length }) => length <= lineOctets);
  const fields: string[] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) fields.push(formatField(name, value));
  };
  add('Date', mail.date === undefined ? undefined : fieldDate(mail.date));
  add('From', fieldAddress(mail.from, 'from', mail.fromName));
  add('To', fieldAddress(mail.to, 'to'));
  add('Message-ID', mail.messageId === undefined ? undefined : fieldId(mail.messageId, 'messageId'));
  add('In-Reply-To', mail.inReplyTo === undefined ? undefined : fieldId(mail.inReplyTo, 'inReplyTo'));
  if (mail.references !== undefined && mail.references.length > 0)
    add('References', mail.references.map((id, index) => fieldId(id, `references.${index}`)).join(' '));
  add('Subject', fieldText(mail.subject, 'subject'));
  add(
    'Auto-Submitted',
    mail.autoSubmitted === undefined ? undefined : fieldText(mail.autoSubmitted, 'autoSubmitted'),
  );
  for (const [name, value] of factFields(mail)) add(name, value);
  add('MIME-Version', '1.0');
  add('Content-Type', `text/plain; charset=${isPlain ? 'us-ascii' : 'utf-8'}`);
  add('Content-Transfer-Encoding', isPlain ? '7bit' : 'quoted-printable');
  const body = isPlain ? mail.text.replaceAll('\n', '\r\n') : toQuotedPrintable(mail.text);
  return new Uint8Array(Buffer.from(`${fields.join('')}\r\n${body}`, 'latin1'));
}

/** Names of the fields in which a reader's findings about a mail are kept. They are never taken from a mail that came in. */
export const FactFields = {
  nature: 'Interlend-Nature',
  bounce: 'Interlend-Bounce',
  proof: 'Interlend-Proof',
  leftOut: 'Interlend-Left-Out',
} as const;

function factFields({ nature, bounce, proof, leftOut }: PlainMail): readonly (readonly [string, string])[] {
  const json = (value: unknown): string => fieldText(JSON.stringify(value), 'facts');
  return [
    ...(nature === undefined ? [] : [[FactFields.nature, fieldText(nature, 'nature')] as const]),
    ...(bounce === undefined ? [] : [[FactFields.bounce, json(bounce)] as const]),
    ...(proof === undefined ? [] : [[FactFields.proof, fieldText(proof, 'proof')] as const]),
    ...(leftOut === undefined || leftOut.length === 0 ? [] : [[FactFields.leftOut, json(leftOut)] as const]),
  ];
}
