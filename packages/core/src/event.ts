import type { ElectronicAddress, Party, PostalAddress } from './party.js';
import type {
  Condition,
  LocationsReason,
  RetryReason,
  ShippedCondition,
  UnfilledReason,
  WillSupplyReason,
} from './reasons.js';
import type { CalendarDate, LendingRequest, Money, ServiceType } from './request.js';

/** The two sides of a loan. */
export type Role = 'borrower' | 'lender';

interface EventBase {
  /** Who says it. */
  readonly from: Role;
  /** Free text for the other side's staff. */
  readonly note?: string;
}

interface ByBorrower extends EventBase {
  readonly from: 'borrower';
}

interface ByLender extends EventBase {
  readonly from: 'lender';
}

/** A library that may hold the item. */
export interface Location {
  readonly library: Party;
  readonly address?: ElectronicAddress;
  readonly note?: string;
}

/** Step one: the borrower asks. */
export interface Requested extends ByBorrower {
  readonly type: 'requested';
  readonly request: LendingRequest;
}

/** The lender keeps the request and will answer by shipping or declining. */
export interface WillSupply extends ByLender {
  readonly type: 'willSupply';
  readonly reason?: WillSupplyReason;
  readonly supplyDate?: CalendarDate;
}

/** The lender put the item on hold for the borrower. */
export interface HoldPlaced extends ByLender {
  readonly type: 'holdPlaced';
  readonly estimatedDate?: CalendarDate;
}

/** The lender supplies only if the borrower agrees to a condition. */
export interface Conditional extends ByLender {
  readonly type: 'conditional';
  readonly condition: Condition;
  readonly replyBy?: CalendarDate;
}

/** The borrower answers {@link Conditional}. */
export interface ConditionAnswered extends ByBorrower {
  readonly type: 'conditionAnswered';
  readonly isAccepted: boolean;
}

/** The lender cannot supply now, but may later. Ends this transaction. */
export interface RetryLater extends ByLender {
  readonly type: 'retryLater';
  readonly reason?: RetryReason;
  readonly retryDate?: CalendarDate;
}

/** Step two, the answer no. */
export interface Unfilled extends ByLender {
  readonly type: 'unfilled';
  readonly reason?: UnfilledReason;
  readonly locations?: readonly Location[];
}

/** The lender names libraries that may hold the item instead of supplying it. */
export interface LocationsProvided extends ByLender {
  readonly type: 'locationsProvided';
  readonly reason?: LocationsReason;
  readonly locations: readonly Location[];
}

/** The lender names the cost instead of supplying. */
export interface Estimated extends ByLender {
  readonly type: 'estimated';
  readonly estimate: string;
}

/** The time for an answer has passed. */
export interface Expired extends ByLender {
  readonly type: 'expired';
}

/** The lender passed the request on to another library, with which the borrower now deals. */
export interface Forwarded extends ByLender {
  readonly type: 'forwarded';
  readonly to: Party;
  readonly address?: ElectronicAddress;
}

/** Step two, the answer yes: the item, or a copy of it, is on its way. */
export interface Shipped extends ByLender {
  readonly type: 'shipped';
  readonly service: ServiceType;
  readonly shippedOn?: CalendarDate;
  readonly due?: CalendarDate;
  /** Absent means yes. */
  readonly isRenewable?: boolean;
  readonly condition?: ShippedCondition;
  readonly cost?: Money;
  /** Insured value of the item. */
  readonly insuredFor?: Money;
  /** Number of pages, volumes or other units that are charged, 1 to 9999. */
  readonly chargeableUnits?: number;
  readonly method?: string;
  readonly returnTo?: PostalAddress;
}

/** The borrower takes the request back. */
export interface CancelRequested extends ByBorrower {
  readonly type: 'cancelRequested';
}

/** The lender answers {@link CancelRequested}. */
export interface CancelAnswered extends ByLender {
  readonly type: 'cancelAnswered';
  readonly isAccepted: boolean;
}

/** Step three: the item has arrived at the borrower. */
export interface Received extends ByBorrower {
  readonly type: 'received';
  readonly service: ServiceType;
  readonly receivedOn: CalendarDate;
}

/** Step four: the borrower has sent the item back. */
export interface Returned extends ByBorrower {
  readonly type: 'returned';
  readonly returnedOn: CalendarDate;
  readonly method?: string;
  readonly insuredFor?: Money;
}

/** Step five: the item is back with the lender. */
export interface CheckedIn extends ByLender {
  readonly type: 'checkedIn';
  readonly checkedInOn: CalendarDate;
}

/** The borrower asks to keep the item longer. */
export interface RenewRequested extends ByBorrower {
  readonly type: 'renewRequested';
  readonly desiredDue?: CalendarDate;
}

/** The lender answers {@link RenewRequested}. */
export interface RenewAnswered extends ByLender {
  readonly type: 'renewAnswered';
  readonly isAccepted: boolean;
  readonly due?: CalendarDate;
  readonly isRenewable?: boolean;
}

/** The lender wants the item back now. */
export interface Recalled extends ByLender {
  readonly type: 'recalled';
}

/** The item should have been back by `due`. */
export interface Overdue extends ByLender {
  readonly type: 'overdue';
  readonly due: CalendarDate;
  readonly isRenewable?: boolean;
}

/** Either side says that the item is lost. */
export interface Lost extends EventBase {
  readonly type: 'lost';
}

/** Either side says that the item is damaged. */
export interface Damaged extends EventBase {
  readonly type: 'damaged';
  /** Numbers of the damaged units; absent means all of it or not said. */
  readonly units?: readonly number[];
}

/** Free text for the other side. `note` carries it. */
export interface Message extends EventBase {
  readonly type: 'message';
  readonly note: string;
}

/** Either side asks where the other thinks the transaction stands. */
export interface StatusQueried extends EventBase {
  readonly type: 'statusQueried';
}

/** The answer to {@link StatusQueried}. */
export interface StatusReported extends EventBase {
  readonly type: 'statusReported';
  /** The other side's state, in the words of its protocol; absent when it gives no report. */
  readonly state?: string;
  readonly noReport?: 'temporary' | 'permanent';
}

/** The other side could not act on a message. */
export interface ErrorReported extends EventBase {
  readonly type: 'errorReported';
  /** The report's own code, verbatim, for instance `state-transition-prohibited`. */
  readonly problem: string;
  /** What the report says it is about. */
  readonly about?: string;
}

/** Everything that can be said about a loan, in the words of the lending desk. */
export type LendingEvent =
  | Requested
  | WillSupply
  | HoldPlaced
  | Conditional
  | ConditionAnswered
  | RetryLater
  | Unfilled
  | LocationsProvided
  | Estimated
  | Expired
  | Forwarded
  | Shipped
  | CancelRequested
  | CancelAnswered
  | Received
  | Returned
  | CheckedIn
  | RenewRequested
  | RenewAnswered
  | Recalled
  | Overdue
  | Lost
  | Damaged
  | Message
  | StatusQueried
  | StatusReported
  | ErrorReported;

/** Names of the events. */
export type LendingEventType = LendingEvent['type'];

/** The five canonical steps in order, each with its speaker and the events that are it. */
export const LendingSteps = [
  { step: 'request', from: 'borrower', events: ['requested'] },
  { step: 'answer', from: 'lender', events: ['shipped', 'unfilled'] },
  { step: 'received', from: 'borrower', events: ['received'] },
  { step: 'returned', from: 'borrower', events: ['returned'] },
  { step: 'checkedIn', from: 'lender', events: ['checkedIn'] },
] as const satisfies readonly { step: string; from: Role; events: readonly LendingEventType[] }[];

/** One of the five canonical steps. */
export type LendingStep = (typeof LendingSteps)[number]['step'];
