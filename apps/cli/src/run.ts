import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, CommanderError } from 'commander';
import { decodeCommand } from './commands/decode.js';
import { encodeCommand } from './commands/encode.js';
import { hubCommand } from './commands/hub.js';
import { recordCommand } from './commands/record.js';
import { verifyCommand } from './commands/verify.js';
import { type ExitCode, ExitCodes } from './exit-codes.js';
import type { Output, Surroundings } from './output.js';

/** What a run is given of its process. */
export interface Streams {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Asked for by commands that run until they are told to end. */
  readonly interrupted?: () => AbortSignal;
}

const commandsFor = (surroundings: Surroundings): readonly Command[] => [
  decodeCommand(surroundings),
  encodeCommand(surroundings),
  recordCommand(surroundings),
  verifyCommand(surroundings),
  hubCommand(surroundings),
];

/** Runs the command that `argv` (without node and script) names, and gives the exit code. */
export async function run(argv: readonly string[], streams: Streams): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCodes.ok;
  const surroundings = {
    stdin: streams.stdin,
    complain: (text: string) => {
      streams.stderr.write(`interlend: ${text}\n`);
    },
    tell: (text: string) => {
      streams.stderr.write(`${text}\n`);
    },
    environment: streams.environment ?? {},
    print: async (output: Output) => {
      exitCode = await print(output, streams.stdout);
    },
    interrupted: () => streams.interrupted?.() ?? new AbortController().signal,
  };
  const program = new Command('interlend')
    .description(
      'Reads and writes the messages of interlibrary lending protocols, records conversations, verifies partners, stands in for a central server.',
    )
    .version(version())
    .showHelpAfterError('Try --help.');
  for (const command of commandsFor(surroundings)) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: (text) => void streams.stderr.write(text),
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? ExitCodes.ok : ExitCodes.usage;
  }
  return exitCode;
}

/** Writes as fast as the reader takes it. A reader who has seen enough is no error. */
async function print(output: Output, stdout: Writable): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCodes.ok;
  try {
    await pipeline(
      async function* () {
        exitCode = yield* output;
      },
      stdout,
      { end: false },
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
  return exitCode;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '';
}
