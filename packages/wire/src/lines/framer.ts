import { DecodeError, type Framer } from '@interlend/core';
import { defaultLineLimits, type LineLimits } from './limits.js';

/**
 * What a line is to the message that is being read: between messages, `noise` is dropped; `inside` belongs to the
 * message; `last` ends it.
 */
export type LinePlace = 'noise' | 'inside' | 'last';

/** What a framer of lines is told. */
export interface LineFramerOptions {
  /**
   * Judges a line, without its end. `isFirst` tells that no line of the message came before it. It is called once per
   * line, in order. Noise within a message belongs to the message.
   *
   * @throws DecodeError when the line cannot be this protocol; the stream is lost then
   */
  readonly judge: (line: Uint8Array, isFirst: boolean) => LinePlace;
  readonly limits?: Partial<LineLimits>;
}

const lf = 0x0a;
const cr = 0x0d;
const blanks: ReadonlySet<number> = new Set([0x20, 0x09, cr]);

/**
 * Cuts a stream of lines into messages. Lines end with LF or CR LF, also mixed. Every octet is looked at once, whatever
 * the chunks are. Octets of a message are given as they came, without the noise before it. After an error the stream is
 * lost: every later call throws it again.
 */
export function createLineFramer({ judge, limits }: LineFramerOptions): Framer {
  const reader = new LineReader(judge, { ...defaultLineLimits, ...limits });
  let failure: unknown;
  return {
    get heldOctets() {
      return reader.heldOctets;
    },
    push(chunk) {
      if (failure !== undefined) throw failure;
      const frames: Uint8Array[] = [];
      let from = 0;
      while (from < chunk.length) {
        const end = chunk.indexOf(lf, from);
        const part = chunk.subarray(from, end < 0 ? chunk.length : end + 1);
        from += part.length;
        try {
          const frame = reader.take(part, end >= 0);
          if (frame) frames.push(frame);
        } catch (error) {
          failure = error;
          if (frames.length === 0) throw error;
          break;
        }
      }
      return frames;
    },
    end() {
      if (failure !== undefined) throw failure;
      const { heldOctets } = reader;
      if (heldOctets === 0) return;
      throw new DecodeError(
        'incomplete',
        `stream ended after ${heldOctets} octets of an unfinished message`,
        {
          offset: heldOctets,
        },
      );
    },
  };
}

/** The message that is being read. */
class LineReader {
  readonly #judge: LineFramerOptions['judge'];
  readonly #limits: LineLimits;
  #bytes = new Uint8Array(0);
  #length = 0;
  /** Where the present line begins. */
  #lineStart = 0;
  /** Whether a line was held of which something can be seen. */
  #isLineBegun = false;

  constructor(judge: LineFramerOptions['judge'], limits: LineLimits) {
    this.#judge = judge;
    this.#limits = limits;
  }

  /** Blanks before a message are no part of it: nobody waits for their end. */
  get heldOctets(): number {
    return this.#lineStart > 0 || this.#isLineBegun ? this.#length : 0;
  }

  /** Takes octets up to the end of a line, or of the chunk. Gives the message that they complete. */
  take(part: Uint8Array, isLineEnded: boolean): Uint8Array | undefined {
    this.#append(part);
    this.#isLineBegun ||= part.some((octet) => octet !== lf && !blanks.has(octet));
    this.#assertWithinLimits();
    if (!isLineEnded) return undefined;
    const hasCr = this.#length >= this.#lineStart + 2 && this.#bytes[this.#length - 2] === cr;
    const line = this.#bytes.subarray(this.#lineStart, this.#length - (hasCr ? 2 : 1));
    const isFirst = this.#lineStart === 0;
    const place = this.#judge(line, isFirst);
    this.#isLineBegun = false;
    if (place === 'last') return this.#empty();
    if (isFirst && place === 'noise') this.#length = 0;
    this.#lineStart = this.#length;
    return undefined;
  }

  /** Memory of at most twice the message's size, however small its chunks are. */
  #append(part: Uint8Array): void {
    const needed = this.#length + part.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(part, this.#length);
    this.#length = needed;
  }

  #empty(): Uint8Array {
    const frame = this.#bytes.slice(0, this.#length);
    this.#bytes = new Uint8Array(0);
    this.#length = 0;
    this.#lineStart = 0;
    return frame;
  }

  #assertWithinLimits(): void {
    const { lineOctets, messageOctets } = this.#limits;
    const lineEnd = this.#lineStart + lineOctets;
    if (this.#length <= lineEnd && this.#length <= messageOctets) return;
    const isLine = lineEnd <= messageOctets && this.#length > lineEnd;
    throw new DecodeError(
      'limit',
      isLine
        ? `line longer than the limit of ${lineOctets} octets`
        : `message larger than the limit of ${messageOctets} octets`,
      { offset: isLine ? lineEnd : messageOctets },
    );
  }
}
