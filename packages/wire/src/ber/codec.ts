import type { Decoded } from '@interlend/core';
import { Reader, type ReadOptions } from './reader.js';
import type { BerType } from './type.js';
import { type WriteOptions, Writer } from './writer.js';

/**
 * Reads exactly one value.
 *
 * @throws DecodeError with the offset, the path of the element and a few octets; `incomplete` when octets are missing
 */
export function readBer<Value>(
  type: BerType<Value>,
  bytes: Uint8Array,
  options?: ReadOptions,
): Decoded<Value> {
  const reader = new Reader(bytes, options);
  reader.readHeader();
  const message = type.readTagged(reader, 0);
  if (reader.position < bytes.length) {
    reader.fail(
      'trailing-data',
      `${bytes.length - reader.position} octets follow where the message is complete`,
    );
  }
  return { message, deviations: reader.deviations };
}

let spare: Writer | undefined = new Writer();
/** A writer that has grown beyond this is not kept for the next message. */
const spareOctets = 64 * 1024;

/**
 * Writes one value: definite lengths, fewest octets.
 *
 * @throws EncodeError with the path of the element
 */
export function writeBer<Value>(type: BerType<Value>, value: Value, options: WriteOptions = {}): Uint8Array {
  const writer = spare ?? new Writer();
  spare = undefined;
  writer.reset(options);
  try {
    type.write(writer, value);
    return writer.toBytes();
  } finally {
    if (writer.capacity <= spareOctets) spare = writer;
  }
}
