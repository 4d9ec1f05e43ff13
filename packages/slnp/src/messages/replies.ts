import type { SlnpFields, SlnpRecord, SlnpReply } from './message.js';

/** Reply codes. The class is binding: 2xx is success, 5xx failure, 6xx data. */
export const ReplyCodes = [
  { code: 220, meaning: 'greeting', isRetryable: false, evidence: 'documented' },
  { code: 240, meaning: 'done, no data', isRetryable: false, evidence: 'documented' },
  { code: 250, meaning: 'end of data', isRetryable: false, evidence: 'documented' },
  { code: 510, meaning: 'understood and refused', isRetryable: false, evidence: 'documented' },
  { code: 511, meaning: 'database error', isRetryable: true, evidence: 'observed' },
  { code: 512, meaning: 'allocation error', isRetryable: true, evidence: 'observed' },
  { code: 520, meaning: 'not understood', isRetryable: false, evidence: 'documented' },
  { code: 600, meaning: 'data of a command', isRetryable: false, evidence: 'documented' },
  { code: 601, meaning: 'field of the record', isRetryable: false, evidence: 'documented' },
  { code: 602, meaning: 'next record', isRetryable: false, evidence: 'observed' },
  { code: 603, meaning: 'field of a record', isRetryable: false, evidence: 'documented' },
  { code: 604, meaning: 'begin of a record', isRetryable: false, evidence: 'observed' },
  { code: 605, meaning: 'end of a record', isRetryable: false, evidence: 'observed' },
] as const;

/** Whether the same command may succeed a moment later. Codes not in the table are final. */
export function isRetryableCode(code: number): boolean {
  return ReplyCodes.some((row) => row.code === code && row.isRetryable);
}

/** `240 OK: <command> success`. */
export function okReply(command: string): SlnpReply {
  return { kind: 'reply', code: 240, text: `OK: ${command} success`, fields: {} };
}

/** `600` to `250`. */
export function dataReply(command: string, fields: SlnpFields, records?: readonly SlnpRecord[]): SlnpReply {
  return {
    kind: 'reply',
    code: 250,
    text: 'SLNPEndOfData',
    command,
    fields,
    ...(records && records.length > 0 && { records }),
  };
}

/** `510` with a symbol or `520` with one; without a symbol the text stands alone. */
export function errorReply(code: number, text: string, symbol?: string): SlnpReply {
  return { kind: 'reply', code, text: symbol === undefined ? text : `${symbol}: ${text}`, fields: {} };
}
