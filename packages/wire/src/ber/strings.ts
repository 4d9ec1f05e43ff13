import type { RandomSource } from '@interlend/core';
import { primitive } from './primitive.js';
import type { Reader } from './reader.js';
import { formatTag, type TagKey, Universal } from './tag.js';
import { latin1, utf8 } from './text.js';
import type { BerType } from './type.js';

/** Makes a value of the octets of a string. `offset` is where the string's contents begin in the message. */
export type StringDecoder<Value> = (
  reader: Reader,
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
) => Value;

/**
 * Reads the contents of a string at the reader's position. Segments of a constructed string are joined (X.690 8.23.6).
 */
export function readString<Value>(
  reader: Reader,
  length: number,
  isConstructed: boolean,
  decode: StringDecoder<Value>,
): Value {
  const start = reader.position;
  if (isConstructed) {
    const octets: number[] = [];
    readSegments(reader, length, Universal.octetString, (at, end) => {
      for (; at < end; at++) octets.push(reader.bytes[at] as number);
      return octets.length;
    });
    return decode(reader, Uint8Array.from(octets), 0, octets.length, start);
  }
  const end = start + length;
  if (length > reader.limits.stringOctets) failLongString(reader, length);
  const value = decode(reader, reader.bytes, start, end, start);
  reader.position = end;
  return value;
}

/**
 * Reads the segments of a constructed string, which may nest. `take` gets the bounds of one primitive segment and says how
 * many octets it has in all.
 */
export function readSegments(
  reader: Reader,
  length: number,
  segmentTag: TagKey,
  take: (start: number, end: number) => number,
): void {
  const outer = reader.enter(length);
  while (reader.hasMore(length)) {
    const start = reader.position;
    reader.readHeader();
    if (reader.tag !== segmentTag) {
      if (!stringTags.includes(reader.tag)) reader.failTag('a segment of a string', start);
      reader.deviate('segment-tag', `segment ${formatTag(reader.tag)} of a string`, 'X.690 8.23.6', start);
    }
    if (reader.isConstructed) {
      readSegments(reader, reader.length, segmentTag, take);
    } else {
      const end = reader.position + reader.length;
      if (reader.length > reader.limits.stringOctets) failLongString(reader, reader.length);
      const octets = take(reader.position, end);
      if (octets > reader.limits.stringOctets) failLongString(reader, octets);
      reader.position = end;
    }
  }
  reader.leave(outer);
}

const stringTags: readonly TagKey[] = [
  Universal.octetString,
  Universal.printableString,
  Universal.visibleString,
  Universal.generalString,
];

/** Refuses a string beyond the limit. */
export function failLongString(reader: Reader, length: number): never {
  reader.fail(
    'limit',
    `string of ${length} octets is longer than the limit of ${reader.limits.stringOctets}`,
  );
}

const readAscii =
  (name: string): StringDecoder<string> =>
  (reader, bytes, start, end, offset) => {
    for (let at = start; at < end; at++) {
      const octet = bytes[at] as number;
      if (octet >= 0x20 && octet <= 0x7e) continue;
      reader.deviate(
        'string-character',
        `${name} holds octet ${octet}, expected printable ASCII`,
        undefined,
        offset,
      );
      break;
    }
    return reader.ascii(bytes, start, end) ?? utf8(bytes, start, end) ?? latin1(bytes, start, end);
  };

function asciiString(name: string, tag: TagKey, samples: string): BerType<string> {
  const decode = readAscii(name);
  return primitive({
    name,
    tag,
    read: (reader, length, isConstructed) => readString(reader, length, isConstructed, decode),
    write(writer, value) {
      if (typeof value !== 'string') writer.fail('invalid-value', `expected text, found ${typeof value}`);
      for (let index = 0; index < value.length; index++) {
        const unit = value.charCodeAt(index);
        if (unit < 0x20 || unit > 0x7e) {
          writer.fail('unsayable-character', `${name} cannot say character ${JSON.stringify(value[index])}`);
        }
      }
      writer.prependLatin1(value);
    },
    sample: (random) => sampleText(random, samples, Math.floor(random() * 12)),
  });
}

/** `length` random characters of `alphabet`. */
export function sampleText(random: RandomSource, alphabet: string, length: number): string {
  let text = '';
  for (let count = 0; count < length; count++) text += alphabet[Math.floor(random() * alphabet.length)];
  return text;
}

/** VisibleString: printable ASCII. */
export const visibleString: BerType<string> = asciiString(
  'VisibleString',
  Universal.visibleString,
  'abcXYZ019 .,-',
);
/** PrintableString: letters, digits and a few marks, X.680 41.4. */
export const printableString: BerType<string> = asciiString(
  'PrintableString',
  Universal.printableString,
  'abcXYZ019 .,',
);
