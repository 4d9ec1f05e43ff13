import { DecodeError } from '@interlend/core';
import PostalMime, { type Address, type Attachment, addressParser, type Email } from 'postal-mime';
import { domainOf, isMailAddress, isSameAddress } from './addresses.js';
import { parseBounce } from './bounce.js';
import { isMessageId } from './correlation.js';
import { htmlText } from './html-text.js';
import { defaultMailLimits, type MailLimits } from './limits.js';
import { natureOf, senderProof } from './nature.js';
import type { Bounce, PlainMail } from './plain-mail.js';

/** How mails that came in are read. */
export interface ReadMailOptions {
  readonly limits?: Partial<MailLimits>;
  /** Our own addresses: a mail from one of them has come back to us. */
  readonly own?: readonly string[];
  /** Name under which our own mail server writes `Authentication-Results`; nobody else's are believed. */
  readonly trustedAuthority?: string;
}

function mailboxes(addresses: readonly Address[] | undefined): readonly string[] {
  return (addresses ?? []).flatMap((each) => (each.group ?? [each]).map(({ address }) => address));
}

function idsIn(value: string | undefined): readonly string[] {
  return (value ?? '').match(/<[^<>\s]+>/g)?.filter(isMessageId) ?? [];
}

function textOf({ content }: Attachment): string {
  return typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer).toString('utf8');
}

function bounceIn({ attachments }: Email): Bounce | undefined {
  const status = attachments.find(({ mimeType }) => mimeType === 'message/delivery-status');
  const original = attachments.find(
    ({ mimeType }) => mimeType === 'message/rfc822' || mimeType === 'text/rfc822-headers',
  );
  return status && parseBounce(textOf(status), original && textOf(original));
}

/** Stands where a mail names no reader whose address can be read. */
const nobody = 'nobody@recipients.invalid';

/** Control characters that mean nothing in a text; whatever ends a line becomes `\n`. */
function cleaned(text: string): string {
  return text.replaceAll(/\r\n?|[\u2028\u2029\u0085]/g, '\n').replaceAll(/(?![\t\n])\p{Cc}/gu, '');
}

const oneLine = (text: string): string => cleaned(text).replaceAll(/\s+/g, ' ').trim();

/**
 * Reads a mail as the world writes it: any MIME structure, charset and encoding. The result is what `formatMail` can
 * write. Of the text parts the plain one is taken, else the text of the HTML.
 *
 * @throws DecodeError `limit` when it is too large or too deep, `badly-structured` when it has not one sender,
 * `malformed` when it is no mail
 */
export async function readMail(raw: Uint8Array, options: ReadMailOptions = {}): Promise<PlainMail> {
  const limits: MailLimits = { ...defaultMailLimits, ...options.limits };
  if (raw.length > limits.messageOctets)
    throw new DecodeError('limit', `expected at most ${limits.messageOctets} octets`, {
      offset: limits.messageOctets,
    });
  assertLines(raw, limits.lines);
  const email = await parse(raw, limits);
  const [sender, ...others] = email.headers.filter(({ key }) => key === 'from');
  const [from = '', ...further] = mailboxes(addressParser(sender?.value ?? ''));
  if (others.length > 0 || further.length > 0 || !isMailAddress(from))
    throw new DecodeError('badly-structured', 'expected one From with one address', {
      offset: 0,
      path: 'From',
    });

  const own = options.own ?? [];
  const recipients = mailboxes(email.to).concat(mailboxes(email.cc)).filter(isMailAddress);
  const delivered = email.deliveredTo === undefined ? [] : [email.deliveredTo].filter(isMailAddress);
  const to =
    [...recipients, ...delivered].find((address) => own.some((each) => isSameAddress(each, address))) ??
    recipients[0] ??
    delivered[0] ??
    nobody;
  const { text, leftOut } = textIn(email, limits);
  const nature = natureOf(email.headers, { from, own, hops: limits.hops });
  const bounce = nature === 'bounce' ? bounceIn(email) : undefined;
  const proof = senderProof(email.headers, options.trustedAuthority, domainOf(from));
  const moment = new Date(email.date ?? '');
  const [messageId] = idsIn(email.messageId);
  const [inReplyTo] = idsIn(email.inReplyTo);
  const references = idsIn(email.references).slice(-limits.references);
  const fromName = oneLine(email.from?.name ?? '').slice(0, 200);
  return {
    from,
    ...(fromName === '' ? {} : { fromName }),
    to,
    subject: oneLine(email.subject ?? '').slice(0, 1000),
    ...(Number.isNaN(moment.getTime()) ? {} : { date: moment.toISOString().replace(/\.\d{3}Z$/, 'Z') }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(references.length === 0 ? {} : { references }),
    text,
    ...(nature === undefined ? {} : { nature }),
    ...(bounce === undefined ? {} : { bounce }),
    ...(proof === 'unknown' ? {} : { proof }),
    ...(leftOut.length === 0 ? {} : { leftOut }),
  };
}

/** @throws DecodeError `limit` */
function assertLines(raw: Uint8Array, most: number): void {
  let lines = 1;
  for (let at = raw.indexOf(0x0a); at >= 0; at = raw.indexOf(0x0a, at + 1)) {
    if (++lines > most) throw new DecodeError('limit', `expected at most ${most} lines`, { offset: at });
  }
}

async function parse(raw: Uint8Array, limits: MailLimits): Promise<Email> {
  try {
    return await PostalMime.parse(raw, {
      maxNestingDepth: limits.nesting,
      maxHeadersSize: limits.headerOctets,
      maxRfc822NestingDepth: 0,
      forceRfc822Attachments: true,
    });
  } catch (cause) {
    const isLimit = cause instanceof Error && /max/i.test(cause.message);
    throw new DecodeError(
      isLimit ? 'limit' : 'malformed',
      isLimit ? 'expected fewer parts within parts and shorter headers' : 'expected a mail',
      { offset: 0 },
      { cause },
    );
  }
}

function textIn(
  { text, html, attachments }: Email,
  { textCharacters, htmlCharacters }: MailLimits,
): { readonly text: string; readonly leftOut: readonly string[] } {
  const isPlainThere = text !== undefined && text.trim() !== '';
  const shown = isPlainThere ? undefined : html;
  const whole = shown === undefined ? (text ?? '') : htmlText(shown.slice(0, htmlCharacters), textCharacters);
  const isCut = whole.slice(textCharacters).trim() !== '' || (shown ?? '').length > htmlCharacters;
  const kept = cleaned(whole.slice(0, textCharacters));
  const parts = attachments.filter(
    ({ mimeType }) =>
      !['message/delivery-status', 'message/rfc822', 'text/rfc822-headers'].includes(mimeType),
  );
  return {
    text: kept,
    leftOut: [
      ...(parts.length === 0 ? [] : [`${parts.length} attachment${parts.length === 1 ? '' : 's'}`]),
      ...(isCut ? ['the end of a long text'] : []),
      ...(kept.includes('\ufffd') ? ['characters that do not fit the charset'] : []),
    ],
  };
}
