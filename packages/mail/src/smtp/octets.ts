import { EncodeError } from '@interlend/core';
import { lineOctets } from '../limits.js';

const cr = 0x0d;
const lf = 0x0a;

/**
 * Where octets break the rule that CR and LF stand together only, or -1. Servers that disagree about what ends a line
 * let a sender hide a second mail in the first (SMTP smuggling): such octets are neither sent nor taken.
 */
export function bareLineEnd(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at];
    if (octet === lf && bytes[at - 1] !== cr) return at;
    if (octet === cr && bytes[at + 1] !== lf) return at;
  }
  return -1;
}

/**
 * Refuses octets that a mail server could change or misread on the way, so that what is sent is what arrives.
 *
 * @throws EncodeError
 */
export function assertSendable(raw: Uint8Array, mostOctets: number): void {
  if (raw.length > mostOctets)
    throw new EncodeError('too-long', `expected at most ${mostOctets} octets, found ${raw.length}`, '');
  const bare = bareLineEnd(raw);
  if (bare >= 0)
    throw new EncodeError(
      'unsayable-character',
      `expected CR and LF together, found one alone at octet ${bare}`,
      '',
    );
  let begin = 0;
  for (let at = 0; at <= raw.length; at++) {
    const octet = raw[at];
    if (octet !== undefined && octet !== cr) {
      if (octet === 0 || octet > 0x7e)
        if (octet !== lf)
          throw new EncodeError('unsayable-character', `expected ASCII, found octet ${octet} at ${at}`, '');
      if (octet === lf) begin = at + 1;
      continue;
    }
    if (at - begin > lineOctets)
      throw new EncodeError(
        'too-long',
        `expected lines of at most ${lineOctets} octets, found ${at - begin}`,
        '',
      );
  }
  const end = Buffer.from(raw.buffer, raw.byteOffset, raw.length).indexOf('\r\n\r\n');
  if (end < 0) throw new EncodeError('missing', 'expected an empty line after the header', '');
  const head = Buffer.from(raw.subarray(0, end)).toString('latin1');
  if (!head.split('\r\n').every((line) => /^[!-9;-~]+:|^[ \t]+\S/.test(line)))
    throw new EncodeError('invalid-value', 'expected header fields before the empty line', '');
}
