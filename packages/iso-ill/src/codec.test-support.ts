import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DecodeError, EncodeError } from '@interlend/core';
import { fromHex, toHex } from '@interlend/wire/ber';

/** Where the samples of `vectors/manifest.json` stand. */
export const vectorFolder = join(import.meta.dirname, '..', 'vectors');

/** What reading goes through; a test compares it with the manifest. */
export interface Outcome {
  readonly code: string;
  readonly offset: number;
  readonly path: string;
}

/** What `vectors/manifest.json` says of one file. */
export interface Sample {
  readonly file: string;
  readonly octets: number;
  readonly apdus?: readonly string[];
  readonly deviations?: readonly Outcome[];
  readonly error?: Outcome;
  readonly strictError?: Outcome;
}

/** The samples, in the order of the manifest. */
export const samples: readonly Sample[] = (
  JSON.parse(readFileSync(join(vectorFolder, 'manifest.json'), 'utf8')) as {
    readonly samples: readonly Sample[];
  }
).samples;

/** The octets of a sample. */
export function sampleOctets(file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(vectorFolder, file)));
}

/** Octets of hex digits, white space allowed. */
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

/** A GeneralString in hex. */
export function general(text: string): string {
  return tlv('1b', toHex(new TextEncoder().encode(text)));
}

/** Characters of ASCII in hex. */
export function ascii(text: string): string {
  return toHex(new TextEncoder().encode(text));
}

/** What the `DecodeError` of an action says. Any other outcome fails the test. */
export function decodeFailure(action: () => unknown): Outcome {
  try {
    action();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { code: error.code, offset: error.offset, path: error.path };
  }
  throw new Error('expected a DecodeError, nothing was thrown');
}

/** What the `EncodeError` of an action says. Any other outcome fails the test. */
export function encodeFailure(action: () => unknown): Pick<EncodeError, 'code' | 'path'> {
  try {
    action();
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    return { code: error.code, path: error.path };
  }
  throw new Error('expected an EncodeError, nothing was thrown');
}
