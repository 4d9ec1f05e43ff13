import type { LineCharset } from '@interlend/wire/lines';
import type { DecodeOptions, EncodeOptions } from '../codec.js';
import type { SlnpRules } from './rules.js';

/** The character set of a session: the profile's, or the one that the greeting named. */
export function charsetOf({ charset }: SlnpRules, announced?: string): LineCharset {
  if (charset !== 'greeting') return charset;
  return /^(iso[-_]?8859[-_]?1|latin[-_]?1)$/i.test(announced ?? '') ? 'iso-8859-1' : 'utf-8';
}

/** How a partner with these rules is written to, or writes. */
export function writingOf(rules: SlnpRules, announced?: string): EncodeOptions {
  const { escaping, lineEnd, commandEnd, blankLineAfterReply, records, bareQuit } = rules;
  return {
    charset: charsetOf(rules, announced),
    escaping,
    lineEnd,
    commandEnd,
    blankLineAfterReply,
    records,
    bareQuit,
  };
}

/** How octets of a partner with these rules are read. */
export function readingOf(rules: SlnpRules, announced?: string): DecodeOptions {
  return { charset: charsetOf(rules, announced), escaping: rules.escaping };
}
