import { EncodeError } from '@interlend/core';
import { foldedAt, lineOctets } from './limits.js';

const encodedWordText = 75 - '=?UTF-8?B??='.length;

/** @throws EncodeError when the value could end the field, or begin another */
export function assertFieldText(value: string, path: string): void {
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f || (code >= 0x80 && code < 0xa0) || code === 0x2028 || code === 0x2029) {
      throw new EncodeError(
        'unsayable-character',
        `expected text on one line, found U+${code.toString(16).toUpperCase().padStart(4, '0')}`,
        path,
      );
    }
  }
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/** RFC 2047: a text that is not ASCII as words of base64, none of them longer than 75 characters. */
function encodedWords(text: string): string {
  const words: string[] = [];
  let taken = '';
  const flush = (): void => {
    if (taken !== '') words.push(`=?UTF-8?B?${Buffer.from(taken, 'utf8').toString('base64')}?=`);
    taken = '';
  };
  for (const character of text) {
    const octets = Buffer.byteLength(taken + character, 'utf8');
    if (Math.ceil(octets / 3) * 4 > encodedWordText) flush();
    taken += character;
  }
  flush();
  return words.join(' ');
}

/** Unstructured text of a field: as it is where it is ASCII and cannot be taken for an encoded word. */
export function fieldText(value: string, path: string): string {
  assertFieldText(value, path);
  const isPlain = isAscii(value) && !value.includes('=?') && value === value.trim();
  return isPlain ? value : encodedWords(value);
}

/** One field, folded at blanks so that its lines stay short where it has blanks. */
export function formatField(name: string, value: string): string {
  const lines: string[] = [];
  let line = `${name}:`;
  for (const word of value.split(' ')) {
    if (line.length + 1 + word.length > foldedAt && line !== `${name}:` && line.trim() !== '') {
      lines.push(line);
      line = '';
    }
    line += ` ${word}`;
  }
  lines.push(line);
  const tooLong = lines.find((each) => each.length > lineOctets);
  if (tooLong !== undefined)
    throw new EncodeError('too-long', `expected words of at most ${lineOctets} octets`, name);
  return lines.map((each) => `${each}\r\n`).join('');
}

/** Words of RFC 2047 in a field that {@link fieldText} wrote, and those of other software in UTF-8. */
export function decodeWords(value: string): string {
  const word = /=\?UTF-8\?([BQ])\?([^?\s]*)\?=/gi;
  return value
    .replaceAll(/(=\?UTF-8\?[BQ]\?[^?\s]*\?=)\s+(?==\?UTF-8\?[BQ]\?)/gi, '$1')
    .replaceAll(word, (_, kind: string, text: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString('utf8')
        : Buffer.from(
            text
              .replaceAll('_', ' ')
              .replaceAll(/=([0-9A-F]{2})/gi, (__, hex: string) =>
                String.fromCharCode(Number.parseInt(hex, 16)),
              ),
            'latin1',
          ).toString('utf8'),
    );
}
