import {
  type ArtMessage,
  DefaultLabels,
  personalFields,
  readFileReport,
  readReplies,
} from '@interlend/artemail';
import type { PersonalField } from '@interlend/core';
import { type PlainMail, parsePlainMail, toPlainForm } from '@interlend/mail';
import { differences, type KeptForm } from '@interlend/testing';

/** The addresses and the account that stand in every recorded mail, so that it can be replayed to a server that knows them. */
export interface MailCast {
  readonly own: string;
  readonly partner: string;
  readonly customerCode?: string;
}

/** Header fields that are read, or say nothing but which way a mail went. With another one a mail is kept in its plain form. */
const knownFields: ReadonlySet<string> = new Set([
  ...['date', 'from', 'to', 'message-id', 'in-reply-to', 'references', 'subject', 'auto-submitted'],
  ...['mime-version', 'content-type', 'content-transfer-encoding', 'received'],
]);
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/**
 * A mail as it is kept: as it came, where our protocols read it as it came; else in the plain form of one text. The
 * addresses of the two libraries and their account become those of the suite; addresses of machines go.
 */
export async function keptMail(raw: Uint8Array, isPartners: boolean, cast: MailCast): Promise<KeptForm> {
  const plain = await toPlainForm(raw);
  const isKept = isReadAsItCame(raw, plain);
  const { from, to } = parsePlainMail(plain);
  const [partner, own] = isPartners ? [from, to] : [to, from];
  const redactions = new Set<string>();
  let text = latin1(isKept ? raw : plain);
  const replace = (pattern: RegExp, by: (found: string) => string, path: string): void => {
    text = text.replaceAll(pattern, (found) => {
      const put = by(found);
      if (put !== found) redactions.add(path);
      return put;
    });
  };
  replace(exactly(partner), () => cast.partner, isPartners ? 'mail.from' : 'mail.to');
  replace(exactly(own), () => cast.own, isPartners ? 'mail.to' : 'mail.from');
  const { customerCode } = cast;
  if (customerCode !== undefined && !isPartners)
    replace(/(?<=\r\n\r\n)\d{2}-\d{4}(?=[ \t]*\r\n)/g, () => customerCode, 'file.account.customerCode');
  if (isKept)
    replace(/(?<=\[)[0-9A-Fa-f.:]{3,}(?=\])/g, (found) => 'x'.repeat(found.length), 'mail.received');
  return { bytes: octets(text), redactions: [...redactions] };
}

function exactly(address: string): RegExp {
  return new RegExp(
    `(?<![\\w.+-])${address.replaceAll(/[^\w@-]/g, (special) => `\\${special}`)}(?![\\w-]|\\.\\w)`,
    'gi',
  );
}

function isReadAsItCame(raw: Uint8Array, plain: Uint8Array): boolean {
  const [head = ''] = latin1(raw).split('\r\n\r\n', 1);
  const names = [...head.matchAll(/^([!-9;-~]+):/gm)].map(([, name = '']) => name.toLowerCase());
  if (!names.every((name) => knownFields.has(name))) return false;
  try {
    // What is said to answering machines is not taken over into the plain form.
    const { autoSubmitted: _, ...asCame } = parsePlainMail(raw);
    return differences(asCame, parsePlainMail(plain)).length === 0;
  } catch {
    return false;
  }
}

const labels: ReadonlySet<string> = new Set(
  Object.entries(DefaultLabels)
    .filter(([key]) => key !== 'deliverTo')
    .flatMap(([, texts]) => texts.map((text) => text.toLowerCase())),
);

/**
 * What must not be kept of a mail: what its protocol names, and every line of a text that no table lists, because nobody
 * knows who is named there.
 */
export function personalInMail(message: ArtMessage | PlainMail): readonly PersonalField[] {
  if (!('kind' in message))
    return [...personalFields(message), ...unknownLines(message.text, isLetterLine, 'text')];
  if (message.kind === 'orders' || readFileReport(message.mail)) return personalFields(message);
  const { text } = message.mail;
  const remarks = readReplies(text).flatMap(({ remark }) => remark ?? []);
  return [
    ...personalFields(message),
    ...remarks.map((remark) => ({ path: 'mail.text', text: remark })),
    ...unknownLines(text, (line) => readReplies(line)[0]?.code !== undefined, 'mail.text'),
  ];
}

/** A row with a label, or the one word that a reply begins with. */
function isLetterLine(line: string, index: number): boolean {
  const [label = '', ...rest] = line.split(':');
  return (
    (rest.length > 0 && labels.has(label.trim().toLowerCase())) || (index === 0 && !/\s/.test(line.trim()))
  );
}

function unknownLines(
  text: string,
  isKnown: (line: string, index: number) => boolean,
  path: string,
): readonly PersonalField[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line, index) => line !== '' && !isKnown(line, index))
    .map((line) => ({ path, text: line }));
}

/**
 * The octets that a text may have in the plain form of a mail: as quoted-printable, with the break of a line anywhere in it,
 * and as an encoded word of a header.
 */
export function encodingsInMail(text: string): readonly Uint8Array[] {
  if (/^[\x20-\x7e]*$/.test(text) && !/[=]/.test(text) && text.length < 4) return [];
  const tokens = quotedTokens(text);
  const whole = tokens.join('');
  const broken = tokens.slice(1).map((_, index) => {
    const at = index + 1;
    return `${tokens.slice(0, at).join('')}=\r\n${tokens.slice(at).join('')}`;
  });
  return [whole, ...broken].map(octets);
}

function quotedTokens(text: string): readonly string[] {
  return [...text].flatMap((character) =>
    /^[\t\x20-<>-~]$/.test(character)
      ? [character]
      : [...Buffer.from(character)].map((octet) => `=${octet.toString(16).toUpperCase().padStart(2, '0')}`),
  );
}
