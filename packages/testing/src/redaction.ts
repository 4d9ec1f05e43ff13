import type { PersonalField } from '@interlend/core';
import { latin1, utf8 } from '@interlend/wire/ber';
import { type Difference, differences } from './matching.js';

/** How a protocol's messages are read, and what of them must not be kept. */
export interface RedactionRules {
  /** @throws when the octets cannot be read */
  decode(bytes: Uint8Array): unknown;
  personalFields(message: unknown): readonly PersonalField[];
  /** Further octets that a text may have been read from, beside UTF-8 and ISO 8859-1. */
  readonly encodingsOf?: (text: string) => readonly Uint8Array[];
}

/** A message of which nothing personal is left, in as many octets. */
export interface RedactedMessage {
  readonly bytes: Uint8Array;
  /** Paths of the fields whose text was replaced. */
  readonly paths: readonly string[];
}

const filler = 'x';
const fillerOctet = filler.charCodeAt(0);
const encoder = new TextEncoder();
/** Texts as short as this are replaced in their own field only: elsewhere they are words of everybody. */
const longestCommonText = 3;
/**
 * Octets that may be read again to redact one message. Each place at which a text stands costs one reading; a message made
 * of nothing else would cost as many readings as it has octets.
 */
const readingBudget = 32 * 1024 * 1024;

/**
 * Replaces what is personal in a message by as many octets, and reads the result again: nothing may differ but what was
 * replaced, and no personal field may be legible.
 *
 * @param elsewhere personal texts of other messages of the conversation, which may stand in a note of this one
 * @returns `undefined` when a personal field cannot be replaced, for instance because its octets do not stand together, or
 * because its text stands in so many places that it would take too long
 * @throws when the octets cannot be read
 */
export function redactMessage(
  original: Uint8Array,
  rules: RedactionRules,
  elsewhere: readonly string[] = [],
): RedactedMessage | undefined {
  const before = rules.decode(original);
  const personal = rules.personalFields(before);
  const bytes = Uint8Array.from(original);
  const paths = new Set<string>();
  let budget = readingBudget;
  const hide = (text: string, isAllowed: (difference: Difference) => boolean): void => {
    for (const octets of [...encodingsOf(text), ...(rules.encodingsOf?.(text) ?? [])]) {
      for (let at = indexOf(bytes, octets, 0); at >= 0; at = indexOf(bytes, octets, at + 1)) {
        budget -= bytes.length;
        if (budget < 0) return;
        const kept = bytes.slice(at, at + octets.length);
        bytes.fill(fillerOctet, at, at + octets.length);
        const found = changes(rules, before, bytes);
        if (found?.every((difference) => paths.has(difference.path) || isAllowed(difference))) {
          for (const { path } of found) paths.add(path);
        } else bytes.set(kept, at);
      }
    }
  };
  const longestFirst = [...personal].sort((one, other) => other.text.length - one.text.length);
  for (const { text } of longestFirst) {
    if (!isBlank(text)) hide(text, ({ path }) => personal.some((field) => isWithin(path, field.path)));
  }
  const words = new Set([...elsewhere, ...personal.map(({ text }) => text)]);
  for (const text of words) {
    if (text.length > longestCommonText && !isBlank(text)) hide(text, isTextForText);
  }
  const left = rules.personalFields(rules.decode(bytes));
  return budget >= 0 && left.every(({ text }) => isBlank(text))
    ? { bytes, paths: [...paths].sort() }
    : undefined;
}

/** Whether a text stands in place of what was hidden. */
export function isFilled(text: string): boolean {
  return text.includes(filler) && isBlank(text);
}

/** Whether there is nothing to hide in a text, or nothing left. */
function isBlank(text: string): boolean {
  return [...text].every((character) => character === filler || /\s/.test(character));
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`);
}

function isTextForText({ expected, got }: Difference): boolean {
  return typeof expected === 'string' && typeof got === 'string';
}

/** What reads differently; `undefined` when nothing can be read any more. */
function changes(
  rules: RedactionRules,
  before: unknown,
  bytes: Uint8Array,
): readonly Difference[] | undefined {
  try {
    return differences(before, rules.decode(bytes));
  } catch {
    return undefined;
  }
}

/** The octets that a text may have been read from. */
function encodingsOf(text: string): readonly Uint8Array[] {
  const octets = encoder.encode(text);
  const single = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const isLatin1 = latin1(single, 0, single.length) === text && utf8(single, 0, single.length) !== text;
  return isLatin1 ? [octets, single] : [octets];
}

function indexOf(bytes: Uint8Array, octets: Uint8Array, from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(octets, from);
}
