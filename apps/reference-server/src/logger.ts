import { isInterlendError } from '@interlend/core';
import { pino } from 'pino';

/** Where the server writes what happens. Only numbers, symbols, codes and addresses go there. */
export interface Logger {
  debug(facts: object, text: string): void;
  info(facts: object, text: string): void;
  warn(facts: object, text: string): void;
  error(facts: object, text: string): void;
}

/** Names of fields that must never be written, wherever they stand in the first three levels. */
const secret = ['patron', 'note', 'token', 'tokens', 'authorization', 'raw', 'request', 'password'];

/** Lines of JSON on standard output. Fields that may hold patron data or secrets are replaced as a second defence. */
export function createLogger(level: string, destination?: { write(text: string): void }): Logger {
  const options = {
    level,
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/**
 * What may be told of an error: its name or code and the places it passed. Not its text, which can quote what was being
 * read.
 */
export function faultOf(error: unknown): { readonly fault: string; readonly at?: readonly string[] } {
  if (!(error instanceof Error)) return { fault: typeof error };
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { fault: isInterlendError(error) ? error.code : error.name, at: at.map((line) => line.trim()) };
}

/** Writes nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
