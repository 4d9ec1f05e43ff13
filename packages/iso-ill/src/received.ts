import { DecodeError, type Deviation } from '@interlend/core';
import { type DecodeOptions, decode, type EncodeOptions, encode } from './codec.js';
import type { IllApdu } from './messages/apdus.js';
import { illText } from './messages/strings.js';
import type { TransactionId } from './messages/types.js';

/** The octets of one APDU that came in, and what they say. */
export type ReceivedApdu =
  | {
      readonly kind: 'apdu';
      readonly bytes: Uint8Array;
      readonly message: IllApdu;
      readonly deviations: readonly Deviation[];
    }
  /** Framed like an APDU, and none. */
  | { readonly kind: 'unreadable'; readonly bytes: Uint8Array; readonly error: DecodeError };

/** An APDU to send, or its octets, which are sent as they are. */
export type OutgoingApdu = IllApdu | Uint8Array;

/** Reads a framed APDU without throwing. */
export function readReceived(bytes: Uint8Array, options: DecodeOptions | undefined): ReceivedApdu {
  try {
    return { kind: 'apdu', bytes, ...decode(bytes, options) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { kind: 'unreadable', bytes, error };
  }
}

/** The octets of an APDU to send. @throws EncodeError */
export function octetsOf(apdu: OutgoingApdu, options: EncodeOptions | undefined): Uint8Array {
  return apdu instanceof Uint8Array ? apdu : encode(apdu, options);
}

/**
 * Whether two APDUs on one connection belong together. The requester is not compared: an answer may leave it out or write
 * it in another case.
 */
export function isSameTransaction(one: TransactionId, other: TransactionId): boolean {
  return (['transactionGroupQualifier', 'transactionQualifier', 'subTransactionQualifier'] as const).every(
    (key) => illText(one[key] ?? '') === illText(other[key] ?? ''),
  );
}
