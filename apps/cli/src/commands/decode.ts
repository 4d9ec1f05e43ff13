import { DecodeError, type Framer } from '@interlend/core';
import { fromHex } from '@interlend/wire/ber';
import { Command } from 'commander';
import { type ExitCode, ExitCodes, graver } from '../exit-codes.js';
import { openInput, readingFailure, readLines } from '../inputs.js';
import { lineCharacters, wholeOctets } from '../limits.js';
import type { Output, Surroundings } from '../output.js';
import { type ErrorRecord, errorRecord, type MessageRecord } from '../records.js';
import { codecNamed, protocolOption } from './protocol-option.js';

interface Options {
  readonly protocol: string;
  readonly hex?: true;
  readonly strict?: true;
}

type Records = AsyncGenerator<MessageRecord | ErrorRecord, void, undefined>;
type Decode = (source: string, bytes: Uint8Array) => Promise<MessageRecord | ErrorRecord>;

/** `interlend decode`: messages in octets or hexadecimal digits to lines of JSON. */
export function decodeCommand(surroundings: Surroundings): Command {
  return new Command('decode')
    .description('Prints each message of the files as one line of JSON.')
    .addOption(protocolOption())
    .option('--hex', 'read one message per line, as hexadecimal digits')
    .option('--strict', 'make the first departure from the standard an error')
    .argument('[file...]', '- is standard input, which is also read when no file is given')
    .action((files: readonly string[], options: Options) =>
      surroundings.print(decodeFiles(files.length > 0 ? files : ['-'], options, surroundings)),
    );
}

async function* decodeFiles(
  files: readonly string[],
  options: Options,
  { stdin, complain }: Surroundings,
): Output {
  const codec = codecNamed(options.protocol);
  const decode: Decode = async (source, bytes) => {
    try {
      const octets = (await codec.unwrap?.(bytes)) ?? bytes;
      return { source, ...codec.decode(octets, { isStrict: options.strict ?? false }) };
    } catch (error) {
      return errorRecord(source, error);
    }
  };
  let exitCode: ExitCode = ExitCodes.ok;
  for (const file of files) {
    try {
      const octets = openInput(file, stdin);
      const records = options.hex
        ? decodeLines(file, octets, decode)
        : codec.createFramer
          ? decodeStream(file, octets, codec.createFramer(), decode)
          : decodeWhole(file, octets, decode);
      for await (const record of records) {
        if ('error' in record) exitCode = graver(exitCode, ExitCodes.data);
        yield `${JSON.stringify(record)}\n`;
      }
    } catch (error) {
      const reason = readingFailure(error);
      if (reason === undefined) throw error;
      complain(`${file}: ${reason}`);
      exitCode = ExitCodes.unreadable;
    }
  }
  return exitCode;
}

/** The messages that stand back to back. Behind an error nobody knows where the next one begins. */
async function* decodeStream(
  file: string,
  octets: AsyncIterable<Uint8Array>,
  framer: Framer,
  decode: Decode,
): Records {
  let count = 0;
  const nextSource = () => (++count === 1 ? file : `${file}#${count}`);
  let rest: Uint8Array = new Uint8Array(0);
  try {
    for await (const chunk of octets) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (const frame of framer.push(chunk)) {
        rest = rest.subarray(frame.length);
        const record = await decode(nextSource(), frame);
        yield record;
        if ('error' in record) return;
      }
    }
    framer.end();
  } catch (error) {
    const failure = errorRecord(nextSource(), error);
    const record = await decode(failure.source, rest);
    yield 'error' in record ? record : failure;
  }
}

/** The one message that an input is. */
async function* decodeWhole(file: string, octets: AsyncIterable<Uint8Array>, decode: Decode): Records {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of octets) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > wholeOctets) {
      const message = `input longer than the limit of ${wholeOctets} octets`;
      yield errorRecord(file, new DecodeError('limit', message, { offset: wholeOctets }));
      return;
    }
  }
  if (length > 0) yield await decode(file, Buffer.concat(chunks));
}

async function* decodeLines(file: string, octets: AsyncIterable<Uint8Array>, decode: Decode): Records {
  for await (const { number, text } of readLines(octets)) {
    const source = `${file}:${number}`;
    if (text === undefined) {
      const message = `line longer than the limit of ${lineCharacters} characters`;
      yield errorRecord(source, new DecodeError('limit', message, { offset: 0 }));
      continue;
    }
    const bytes = fromHex(text);
    yield bytes ? await decode(source, bytes) : errorRecord(source, notHexadecimal(text));
  }
}

function notHexadecimal(text: string): DecodeError {
  const digits = text.replaceAll(/\s/g, '');
  const at = digits.search(/[^0-9a-fA-F]/);
  const message =
    at < 0 ? 'odd number of hexadecimal digits' : 'expected hexadecimal digits, two to an octet';
  return new DecodeError('malformed', message, { offset: Math.floor((at < 0 ? digits.length : at) / 2) });
}
