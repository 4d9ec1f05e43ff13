import type { RandomSource } from '@interlend/core';
import { primitive } from './primitive.js';
import type { Reader } from './reader.js';
import { isUniversal, type TagKey, Universal } from './tag.js';
import { latin1, utf8 } from './text.js';
import type { BerType } from './type.js';

/**
 * Octets of a string at the reader's position. Segments of a constructed string are joined (X.690 8.23.6).
 * `decode` gets the octets and their bounds.
 */
export function readString<Value>(
  reader: Reader,
  length: number,
  isConstructed: boolean,
  decode: (reader: Reader, bytes: Uint8Array, start: number, end: number) => Value,
): Value {
  if (!isConstructed) {
    if (length > reader.limits.stringOctets) failLongString(reader, length);
    const start = reader.position;
    const end = start + length;
    const value = decode(reader, reader.bytes, start, end);
    reader.position = end;
    return value;
  }
  const segments: number[] = [];
  collectSegments(reader, length, segments);
  return decode(reader, Uint8Array.from(segments), 0, segments.length);
}

function failLongString(reader: Reader, length: number): never {
  reader.fail(
    'limit',
    `string of ${length} octets is longer than the limit of ${reader.limits.stringOctets}`,
  );
}

function collectSegments(reader: Reader, length: number, into: number[]): void {
  const outer = reader.enter(length);
  while (reader.hasMore(length)) {
    const start = reader.position;
    reader.readHeader();
    if (!isUniversal(reader.tag)) reader.failTag('a segment of a string', start);
    if (reader.isConstructed) {
      collectSegments(reader, reader.length, into);
    } else {
      if (into.length + reader.length > reader.limits.stringOctets)
        failLongString(reader, into.length + reader.length);
      for (let left = reader.length; left > 0; left--) into.push(reader.bytes[reader.position++] as number);
    }
  }
  reader.leave(outer);
}

const asciiText = (reader: Reader, bytes: Uint8Array, start: number, end: number, name: string): string => {
  let text = '';
  for (let at = start; at < end; at++) {
    const octet = bytes[at] as number;
    if (octet < 0x20 || octet > 0x7e) {
      reader.deviate('string-character', `${name} holds octet ${octet}, expected printable ASCII`);
      return utf8(bytes, start, end) ?? latin1(bytes, start, end);
    }
    text += String.fromCharCode(octet);
  }
  return text;
};

function asciiString(name: string, tag: TagKey, samples: string): BerType<string> {
  return primitive({
    name,
    tag,
    read: (reader, length, isConstructed) =>
      readString(reader, length, isConstructed, (_, bytes, start, end) =>
        asciiText(reader, bytes, start, end, name),
      ),
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
