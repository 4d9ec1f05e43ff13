import { EncodeError } from '@interlend/core';
import { concealInMail } from '@interlend/mail';
import { withheld } from '../order-file/order-file.js';
import { Keywords } from '../tables/keywords.js';
import { ReplyCodes } from '../tables/reply-codes.js';
import { readArtPartner } from './partner.js';

/** Words that replies and orders consist of: one of them in a mail is no sign of a password. */
const words: ReadonlySet<string> = new Set(
  [...ReplyCodes, ...Keywords].flatMap(({ code, title }) =>
    `${code} ${title}`.toUpperCase().split(/[^A-Z0-9]+/),
  ),
);
/** A password shorter than this stands in too many places to be told from other text. */
const leastCharacters = 4;

/** Puts the password of the account in its place. @throws EncodeError where the settings have none for it */
export function seal(bytes: Uint8Array, partner: unknown): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const found = /(?:^|\r\n\r\n)(\d{2}-\d{4})\r\n(\*{7})\r\n/.exec(text);
  if (!found) return bytes;
  const { accounts } = readArtPartner(partner);
  const password = accounts.find(({ customerCode }) => customerCode === found[1])?.password;
  if (password === undefined)
    throw new EncodeError(
      'missing',
      `expected a password for the account ${found[1] ?? ''} in the settings`,
      'partner.accounts',
    );
  const at = found.index + found[0].indexOf(withheld);
  return new Uint8Array(
    Buffer.from(text.slice(0, at) + password + text.slice(at + withheld.length), 'latin1'),
  );
}

/**
 * A mail that came in without the passwords of the partner's accounts, which bounces and quotations of orders hold. As
 * many octets as before.
 */
export function conceal(bytes: Uint8Array, partner: unknown): Uint8Array {
  const passwords = readArtPartner(partner).accounts.flatMap(({ password }) => password ?? []);
  const telling = passwords.filter(
    (password) => password.length >= leastCharacters && !words.has(password.toUpperCase()),
  );
  const clean = concealInMail(bytes, telling);
  if (telling.length === passwords.length) return clean;
  return new Uint8Array(Buffer.from(redactPassword(Buffer.from(clean).toString('latin1')), 'latin1'));
}

/**
 * A text with the password lines of order files replaced by asterisks, one for each character, also where the file is
 * quoted: for whatever shows or keeps it. It goes by the customer code above, so it needs no settings.
 */
export function redactPassword(text: string): string {
  return text.replaceAll(
    /^([>|\t ]*\d{2}-\d{4}[ \t]*\r?\n[>|\t ]*)([A-Za-z0-9]{1,20})(?=[ \t]*\r?$)/gm,
    (_, before: string, password: string) => before + '*'.repeat(password.length),
  );
}
