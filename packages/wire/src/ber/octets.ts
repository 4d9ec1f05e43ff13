import { primitive } from './primitive.js';
import { readString, sampleText } from './strings.js';
import { Universal } from './tag.js';
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
export const bitString: BerType<string> = {
  ...octetString,
  name: 'BIT STRING',
  tags: [Universal.bitString],
  sample: (random) => `00${sampleText(random, '0123456789abcdef', 2 * Math.floor(random() * 6))}`,
};

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
    writer.prepend(requireHex(writer, value));
  },
  sample: (random) =>
    random() < 0.5 ? `04${['00', '0141', '024142'][Math.floor(random() * 3)]}` : '30080201051b03616263',
};

function requireHex(writer: Writer, value: string): Uint8Array {
  const bytes = typeof value === 'string' ? fromHex(value) : undefined;
  if (!bytes) writer.fail('invalid-value', 'expected hexadecimal digits');
  return bytes;
}
