import type { IllApdu } from '../messages/apdus.js';
import type { SystemId } from '../messages/system-id.js';
import type { ServiceDateTime, TransactionId } from '../messages/types.js';

/** The elements every APDU begins with, as this side says them. */
export interface ApduHead {
  readonly protocolVersionNum: 1 | 2;
  readonly transactionId: TransactionId;
  readonly serviceDateTime: ServiceDateTime;
  readonly requesterId?: SystemId;
  readonly responderId?: SystemId;
}

type WithoutHead<Apdu> = Apdu extends unknown
  ? Omit<Apdu, 'protocolVersionNum' | 'transactionId' | 'serviceDateTime' | 'requesterId'>
  : never;

/** An APDU without the elements that are the same in all of a transaction's. */
export type ApduBody = WithoutHead<IllApdu>;
