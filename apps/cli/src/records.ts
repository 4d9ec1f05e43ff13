import { DecodeError, type DecodeErrorCode, type Deviation } from '@interlend/core';

/** A line that `decode` prints for a message it could read. `encode` needs `message` only. */
export interface MessageRecord {
  /** `file`, `file#2` for the second message in it, `file:3` for line 3 of hexadecimal digits. */
  readonly source: string;
  readonly message: unknown;
  readonly deviations: readonly Deviation[];
}

/** A line that `decode` prints for octets it could not read. */
export interface ErrorRecord {
  readonly source: string;
  readonly error: {
    readonly code: DecodeErrorCode;
    /** Octets from the start of the message. */
    readonly offset: number;
    readonly path: string;
    readonly message: string;
  };
}

/** The record of a failure to decode; anything else that was thrown goes on. */
export function errorRecord(source: string, thrown: unknown): ErrorRecord {
  if (!(thrown instanceof DecodeError)) throw thrown;
  const { code, offset, path, message } = thrown;
  return { source, error: { code, offset, path, message } };
}
