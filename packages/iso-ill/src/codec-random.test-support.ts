import type { RandomSource } from '@interlend/core';
import { Reader, Universal } from '@interlend/wire/ber';
import { randomValue } from '@interlend/wire/ber/random';
import { randomApdu } from './codec.js';
import { type ApduName, type Extension, type IllApdu, registeredExternals } from './messages/index.js';

/**
 * A number from the environment, for runs longer than those of `npm test`.
 */
export function countFromEnvironment(name: string, usual: number): number {
  const count = Number(process.env[name] ?? usual);
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`${name} takes a number from 1 on`);
  return count;
}

/** A random APDU, now and then with an extension of a registered type. */
export function randomApduWithExtensions(random: RandomSource, name?: ApduName): IllApdu {
  const message = randomApdu(random, name);
  if (random() < 0.7) return message;
  return { ...message, extensions: [...(message.extensions ?? []), randomExtension(random)] };
}

/** An extension with a random value of a registered type. */
export function randomExtension(random: RandomSource): Extension {
  const entry = registeredExternals[Math.floor(random() * registeredExternals.length)];
  if (!entry) throw new Error('no registered types');
  const { objectIdentifier, name, type } = entry;
  const content = { [name]: randomValue(type as never, random, 4) } as never;
  return { identifier: 1, item: { external: { directReference: objectIdentifier, content } } };
}

/** How {@link rewrite} writes what was encoded already. */
export interface Rewriting {
  /** Form of the lengths of constructed values. */
  readonly constructed: 'definite' | 'indefinite';
  /** Octets of a length: as few as can be, or one to four with leading zeros. */
  readonly lengthOctets: 0 | 1 | 2 | 4;
  /** Whether GeneralStrings come in segments. */
  readonly isSegmented: boolean;
}

/** The same value in another legal encoding. */
export function rewrite(bytes: Uint8Array, how: Rewriting): Uint8Array {
  const reader = new Reader(bytes);
  const octets: number[] = [];
  while (reader.position < bytes.length) octets.push(...rewriteValue(reader, how));
  return Uint8Array.from(octets);
}

function rewriteValue(reader: Reader, how: Rewriting): readonly number[] {
  const start = reader.position;
  reader.readHeader();
  const { length, tag } = reader;
  const identifier = [...reader.bytes.subarray(start, identifierEnd(reader.bytes, start))];
  const end = reader.position + length;
  if (reader.isConstructed) {
    const contents: number[] = [];
    while (reader.position < end) contents.push(...rewriteValue(reader, how));
    return how.constructed === 'indefinite'
      ? [...identifier, 0x80, ...contents, 0, 0]
      : [...identifier, ...lengthOf(contents.length, how), ...contents];
  }
  const contents = [...reader.bytes.subarray(reader.position, end)];
  reader.position = end;
  if (!how.isSegmented || tag !== Universal.generalString) {
    return [...identifier, ...lengthOf(contents.length, how), ...contents];
  }
  const half = contents.length >> 1;
  const segments = [contents.slice(0, half), contents.slice(half)].flatMap((part) => [
    0x04,
    ...lengthOf(part.length, how),
    ...part,
  ]);
  return [0x3b, 0x80, ...segments, 0, 0];
}

function identifierEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  if (((bytes[at++] ?? 0) & 0x1f) === 0x1f) while ((bytes[at++] ?? 0) & 0x80);
  return at;
}

function lengthOf(length: number, { lengthOctets }: Rewriting): readonly number[] {
  if (lengthOctets === 0 && length < 0x80) return [length];
  const count = Math.max(lengthOctets, length < 0x100 ? 1 : length < 0x10000 ? 2 : 3);
  return [
    0x80 | count,
    ...Array.from({ length: count }, (_, index) => (length >>> (8 * (count - 1 - index))) & 0xff),
  ];
}
