import { DecodeError, type DecodeErrorCode, type Framer } from '@interlend/core';
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
 * are; with indefinite lengths the depth of open values is counted until the matching end. After an error the stream is
 * lost, since there is no telling where the next value begins: every later call throws it again.
 */
export function createBerFramer(options: BerFramerOptions = {}): Framer {
  const scanner = new Scanner(
    { ...defaultBerLimits, ...options.limits },
    options.acceptsFirstOctet ?? (() => true),
  );
  const held = new HeldOctets();
  let failure: unknown;
  return {
    get heldOctets() {
      return held.length;
    },
    push(chunk) {
      if (failure !== undefined) throw failure;
      const frames: Uint8Array[] = [];
      let from = 0;
      while (from < chunk.length) {
        let end: number;
        try {
          end = scanner.scan(chunk, from);
        } catch (error) {
          failure = error;
          held.append(chunk.subarray(from));
          if (frames.length === 0) throw error;
          break;
        }
        const part = chunk.subarray(from, end);
        if (!scanner.isComplete) {
          held.append(part);
          break;
        }
        frames.push(held.length === 0 ? part.slice() : held.takeWith(part));
        from = end;
      }
      return frames;
    },
    end() {
      if (failure !== undefined) throw failure;
      if (held.length === 0) return;
      throw new DecodeError(
        'incomplete',
        `stream ended after ${held.length} octets of an unfinished message`,
        {
          offset: held.length,
        },
      );
    },
  };
}

/** The beginning of a message, in memory of at most twice its size however small its chunks are. */
class HeldOctets {
  private bytes = new Uint8Array(0);
  length = 0;

  append(part: Uint8Array): void {
    if (this.length + part.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.length + part.length, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(part, this.length);
    this.length += part.length;
  }

  /** All that was held with `part` behind it; nothing is held any more. */
  takeWith(part: Uint8Array): Uint8Array {
    const whole = new Uint8Array(this.length + part.length);
    whole.set(this.bytes.subarray(0, this.length));
    whole.set(part, this.length);
    this.bytes = new Uint8Array(0);
    this.length = 0;
    return whole;
  }
}

/** Finds the end of one outer value after another. */
class Scanner {
  private readonly limits: BerLimits;
  private readonly acceptsFirst: (octet: number) => boolean;
  /** Whether the octets scanned last end with their outer value. */
  isComplete = false;
  /** Octets of the present outer value seen so far, over all chunks. */
  private seen = 0;
  /** Contents that can be skipped without a look. */
  private skip = 0;
  /** Open values of indefinite length. */
  private depth = 0;
  private phase: 'identifier' | 'tag-number' | 'length' | 'long-length' = 'identifier';
  private identifier = 0;
  /** Octets of a tag number seen, or octets of a length yet to come. */
  private count = 0;
  private length = 0;

  constructor(limits: BerLimits, acceptsFirst: (octet: number) => boolean) {
    this.limits = limits;
    this.acceptsFirst = acceptsFirst;
  }

  /** Looks at `chunk` from `from` on; gives where the outer value ends, or the end of the chunk. */
  scan(chunk: Uint8Array, from: number): number {
    if (this.isComplete) this.seen = 0;
    this.isComplete = false;
    let at = from;
    while (at < chunk.length && !this.isComplete) {
      if (this.skip > 0) {
        const part = Math.min(this.skip, chunk.length - at);
        at += part;
        this.seen += part;
        this.skip -= part;
        this.isComplete = this.skip === 0 && this.depth === 0;
      } else {
        this.take(chunk, at);
        at++;
        this.seen++;
      }
    }
    return at;
  }

  /** Takes one octet of a header. */
  private take(chunk: Uint8Array, at: number): void {
    const octet = chunk[at] as number;
    if (this.seen >= this.limits.messageOctets) this.failLarge('message', chunk, at);
    switch (this.phase) {
      case 'identifier':
        if (this.seen === 0 && !this.acceptsFirst(octet)) {
          this.fail(
            'not-a-message',
            `octet ${octet.toString(16).padStart(2, '0')} cannot begin a message`,
            chunk,
            at,
          );
        }
        this.identifier = octet;
        this.count = 0;
        this.phase = (octet & 0x1f) === 0x1f ? 'tag-number' : 'length';
        break;
      case 'tag-number':
        if (++this.count > 4) this.fail('limit', 'tag number of more than 4 octets', chunk, at);
        if ((octet & 0x80) === 0) this.phase = 'length';
        break;
      case 'length':
        this.takeLength(octet, chunk, at);
        break;
      case 'long-length':
        this.length = this.length * 256 + octet;
        if (this.length > this.limits.messageOctets) this.failLarge('length', chunk, at);
        if (--this.count === 0) this.begin(this.length, chunk, at);
        break;
      default:
        this.phase satisfies never;
    }
  }

  private takeLength(octet: number, chunk: Uint8Array, at: number): void {
    if (octet === 0 && this.identifier === 0 && this.depth > 0) {
      this.depth--;
      this.phase = 'identifier';
      this.isComplete = this.depth === 0;
    } else if (octet === 0x80) {
      if ((this.identifier & 0x20) === 0) {
        this.fail('malformed', 'indefinite length on a primitive value', chunk, at);
      }
      if (++this.depth > this.limits.depth) {
        this.fail('limit', `nested deeper than ${this.limits.depth} levels`, chunk, at);
      }
      this.phase = 'identifier';
    } else if (octet === 0xff) {
      this.fail('malformed', 'length begins with the reserved octet ff', chunk, at);
    } else if (octet > 0x80) {
      this.count = octet & 0x7f;
      this.length = 0;
      this.phase = 'long-length';
    } else {
      this.begin(octet, chunk, at);
    }
  }

  /** A header is complete whose last octet is at `at`. */
  private begin(contents: number, chunk: Uint8Array, at: number): void {
    if (this.seen + 1 + contents > this.limits.messageOctets) this.failLarge('message', chunk, at);
    this.skip = contents;
    this.phase = 'identifier';
    this.isComplete = contents === 0 && this.depth === 0;
  }

  private failLarge(what: 'message' | 'length', chunk: Uint8Array, at: number): never {
    this.fail('limit', `${what} larger than the limit of ${this.limits.messageOctets} octets`, chunk, at);
  }

  /** Throws for the octet at `at`. The offset counts from the start of the message, over all chunks. */
  private fail(code: DecodeErrorCode, message: string, chunk: Uint8Array, at: number): never {
    throw new DecodeError(code, message, { offset: this.seen, excerpt: toHex(chunk.subarray(at, at + 16)) });
  }
}
