import { EncodeError } from '@interlend/core';
import { toHex } from '@interlend/wire/ber';
import { Command } from 'commander';
import { type ExitCode, ExitCodes, graver } from '../exit-codes.js';
import { type Line, openInput, readingFailure, readLines } from '../inputs.js';
import { lineCharacters } from '../limits.js';
import type { Output, Surroundings } from '../output.js';
import type { MessageCodec } from '../protocols.js';
import { codecNamed, protocolOption } from './protocol-option.js';

interface Options {
  readonly protocol: string;
  readonly hex?: true;
}

/** `interlend encode`: the lines that `interlend decode` prints, back to octets or hexadecimal digits. */
export function encodeCommand(surroundings: Surroundings): Command {
  return new Command('encode')
    .description('Writes the messages of lines that decode printed.')
    .addOption(protocolOption())
    .option('--hex', 'write one message per line, as hexadecimal digits')
    .argument('[file]', '- is standard input, which is also read when no file is given', '-')
    .action((file: string, options: Options) => surroundings.print(encodeFile(file, options, surroundings)));
}

async function* encodeFile(file: string, options: Options, { stdin, complain }: Surroundings): Output {
  const codec = codecNamed(options.protocol);
  let exitCode: ExitCode = ExitCodes.ok;
  try {
    for await (const line of readLines(openInput(file, stdin))) {
      const result = encodeLine(line, codec);
      if (typeof result === 'string') {
        complain(`${file}:${line.number}: ${result}`);
        exitCode = graver(exitCode, ExitCodes.data);
      } else {
        yield options.hex ? `${toHex(result)}\n` : result;
      }
    }
  } catch (error) {
    const reason = readingFailure(error);
    if (reason === undefined) throw error;
    complain(`${file}: ${reason}`);
    exitCode = ExitCodes.unreadable;
  }
  return exitCode;
}

/** The octets of the message, or why there are none. */
function encodeLine({ text }: Line, codec: MessageCodec): Uint8Array | string {
  if (text === undefined) return `line longer than the limit of ${lineCharacters} characters`;
  const record = parseJson(text);
  if (typeof record !== 'object' || record === null) return 'expected a JSON object on one line';
  if ('error' in record) return 'line reports an error and holds no message';
  if (!('message' in record)) return 'JSON object has no message';
  try {
    return codec.encode(record.message);
  } catch (error) {
    if (error instanceof EncodeError) return error.message;
    throw error;
  }
}

/** The value of JSON text, `undefined` for other text. What the parser says of it would quote the message. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
