import { Writable } from 'node:stream';
import { toHex } from '@interlend/wire/ber';
import { run } from './run.js';

/** What a run in this process left behind. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** The lines of standard output as JSON. */
  readonly records: () => readonly PrintedRecord[];
}

export interface PrintedRecord {
  readonly source: string;
  readonly message?: unknown;
  readonly deviations?: readonly { readonly code: string }[];
  readonly error?: { readonly code: string; readonly offset: number; readonly path: string };
}

/** Runs a command in this process; `input` is its standard input, in one chunk or as chunks. */
export async function runHere(
  argv: readonly string[],
  input: Uint8Array | string | Iterable<Uint8Array> = '',
  interruption = new AbortController(),
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const stdout = collector();
  const stderr = collector();
  const exitCode = await run(argv, {
    stdin: chunksOf(input),
    stdout: stdout.stream,
    stderr: stderr.stream,
    environment,
    interrupted: () => interruption.signal,
  });
  return {
    exitCode,
    stdout: stdout.octets(),
    stderr: stderr.octets().toString(),
    records: () =>
      stdout
        .octets()
        .toString()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
  };
}

async function* chunksOf(input: Uint8Array | string | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof input === 'string') yield Buffer.from(input);
  else if (input instanceof Uint8Array) yield input;
  else yield* input;
}

function collector(): { readonly stream: Writable; readonly octets: () => Buffer } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, octets: () => Buffer.concat(chunks) };
}

/** One message per line, in hexadecimal digits. */
export function hexLines(messages: readonly Uint8Array[]): string {
  return messages.map((message) => `${toHex(message)}\n`).join('');
}
