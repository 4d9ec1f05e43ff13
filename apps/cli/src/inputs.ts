import { createReadStream } from 'node:fs';
import { lineCharacters } from './limits.js';

/** The octets of a file, or of standard input for `-`. */
export function openInput(name: string, stdin: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return name === '-' ? stdin : createReadStream(name);
}

/** Why an input could not be read, when that is what `error` says. */
export function readingFailure(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error ? error.message : undefined;
}

/** A line of text; `text` is absent when the line is longer than the limit. */
export interface Line {
  /** Counts from 1. */
  readonly number: number;
  readonly text: string | undefined;
}

/** Lines that say something: blank ones, and ones that begin with `#`, are left out. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  limit = lineCharacters,
): AsyncGenerator<Line, void, undefined> {
  const decoder = new TextDecoder();
  let number = 1;
  let begun = '';
  let isTooLong = false;
  function* take(part: string, isLast: boolean): Generator<Line, void, undefined> {
    const pieces = part.split('\n');
    for (const [index, piece] of pieces.entries()) {
      isTooLong ||= begun.length + piece.length > limit;
      begun = isTooLong ? '' : begun + piece;
      if (index === pieces.length - 1 && !isLast) return;
      const text = begun.trim();
      if (isTooLong) yield { number, text: undefined };
      else if (text !== '' && !text.startsWith('#')) yield { number, text };
      number++;
      begun = '';
      isTooLong = false;
    }
  }
  for await (const chunk of chunks) yield* take(decoder.decode(chunk, { stream: true }), false);
  yield* take(decoder.decode(), true);
}
