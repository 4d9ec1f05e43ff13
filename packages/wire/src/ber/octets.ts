import { DecodeError } from '@interlend/core';
import { primitive } from './primitive.js';
import { Reader } from './reader.js';
import { failLongString, readSegments, readString, sampleText } from './strings.js';
import { type TagKey, Universal } from './tag.js';
import { fromHex, toHex } from './text.js';
import type { BerType } from './type.js';
import type { Writer } from './writer.js';

/** Octets as hexadecimal digits: OCTET STRING. */
export const octetString: BerType<string> = primitive({
  name: 'OCTET STRING',
  tag: Universal.octetString,
  read: (reader, length, isConstructed) =>
    readString(reader, length, isConstructed, (_, bytes, start, end) => toHex(bytes.subarray(start, end))),
  write: (writer, value) => {
    writer.prepend(requireHex(writer, value));
  },
  sample: (random) => sampleText(random, '0123456789abcdef', 2 * Math.floor(random() * 6)),
});

/** A bit string as hexadecimal digits; the first octet counts the unused bits at the end (X.690 8.6.2). */
export const bitString: BerType<string> = primitive({
  name: 'BIT STRING',
  tag: Universal.bitString,
  read(reader, length, isConstructed) {
    const octets: number[] = [0];
    const take = (start: number, end: number): number => {
      const unused = reader.bytes[start];
      if (start === end || unused === undefined || unused > 7) {
        return reader.fail('malformed', 'BIT STRING does not begin with a count of unused bits', start);
      }
      if (octets[0] !== 0) reader.fail('malformed', 'segment of a BIT STRING behind unused bits', start);
      octets[0] = unused;
      for (let at = start + 1; at < end; at++) octets.push(reader.bytes[at] as number);
      return octets.length;
    };
    if (isConstructed) {
      readSegments(reader, length, Universal.bitString, take);
    } else {
      if (length > reader.limits.stringOctets) failLongString(reader, length);
      take(reader.position, reader.position + length);
      reader.position += length;
    }
    return toHex(Uint8Array.from(octets));
  },
  write(writer, value) {
    const octets = requireHex(writer, value);
    if ((octets[0] ?? 8) > 7)
      writer.fail('invalid-value', 'expected a count of unused bits, 00 to 07, in front');
    writer.prepend(octets);
  },
  sample: (random) => `00${sampleText(random, '0123456789abcdef', 2 * Math.floor(random() * 6))}`,
});

/**
 * Any one value, kept as its octets in hex. Lengths of the indefinite form are replaced by definite ones, all else stays
 * as it came.
 */
export const anyValue: BerType<string> = {
  name: 'ANY',
  tags: [],
  canBeImplicit: false,
  isConstructed: true,
  isEmptyMeaningless: false,
  readContents: (reader, length) => {
    const outer = reader.enter(length);
    const start = reader.position;
    reader.readHeader();
    const raw = reader.readRaw(start);
    reader.finish(length, outer);
    return raw;
  },
  readTagged: (reader, headerStart) => reader.readRaw(headerStart),
  writeContents: (writer, value) => anyValue.write(writer, value),
  write(writer, value) {
    const octets = requireHex(writer, value);
    tagOfOneValue(writer, octets);
    writer.prepend(octets);
  },
  sample: (random) =>
    random() < 0.5 ? `04${['00', '0141', '024142'][Math.floor(random() * 3)]}` : '30080201051b03616263',
};

/** Octets of hexadecimal digits. */
export function requireHex(writer: Writer, value: unknown): Uint8Array {
  const bytes = typeof value === 'string' ? fromHex(value) : undefined;
  if (!bytes) writer.fail('invalid-value', 'expected hexadecimal digits');
  return bytes;
}

/** The tag of the value that `octets` are; they must be one whole value. */
export function tagOfOneValue(writer: Writer, octets: Uint8Array): TagKey {
  try {
    const reader = new Reader(octets);
    reader.readHeader();
    const { tag } = reader;
    reader.readRaw(0);
    if (reader.position === octets.length) return tag;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return writer.fail('invalid-value', `expected one value in BER: ${error.message}`);
  }
  return writer.fail('invalid-value', 'expected one value in BER, found more');
}
