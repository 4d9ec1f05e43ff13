import type { GuardStep, Opening, ServiceType } from '@interlend/core';
import type { BorrowerSideState, LenderSideState } from '../machine.js';
import type { InfoStatus } from '../messages/commands.js';
import type { SlnpMessage, SlnpReply } from '../messages/message.js';

interface GuardBase {
  /** Number of the order at the central server. */
  readonly orderId: string;
  readonly borrower: string;
  readonly lender?: string;
  /** The number under which the borrower's system keeps the order. */
  readonly pflNumber?: string;
  readonly service: ServiceType;
  /** SHA-256 of the order, in hex: the same number with another content is another order. */
  readonly digest: string;
  /** What the order was answered, for whoever asks again. */
  readonly answer: SlnpReply;
  /** Reports whose reply has not come, the oldest first. */
  readonly awaiting: readonly InfoStatus[];
  /** Why a person should look before anything more is said; gone when the desk speaks. */
  readonly review?: string;
}

/** An order at the wire of a lender's system. */
export interface LenderGuard extends GuardBase {
  readonly side: 'AFL';
  readonly state: LenderSideState;
}

/** An order at the wire of the borrower's system. */
export interface BorrowerGuard extends GuardBase {
  readonly side: 'PFL';
  readonly state: BorrowerSideState;
  /** SHA-256 of the newest change of data, in hex. */
  readonly lastChange?: string;
  /** Day by which the reader needs the item: nobody says when the search has failed. */
  readonly neededBy?: string;
}

/** One order at the wire of a library system. Plain JSON, stored with the transaction. */
export type SlnpGuard = LenderGuard | BorrowerGuard;

/** A step of an order's guard. */
export type SlnpStep<Guard extends SlnpGuard | undefined = SlnpGuard> = GuardStep<SlnpMessage, Guard>;

/**
 * A borrower's transaction before its order. It has nothing to say on the wire: orders reach the central server through its
 * portal, and come to the borrower's system as `SLNPFLBestellung` PFL.
 */
export function begin(opening: Opening): SlnpGuard {
  return {
    side: 'PFL',
    state: 'NEW',
    orderId: opening.group,
    borrower: opening.borrower,
    lender: opening.lender,
    service: 'loan',
    digest: '',
    answer: { kind: 'reply', code: 520, text: '', fields: {} },
    awaiting: [],
  };
}
