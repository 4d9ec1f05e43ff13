import { DecodeError, type DecodeErrorCode, type Deviation } from '@interlend/core';
import type { ExternalRegistry } from './external.js';
import { type BerLimits, defaultBerLimits } from './limits.js';
import { formatTag, largestTagNumber, type TagKey, tagNumberBits } from './tag.js';
import { ascii, mostOctetsByOctet, textByOctet, toHex } from './text.js';

/** How to read. */
export interface ReadOptions {
  /** Turns the first deviation into a `DecodeError`. */
  readonly isStrict?: boolean;
  readonly limits?: Partial<BerLimits>;
  /** Types of the values inside EXTERNAL, by object identifier. */
  readonly externals?: ExternalRegistry;
}

/** A place to go back to. */
export interface ReaderMark {
  readonly position: number;
  readonly depth: number;
  readonly end: number;
  readonly isBounded: boolean;
  readonly pathDepth: number;
  readonly deviations: number;
}

/** Length of a value whose end is marked by two zero octets. */
export const indefinite = -1;

/**
 * A place in BER octets, X.690. The types of this package move it; `tag`, `length` and `isConstructed` describe the header
 * that was read last.
 */
export class Reader {
  readonly bytes: Uint8Array;
  readonly limits: BerLimits;
  readonly isStrict: boolean;
  readonly externals: ExternalRegistry | undefined;
  readonly deviations: Deviation[] = [];
  /** Offset of the next octet. */
  position = 0;
  /** Offset behind the innermost open value of definite length, or the end of the input. */
  end: number;
  /** Whether a value of definite length is open: running short then is a contradiction, not a lack of input. */
  private isBounded = false;
  /** The whole message, one character an octet. */
  private text: string | undefined;
  depth = 0;
  /** Tag of the header read last. */
  tag: TagKey = 0;
  /** Octets of contents of the header read last, or {@link indefinite}. */
  length = 0;
  isConstructed = false;
  /** Whether the SEQUENCE that was read last had no element that says something. */
  wasEmpty = false;
  /** Names of the elements that enclose the position; only the first {@link Reader.pathDepth} are valid. */
  readonly path: (string | number)[] = [];
  pathDepth = 0;

  constructor(bytes: Uint8Array, options: ReadOptions = {}) {
    this.bytes = bytes;
    const { limits = defaultBerLimits } = options;
    this.limits = limits === defaultBerLimits ? defaultBerLimits : { ...defaultBerLimits, ...limits };
    this.isStrict = options.isStrict ?? false;
    this.externals = options.externals;
    this.end = bytes.length;
    if (bytes.length > this.limits.messageOctets) {
      this.fail(
        'limit',
        `message of ${bytes.length} octets is larger than the limit of ${this.limits.messageOctets}`,
      );
    }
  }

  /** Reads identifier and length octets, X.690 8.1.2 and 8.1.3. */
  readHeader(): void {
    const { bytes, position, end } = this;
    if (position + 2 <= end) {
      const first = bytes[position] as number;
      const length = bytes[position + 1] as number;
      if ((first & 0x1f) !== 0x1f && length < 0x80 && position + 2 + length <= end) {
        this.isConstructed = (first & 0x20) !== 0;
        this.tag = ((first >> 6) << tagNumberBits) | (first & 0x1f);
        this.length = length;
        this.position = position + 2;
        return;
      }
    }
    this.readLongHeader();
  }

  /** Reads a header of any form, or fails because octets are missing. */
  private readLongHeader(): void {
    const { bytes } = this;
    const start = this.position;
    let at = start;
    if (at + 2 > this.end) this.failShort(start);
    const first = bytes[at++] as number;
    this.isConstructed = (first & 0x20) !== 0;
    let number = first & 0x1f;
    if (number === 31) {
      number = 0;
      let octet: number;
      do {
        if (at >= this.end) this.failShort(start);
        octet = bytes[at++] as number;
        if (number > largestTagNumber >> 7)
          this.fail('limit', `tag number larger than ${largestTagNumber}`, start);
        number = (number << 7) | (octet & 0x7f);
      } while (octet & 0x80);
      if (number < 31 || bytes[start + 1] === 0x80) {
        this.deviate('long-tag', 'tag number in more octets than needed', 'X.690 8.1.2', start);
      }
    }
    this.tag = ((first >> 6) << tagNumberBits) | number;
    this.length = this.readLength(start, at);
    if (this.position + this.length > this.end) this.failShort(start);
  }

  /** Reads length octets at `at`, X.690 8.1.3, and moves behind them. */
  private readLength(headerStart: number, at: number): number {
    const { bytes, end } = this;
    if (at >= end) this.failShort(headerStart);
    const first = bytes[at] as number;
    this.position = at + 1;
    if (first < 0x80) return first;
    if (first === 0x80) {
      if (!this.isConstructed) this.fail('malformed', 'indefinite length on a primitive value', headerStart);
      return indefinite;
    }
    if (first === 0xff) this.fail('malformed', 'length begins with the reserved octet ff', headerStart);
    const lengthEnd = at + 1 + (first & 0x7f);
    if (lengthEnd > end) this.failShort(headerStart);
    let length = 0;
    while (this.position < lengthEnd) {
      length = length * 256 + (bytes[this.position++] as number);
      if (length > this.limits.messageOctets) {
        this.fail(
          'limit',
          `length larger than the limit of ${this.limits.messageOctets} octets`,
          headerStart,
        );
      }
    }
    return length;
  }

  /**
   * Octets `start` to `end` as text, or `undefined` when one of them is not ASCII. `bytes` are those of the message, or
   * the joined segments of a string. Strings of a message are cut from its whole text, many times faster than made one
   * by one; since that keeps the whole text in memory, it is not done for long messages.
   */
  ascii(bytes: Uint8Array, start: number, end: number): string | undefined {
    if (bytes !== this.bytes || bytes.length > mostOctetsByOctet) return ascii(bytes, start, end);
    for (let at = start; at < end; at++) if ((bytes[at] as number) > 0x7f) return undefined;
    this.text ??= textByOctet(bytes);
    return this.text.slice(start, end);
  }

  /** Enters a constructed value whose header was read; gives what {@link Reader.leave} needs. */
  enter(length: number): number {
    if (++this.depth > this.limits.depth)
      this.fail('limit', `nested deeper than ${this.limits.depth} levels`);
    const outer = this.isBounded ? this.end : ~this.end;
    if (length !== indefinite) {
      this.end = this.position + length;
      this.isBounded = true;
    }
    return outer;
  }

  /** Whether another value follows inside the constructed value of `length`; takes its end marker. */
  hasMore(length: number): boolean {
    if (length !== indefinite) return this.position < this.end;
    if (this.position + 2 > this.end) this.failShort(this.position);
    if (this.bytes[this.position] !== 0 || this.bytes[this.position + 1] !== 0) return true;
    this.position += 2;
    return false;
  }

  /** Leaves a constructed value of which {@link Reader.hasMore} said that nothing follows. */
  leave(outer: number): void {
    this.depth--;
    this.isBounded = outer >= 0;
    this.end = this.isBounded ? outer : ~outer;
  }

  /** What {@link Reader.goBack} needs to try another reading of the same octets. */
  mark(): ReaderMark {
    const { position, depth, end, isBounded, pathDepth } = this;
    return { position, depth, end, isBounded, pathDepth, deviations: this.deviations.length };
  }

  /** Goes back to a {@link Reader.mark}, forgetting deviations noted since. */
  goBack({ deviations, ...place }: ReaderMark): void {
    Object.assign(this, place);
    this.deviations.length = deviations;
  }

  /** Requires that the constructed value of `length` is at its end, and leaves it. */
  finish(length: number, outer: number): void {
    if (this.hasMore(length)) {
      this.fail('badly-structured', `more than one value where one was expected`);
    }
    this.leave(outer);
  }

  /** Notes a departure from the standard, or fails when reading strictly. `offset` defaults to the position. */
  deviate(code: string, message: string, clause?: string, offset = this.position): void {
    if (this.isStrict) this.fail('deviation', `${message} (${code}${clause ? `, ${clause}` : ''})`, offset);
    if (this.deviations.length >= this.limits.deviations) {
      this.fail('limit', `more than ${this.limits.deviations} deviations`, offset);
    }
    const deviation = { code, offset, path: this.formatPath(), message };
    this.deviations.push(clause === undefined ? deviation : { ...deviation, clause });
  }

  /** Skips the value whose header starts at `start` and was read; gives its octets with definite lengths, in hex. */
  readRaw(start: number): string {
    const raw = this.rawValue(start);
    return typeof raw === 'string' ? raw : toHex(raw);
  }

  private rawValue(start: number): Uint8Array {
    const { tag, length } = this;
    if (length !== indefinite && !this.isConstructed) {
      this.position += length;
      return this.bytes.subarray(start, this.position);
    }
    const identifierEnd =
      start +
      ((tag & largestTagNumber) < 31 && ((this.bytes[start] as number) & 0x1f) !== 31
        ? 1
        : this.identifierLength(start));
    const parts: Uint8Array[] = [];
    const outer = this.enter(length);
    while (this.hasMore(length)) {
      const inner = this.position;
      this.readHeader();
      parts.push(this.rawValue(inner));
    }
    this.leave(outer);
    if (length !== indefinite && !parts.some((part) => part.buffer !== this.bytes.buffer)) {
      return this.bytes.subarray(start, this.position);
    }
    return joinDefinite(this.bytes.subarray(start, identifierEnd), parts);
  }

  private identifierLength(start: number): number {
    let at = start + 1;
    while ((this.bytes[at] as number) & 0x80) at++;
    return at + 1 - start;
  }

  /** Throws a `DecodeError` at `offset`, which defaults to the position. */
  fail(code: DecodeErrorCode, message: string, offset = this.position): never {
    throw new DecodeError(code, message, {
      offset,
      path: this.formatPath(),
      excerpt: toHex(this.bytes.subarray(offset, offset + 16)),
    });
  }

  /** Throws because a tag does not belong here. */
  failTag(expected: string, offset: number): never {
    this.fail('mistyped', `expected ${expected}, found tag ${formatTag(this.tag)}`, offset);
  }

  private failShort(start: number): never {
    if (!this.isBounded) {
      this.fail('incomplete', `input of ${this.bytes.length} octets ends before the value does`, start);
    }
    if (start === this.end) this.fail('malformed', 'a value is missing', start);
    this.fail('malformed', 'value is longer than the one that contains it', start);
  }

  /** The path of the enclosing elements, for instance `ILL-Request.itemId.title`. */
  formatPath(): string {
    let text = '';
    for (const step of this.path.slice(0, this.pathDepth)) {
      if (typeof step === 'number') text += `[${step}]`;
      else text += text ? `.${step}` : step;
    }
    return text;
  }
}

/** One value of definite length from identifier octets and contents. */
function joinDefinite(identifier: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const lengthOctets = length < 0x80 ? [length] : definiteLength(length);
  const joined = new Uint8Array(identifier.length + lengthOctets.length + length);
  joined.set(identifier);
  joined.set(lengthOctets, identifier.length);
  let at = identifier.length + lengthOctets.length;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function definiteLength(length: number): number[] {
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest & 0xff);
  return [0x80 | octets.length, ...octets];
}
