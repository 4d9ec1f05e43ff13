import type { Problem } from '../run/checks.js';
import { formatTrace } from '../run/wire-trace.js';
import { failingVerdicts, type JudgedCheck, type JudgedExchange } from './verdicts.js';

/** A value of a message, for people. */
export function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** What is wrong, in lines: what was expected, what came, the field, the clause. */
export function problemLines({ text, differences, clause }: Problem): readonly string[] {
  return [
    ...text.split('\n'),
    ...differences.flatMap(({ path, expected, got }) => [
      `field     ${path}`,
      `expected  ${show(expected)}`,
      `got       ${show(got)}`,
    ]),
    ...(clause === undefined ? [] : [`clause    ${clause}`]),
  ];
}

/** The checks that say something else than that all is well. */
export function openChecks({ checks }: JudgedExchange): readonly JudgedCheck[] {
  return checks.filter(({ verdict }) => failingVerdicts.has(verdict) || verdict === 'known failure');
}

/** The wire of an exchange with open checks, in hex and text; of another nothing. */
export function traceLines(exchange: JudgedExchange): readonly string[] {
  return openChecks(exchange).length === 0 ? [] : formatTrace(exchange.result.trace);
}
