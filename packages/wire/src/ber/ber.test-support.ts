import { DecodeError, type DecodeErrorCode, EncodeError, type EncodeErrorCode } from '@interlend/core';
import { expect, it } from 'vitest';
import { readBer, writeBer } from './codec.js';
import type { ReadOptions } from './reader.js';
import { fromHex, toHex } from './text.js';
import type { BerType } from './type.js';

/** A value and its octets in hex, white space allowed. */
export interface Vector<Value> {
  readonly title: string;
  readonly value: Value;
  readonly bytes: string;
}

/** Octets that cannot be read, with what the error says. */
export interface InvalidVector {
  readonly title: string;
  readonly bytes: string;
  readonly code: DecodeErrorCode;
  readonly offset: number;
  readonly path?: string;
}

/** Octets of hex digits. */
export function octets(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (!bytes) throw new Error(`not hex: ${hex}`);
  return bytes;
}

/** A value in hex: an identifier, the length of the contents, the contents. */
export function tlv(identifier: string, ...contents: readonly string[]): string {
  const inside = octets(contents.join(''));
  const length = inside.length < 0x80 ? [inside.length] : [0x82, inside.length >> 8, inside.length & 0xff];
  return identifier + toHex(Uint8Array.from(length)) + toHex(inside);
}

/** Reads hex and gives the value and the codes and offsets of the deviations. */
export function read<Value>(type: BerType<Value>, hex: string, options?: ReadOptions) {
  const { message, deviations } = readBer(type, octets(hex), options);
  return { value: message, deviations: deviations.map(({ code, offset, path }) => ({ code, offset, path })) };
}

/** Writes a value as hex. */
export function write<Value>(type: BerType<Value>, value: unknown): string {
  return toHex(writeBer(type, value as Value));
}

/** What the `DecodeError` of an action says. Any other outcome fails the test. */
export function decodeFailure(action: () => unknown): Pick<DecodeError, 'code' | 'offset' | 'path'> {
  try {
    action();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    expect(error.excerpt.length).toBeLessThanOrEqual(32);
    return { code: error.code, offset: error.offset, path: error.path };
  }
  throw new Error('expected a DecodeError, nothing was thrown');
}

/** What the `EncodeError` of an action says. Any other outcome fails the test. */
export function encodeFailure(action: () => unknown): {
  readonly code: EncodeErrorCode;
  readonly path: string;
} {
  try {
    action();
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    return { code: error.code, path: error.path };
  }
  throw new Error('expected an EncodeError, nothing was thrown');
}

/** Each vector reads without deviations to its value, and its value is written as its octets. */
export function checkVectors<Value>(type: BerType<Value>, vectors: readonly Vector<Value>[]): void {
  for (const { title, value, bytes } of vectors) {
    it(`reads ${title}`, () => {
      expect(read(type, bytes)).toEqual({ value, deviations: [] });
    });
    it(`writes ${title}`, () => {
      expect(write(type, value)).toBe(toHex(octets(bytes)));
    });
  }
}

/** Each invalid vector fails with its code at its offset. */
export function checkInvalid<Value>(
  type: BerType<Value>,
  vectors: readonly InvalidVector[],
  options?: ReadOptions,
): void {
  for (const { title, bytes, code, offset, path = '' } of vectors) {
    it(`refuses ${title}`, () => {
      expect(decodeFailure(() => read(type, bytes, options))).toEqual({ code, offset, path });
    });
  }
}
