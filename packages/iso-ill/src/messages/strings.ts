import type { RandomSource } from '@interlend/core';
import {
  type BerType,
  constrained,
  identifierOctets,
  latin1,
  type Reader,
  readString,
  type StringDecoder,
  sampleText,
  Universal,
  utf8,
  visibleString,
  type Writer,
} from '@interlend/wire/ber';

/**
 * ILL-String, clause 9: text as a GeneralString in UTF-8 is a plain string; an EDIFACTString, and a GeneralString whose
 * octets are not UTF-8 and were read as ISO 8859-1, say so, that they can be written again as they came.
 */
export type IllString = string | { readonly edifact: string } | { readonly latin1: string };

/** The text of an ILL-String as sent, whatever its encoding. */
export function illText(value: IllString): string {
  if (typeof value === 'string') return value;
  return 'edifact' in value ? value.edifact : value.latin1;
}

const clause = 'ISO 10161-1 clause 9, ILL-String';
const generalIdentifier = identifierOctets(Universal.generalString, false);
const edifactIdentifier = identifierOctets(Universal.visibleString, false);

/** Characters of EDIFACTString. */
const edifactCharacters =
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-()/=!"%&*;<>\'+:?';
const edifactPattern = /^[A-Za-z0-9 .,\-()/=!"%&*;<>'+:?]*$/;

function checkBlanks(reader: Reader, bytes: Uint8Array, start: number, end: number, offset: number): void {
  if (end > start && (bytes[start] === 0x20 || bytes[end - 1] === 0x20)) {
    reader.deviate('blank-around-string', 'string begins or ends with a blank', clause, offset);
  }
}

const decodeGeneral: StringDecoder<IllString> = (reader, bytes, start, end, offset) => {
  checkBlanks(reader, bytes, start, end, offset);
  const text = reader.ascii(bytes, start, end) ?? utf8(bytes, start, end);
  if (text !== undefined) return text;
  reader.deviate('not-utf-8', 'octets of the string are not UTF-8, read as ISO 8859-1', clause, offset);
  return { latin1: latin1(bytes, start, end) };
};

const decodeEdifact: StringDecoder<IllString> = (reader, bytes, start, end, offset) => {
  const text = reader.ascii(bytes, start, end) ?? latin1(bytes, start, end);
  if (!edifactPattern.test(text)) {
    reader.deviate(
      'edifact-character',
      'EDIFACTString holds a character outside its repertoire',
      clause,
      offset,
    );
  }
  checkBlanks(reader, bytes, start, end, offset);
  return { edifact: text };
};

function readIllString(reader: Reader, headerStart: number): IllString {
  if (reader.tag === Universal.generalString) {
    return readString(reader, reader.length, reader.isConstructed, decodeGeneral);
  }
  if (reader.tag === Universal.visibleString) {
    return readString(reader, reader.length, reader.isConstructed, decodeEdifact);
  }
  return reader.failTag('GeneralString [UNIVERSAL 27] or EDIFACTString [UNIVERSAL 26]', headerStart);
}

function writeIllString(writer: Writer, value: IllString): void {
  const before = writer.length;
  if (typeof value === 'string') {
    writer.prependText(value);
    writer.prependHeader(generalIdentifier, before);
    return;
  }
  const [text, pattern, name, identifier] =
    typeof value === 'object' && value !== null && 'edifact' in value
      ? ([value.edifact, edifactPattern, 'EDIFACTString', edifactIdentifier] as const)
      : // biome-ignore lint/suspicious/noControlCharactersInRegex: every octet is a character of ISO 8859-1
        ([value?.latin1, /^[\u0000-\u00ff]*$/, 'ISO 8859-1', generalIdentifier] as const);
  if (typeof text !== 'string') {
    writer.fail('invalid-value', `expected text, {edifact} or {latin1}, found ${JSON.stringify(value)}`);
  }
  if (!pattern.test(text)) writer.fail('unsayable-character', `${name} cannot say ${JSON.stringify(text)}`);
  writer.prependLatin1(text);
  writer.prependHeader(identifier, before);
}

const words = [
  'a',
  'Examples',
  'J. Doe',
  'On examples',
  'Zürich',
  'Übung №7',
  '日本語',
  'naïve 😀 text',
  'x'.repeat(130),
];

/** ILL-String, clause 9. A CHOICE: it keeps its own header under every tag. */
export const IllString: BerType<IllString> = {
  name: 'ILL-String',
  tags: [Universal.generalString, Universal.visibleString],
  canBeImplicit: false,
  isConstructed: true,
  isEmptyMeaningless: false,
  readContents: (reader, length) => {
    const outer = reader.enter(length);
    const start = reader.position;
    reader.readHeader();
    const value = readIllString(reader, start);
    reader.finish(length, outer);
    return value;
  },
  readTagged: readIllString,
  writeContents: writeIllString,
  write: writeIllString,
  sample(random: RandomSource) {
    if (random() < 0.1) return { edifact: `E${sampleText(random, edifactCharacters, 5)}E` };
    return words[Math.floor(random() * words.length)] as string;
  },
};

/** ILL-String with a fixed number of characters. */
export function illStringOf(
  length: number,
  options: { readonly isEnforcedOnWrite: boolean },
): BerType<IllString> {
  return constrained(IllString, {
    code: 'string-length',
    clause: 'ISO 10161-1 clause 9',
    isEnforcedOnWrite: options.isEnforcedOnWrite,
    explain: (value) => {
      const { length: actual } = illText(value);
      return actual === length
        ? undefined
        : `expected ${length} character${length === 1 ? '' : 's'}, found ${actual}`;
    },
    sample: (random) => sampleText(random, '0123456789', length),
  });
}

function isDigits(text: string, length: number): boolean {
  if (text.length !== length) return false;
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x30 || unit > 0x39) return false;
  }
  return true;
}

const two = (number: number): string => String(number).padStart(2, '0');

/** ISO-Date, clause 9: `YYYYMMDD`, in the sender's calendar day. */
export const IsoDate: BerType<string> = constrained(visibleString, {
  code: 'date-format',
  clause: 'ISO 10161-1 clause 9, ISO-Date',
  explain: (value) =>
    isDigits(value, 8) ? undefined : `expected a date as YYYYMMDD, found ${JSON.stringify(value)}`,
  sample: (random) =>
    `${1990 + Math.floor(random() * 60)}${two(1 + Math.floor(random() * 12))}${two(1 + Math.floor(random() * 28))}`,
});

/** ISO-Time, clause 9: `HHMMSS`, local time of the sender without a zone. */
export const IsoTime: BerType<string> = constrained(visibleString, {
  code: 'time-format',
  clause: 'ISO 10161-1 clause 9, ISO-Time',
  explain: (value) =>
    isDigits(value, 6) ? undefined : `expected a time as HHMMSS, found ${JSON.stringify(value)}`,
  sample: (random) =>
    `${two(Math.floor(random() * 24))}${two(Math.floor(random() * 60))}${two(Math.floor(random() * 60))}`,
});
