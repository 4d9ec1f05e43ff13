import type { ExitCode } from './exit-codes.js';

/** What a command prints, piece by piece as it is asked for, and how it ended. */
export type Output = AsyncGenerator<string | Uint8Array, ExitCode, undefined>;

/** What a command is given. */
export interface Surroundings {
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Says on standard error what is wrong. */
  complain(text: string): void;
  /** Says on standard error how things go. */
  tell(text: string): void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Sends the output to standard output. */
  print(output: Output): Promise<void>;
  /** Aborts when the person at the keyboard, or the system, wants the command to end. */
  interrupted(): AbortSignal;
}
