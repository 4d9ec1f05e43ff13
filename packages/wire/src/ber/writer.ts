import { EncodeError, type EncodeErrorCode } from '@interlend/core';
import type { ExternalRegistry } from './external.js';

/** How to write. */
export interface WriteOptions {
  /** `keep` writes an element that has its default value when it is present, `omit` never, `write` always. */
  readonly defaults?: 'keep' | 'omit' | 'write';
  /** Octet for TRUE: 255, or 1 as some encoders send it. */
  readonly trueOctet?: number;
  /** Types of the values inside EXTERNAL, by object identifier. */
  readonly externals?: ExternalRegistry;
}

const initialOctets = 2048;

/**
 * Octets that grow towards their beginning, so that every length is known when its header is written: values are
 * written last to first, contents before header. All lengths are definite and as short as possible.
 */
export class Writer {
  private bytes = new Uint8Array(initialOctets);
  private start = initialOctets;
  defaults: 'keep' | 'omit' | 'write' = 'keep';
  trueOctet = 0xff;
  externals: ExternalRegistry | undefined;
  readonly path: (string | number)[] = [];
  pathDepth = 0;

  /** Makes the writer empty. */
  reset(options: WriteOptions): void {
    this.start = this.bytes.length;
    this.pathDepth = 0;
    this.defaults = options.defaults ?? 'keep';
    this.trueOctet = options.trueOctet ?? 0xff;
    this.externals = options.externals;
  }

  /** Octets written so far. */
  get length(): number {
    return this.bytes.length - this.start;
  }

  /** Octets that fit without growing. */
  get capacity(): number {
    return this.bytes.length;
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.bytes.slice(this.start);
  }

  /** Puts one octet in front. */
  prependOctet(octet: number): void {
    if (this.start === 0) this.grow(1);
    this.bytes[--this.start] = octet;
  }

  /** Puts octets in front. */
  prepend(octets: Uint8Array): void {
    if (this.start < octets.length) this.grow(octets.length);
    this.start -= octets.length;
    this.bytes.set(octets, this.start);
  }

  /** Puts the header of everything written since `before` (a former {@link Writer.length}) in front. */
  prependHeader(identifier: Uint8Array, before: number): void {
    if (this.start < 16) this.grow(16);
    const { bytes } = this;
    const length = bytes.length - this.start - before;
    if (length < 0x80) {
      bytes[--this.start] = length;
    } else {
      let count = 0;
      for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) {
        bytes[--this.start] = rest & 0xff;
        count++;
      }
      bytes[--this.start] = 0x80 | count;
    }
    for (let at = identifier.length - 1; at >= 0; at--) bytes[--this.start] = identifier[at] as number;
  }

  /** Puts text in front as UTF-8. */
  prependText(text: string): void {
    const { length } = text;
    if (this.start < length * 3) this.grow(length * 3);
    const { bytes } = this;
    let at = this.start;
    for (let index = length - 1; index >= 0; index--) {
      const unit = text.charCodeAt(index);
      if (unit < 0x80) {
        bytes[--at] = unit;
      } else if (unit < 0x800) {
        bytes[--at] = 0x80 | (unit & 0x3f);
        bytes[--at] = 0xc0 | (unit >> 6);
      } else if (unit < 0xd800 || unit > 0xdfff) {
        bytes[--at] = 0x80 | (unit & 0x3f);
        bytes[--at] = 0x80 | ((unit >> 6) & 0x3f);
        bytes[--at] = 0xe0 | (unit >> 12);
      } else {
        const high = index > 0 ? text.charCodeAt(index - 1) : 0;
        if (unit < 0xdc00 || high < 0xd800 || high > 0xdbff) {
          this.fail('unsayable-character', 'text holds half a surrogate pair, which UTF-8 cannot say');
        }
        const point = 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
        bytes[--at] = 0x80 | (point & 0x3f);
        bytes[--at] = 0x80 | ((point >> 6) & 0x3f);
        bytes[--at] = 0x80 | ((point >> 12) & 0x3f);
        bytes[--at] = 0xf0 | (point >> 18);
        index--;
      }
    }
    this.start = at;
  }

  /** Puts text in front, one octet a character. The caller has checked that every character fits. */
  prependLatin1(text: string): void {
    if (this.start < text.length) this.grow(text.length);
    let at = this.start;
    for (let index = text.length - 1; index >= 0; index--) this.bytes[--at] = text.charCodeAt(index);
    this.start = at;
  }

  /** Throws an `EncodeError` for the element that is being written. */
  fail(code: EncodeErrorCode, message: string): never {
    let path = '';
    for (const step of this.path.slice(0, this.pathDepth)) {
      if (typeof step === 'number') path += `[${step}]`;
      else path += path ? `.${step}` : step;
    }
    throw new EncodeError(code, message, path);
  }

  private grow(needed: number): void {
    const used = this.length;
    let size = this.bytes.length * 2;
    while (size - used < needed) size *= 2;
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes.subarray(this.start), size - used);
    this.bytes = bytes;
    this.start = size - used;
  }
}
