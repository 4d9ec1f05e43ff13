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
