import { DecodeError, type Framer } from '@interlend/core';
import { type BerLimits, defaultBerLimits } from './limits.js';
import { toHex } from './text.js';

/** What a framer of BER values is told. */
export interface BerFramerOptions {
  readonly limits?: Partial<BerLimits>;
  /** Whether a value may begin with this octet; what cannot begin a message ends the stream at once. */
  readonly acceptsFirstOctet?: (octet: number) => boolean;
}

/**
 * Cuts a stream of BER values, X.690 8.1, one outer value at a time. Every octet is looked at once, whatever the chunks
 * are; with indefinite lengths the depth of open values is counted until the matching end.
 */
export function createBerFramer(options: BerFramerOptions = {}): Framer {
  const limits = { ...defaultBerLimits, ...options.limits };
  const acceptsFirst = options.acceptsFirstOctet ?? (() => true);
  let held: Uint8Array[] = [];
  let heldOctets = 0;
  /** Octets of the present value seen so far, over all chunks. */
  let seen = 0;
  /** Contents that can be skipped without a look. */
  let skip = 0;
  /** Open values of indefinite length. */
  let depth = 0;
  let phase: 'identifier' | 'tag-number' | 'length' | 'long-length' | 'skip' = 'identifier';
  let isConstructed = false;
  let identifierIsZero = false;
  let lengthOctets = 0;
  let length = 0;
  /** What ended the stream. */
  let failure: unknown;

  const fail = (
    code: 'not-a-message' | 'malformed' | 'limit' | 'incomplete',
    message: string,
    chunk?: Uint8Array,
    at = 0,
  ): never => {
    throw new DecodeError(code, message, {
      offset: seen,
      ...(chunk ? { excerpt: toHex(chunk.subarray(at, at + 16)) } : {}),
    });
  };

  /** A value's header is complete; true when the outer value ends with it. */
  const begin = (contents: number, chunk: Uint8Array, at: number): boolean => {
    if (seen + contents > limits.messageOctets) {
      fail('limit', `message larger than the limit of ${limits.messageOctets} octets`, chunk, at);
    }
    skip = contents;
    phase = contents > 0 ? 'skip' : 'identifier';
    return contents === 0 && depth === 0;
  };

  /** Takes octets of `chunk` from `at`; gives where it stopped and whether a value ended there. */
  const take = (chunk: Uint8Array, from: number): { readonly at: number; readonly isComplete: boolean } => {
    let at = from;
    while (at < chunk.length) {
      if (phase === 'skip') {
        const part = Math.min(skip, chunk.length - at);
        at += part;
        seen += part;
        skip -= part;
        if (skip > 0) return { at, isComplete: false };
        phase = 'identifier';
        if (depth === 0) return { at, isComplete: true };
        continue;
      }
      const octet = chunk[at] as number;
      if (seen >= limits.messageOctets)
        fail('limit', `message larger than the limit of ${limits.messageOctets} octets`, chunk, at);
      switch (phase) {
        case 'identifier':
          if (seen === 0 && !acceptsFirst(octet)) {
            fail(
              'not-a-message',
              `octet ${octet.toString(16).padStart(2, '0')} cannot begin a message`,
              chunk,
              at,
            );
          }
          isConstructed = (octet & 0x20) !== 0;
          identifierIsZero = octet === 0;
          phase = (octet & 0x1f) === 0x1f ? 'tag-number' : 'length';
          lengthOctets = 0;
          break;
        case 'tag-number':
          if (++lengthOctets > 4) fail('limit', 'tag number of more than 4 octets', chunk, at);
          if ((octet & 0x80) === 0) phase = 'length';
          break;
        case 'length':
          if (identifierIsZero && depth > 0 && octet === 0) {
            depth--;
            phase = 'identifier';
            if (depth === 0) {
              seen++;
              return { at: at + 1, isComplete: true };
            }
          } else if (octet === 0x80) {
            if (!isConstructed) fail('malformed', 'indefinite length on a primitive value', chunk, at);
            if (++depth > limits.depth) fail('limit', `nested deeper than ${limits.depth} levels`, chunk, at);
            phase = 'identifier';
          } else if (octet < 0x80) {
            seen++;
            at++;
            if (begin(octet, chunk, at)) return { at, isComplete: true };
            continue;
          } else {
            lengthOctets = octet & 0x7f;
            length = 0;
            phase = 'long-length';
          }
          break;
        case 'long-length':
          length = length * 256 + octet;
          if (length > limits.messageOctets) {
            fail('limit', `length larger than the limit of ${limits.messageOctets} octets`, chunk, at);
          }
          if (--lengthOctets === 0) {
            seen++;
            at++;
            if (begin(length, chunk, at)) return { at, isComplete: true };
            continue;
          }
          break;
        default:
          phase satisfies never;
      }
      seen++;
      at++;
    }
    return { at, isComplete: false };
  };

  return {
    get heldOctets() {
      return heldOctets;
    },
    push(chunk) {
      if (failure !== undefined) throw failure;
      const frames: Uint8Array[] = [];
      let from = 0;
      while (from < chunk.length) {
        let taken: ReturnType<typeof take>;
        try {
          taken = take(chunk, from);
        } catch (error) {
          // The messages before it are whole, and their number must not depend on how the stream was cut.
          failure = error;
          if (frames.length === 0) throw error;
          return frames;
        }
        const part = chunk.subarray(from, taken.at);
        from = taken.at;
        if (!taken.isComplete) {
          held.push(part.slice());
          heldOctets += part.length;
          break;
        }
        frames.push(held.length === 0 ? part.slice() : join(held, heldOctets, part));
        held = [];
        heldOctets = 0;
        seen = 0;
      }
      return frames;
    },
    end() {
      if (failure !== undefined) throw failure;
      if (heldOctets > 0)
        fail('incomplete', `stream ended after ${heldOctets} octets of an unfinished message`);
    },
  };
}

function join(parts: readonly Uint8Array[], octets: number, last: Uint8Array): Uint8Array {
  const joined = new Uint8Array(octets + last.length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  joined.set(last, at);
  return joined;
}
