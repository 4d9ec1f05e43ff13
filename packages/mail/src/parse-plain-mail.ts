import { DecodeError } from '@interlend/core';
import { FactFields } from './format-mail.js';
import { decodeWords } from './header-fields.js';
import type { Bounce, MailNature, PlainMail, SenderProof } from './plain-mail.js';
import { fromQuotedPrintable } from './quoted-printable.js';

type Fields = ReadonlyMap<string, string>;

/** @throws DecodeError */
function readFields(head: string): Fields {
  const fields = new Map<string, string>();
  let offset = 0;
  for (const line of head.replaceAll(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const match = /^([!-9;-~]+):[ \t]*(.*)$/s.exec(line);
    if (!match) throw new DecodeError('malformed', 'expected a header field', { offset });
    const name = (match[1] ?? '').toLowerCase();
    if (fields.has(name))
      throw new DecodeError('badly-structured', 'header field stands twice', { offset, path: name });
    fields.set(name, match[2] ?? '');
    offset += line.length + 2;
  }
  return fields;
}

function readAddress(value: string): { readonly address: string; readonly name?: string } {
  const match = /^(.*?)\s*<([^<>\s]+)>$/s.exec(value);
  if (!match) return { address: value.trim() };
  const shown = match[1] ?? '';
  const quoted = /^"(.*)"$/s.exec(shown);
  const name = quoted ? (quoted[1] ?? '').replaceAll(/\\(.)/g, '$1') : decodeWords(shown);
  return { address: match[2] ?? '', ...(name === '' ? {} : { name }) };
}

function readDate(value: string | undefined): string | undefined {
  const moment = new Date(value ?? '');
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString().replace('.000Z', 'Z');
}

function readBody(fields: Fields, body: string): string {
  const type = fields.get('content-type') ?? 'text/plain';
  const encoding = (fields.get('content-transfer-encoding') ?? '7bit').toLowerCase();
  if (!/^text\/plain\b/i.test(type))
    throw new DecodeError('unrecognized-message', 'expected a mail of one plain text', {
      offset: 0,
      path: 'Content-Type',
    });
  switch (encoding) {
    case '7bit':
    case '8bit':
      return Buffer.from(body, 'latin1').toString('utf8').replaceAll('\r\n', '\n');
    case 'quoted-printable':
      return Buffer.from(fromQuotedPrintable(body)).toString('utf8').replaceAll('\r\n', '\n');
    default:
      throw new DecodeError('unrecognized-message', 'expected 7bit or quoted-printable', {
        offset: 0,
        path: 'Content-Transfer-Encoding',
      });
  }
}

function readJson(value: string | undefined, path: string): unknown {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(decodeWords(value));
  } catch (cause) {
    throw new DecodeError('malformed', 'expected JSON', { offset: 0, path }, { cause });
  }
}

const words = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined;

/** Whether octets begin as a mail does: with the name of a header field. */
export function looksLikeMail(bytes: Uint8Array): boolean {
  return /^[!-9;-~]+:/.test(Buffer.from(bytes.subarray(0, 128)).toString('latin1'));
}

/**
 * Reads a mail in the form that `formatMail` writes: one plain text, each field once. Mails as the world writes them are
 * brought into this form by `readMail`.
 *
 * @throws DecodeError
 */
export function parsePlainMail(bytes: Uint8Array): PlainMail {
  const whole = Buffer.from(bytes).toString('latin1');
  const end = whole.indexOf('\r\n\r\n');
  if (!looksLikeMail(bytes)) throw new DecodeError('not-a-message', 'expected a header field', { offset: 0 });
  if (end < 0)
    throw new DecodeError('incomplete', 'expected an empty line after the header', { offset: whole.length });
  const fields = readFields(whole.slice(0, end));
  const from = readAddress(fields.get('from') ?? '');
  const references = fields.get('references')?.split(/\s+/).filter(Boolean);
  const date = readDate(fields.get('date'));
  const auto = fields.get('auto-submitted');
  const leftOut = words(readJson(fields.get(FactFields.leftOut.toLowerCase()), FactFields.leftOut));
  const bounce = readJson(fields.get(FactFields.bounce.toLowerCase()), FactFields.bounce) as
    | Bounce
    | undefined;
  const nature = fields.get(FactFields.nature.toLowerCase()) as MailNature | undefined;
  const proof = fields.get(FactFields.proof.toLowerCase()) as SenderProof | undefined;
  return {
    from: from.address,
    ...(from.name === undefined ? {} : { fromName: from.name }),
    to: readAddress(fields.get('to') ?? '').address,
    subject: decodeWords(fields.get('subject') ?? ''),
    ...(date === undefined ? {} : { date }),
    ...optional('messageId', fields.get('message-id')),
    ...optional('inReplyTo', fields.get('in-reply-to')),
    ...(references === undefined || references.length === 0 ? {} : { references }),
    ...(auto === 'auto-generated' || auto === 'auto-replied' ? { autoSubmitted: auto } : {}),
    text: readBody(fields, whole.slice(end + 4)),
    ...(nature === undefined ? {} : { nature }),
    ...(bounce === undefined ? {} : { bounce }),
    ...(proof === undefined ? {} : { proof }),
    ...(leftOut === undefined ? {} : { leftOut }),
  };
}

function optional<Key extends string>(key: Key, value: string | undefined): { readonly [K in Key]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { readonly [K in Key]?: string });
}
