import type { Item } from './item.js';
import type { ElectronicAddress, Party, PostalAddress } from './party.js';

/** Day in the calendar of whoever wrote it: `YYYY-MM-DD`. */
export type CalendarDate = string;

/** An amount of money. The value is text as written by the sender; it is never reformatted. */
export interface Money {
  /** ISO 4217 letters. */
  readonly currency?: string;
  readonly value: string;
}

/** Whether the item itself travels (and comes back) or a copy of it. */
export type ServiceType = 'loan' | 'copy';

/** What else a requester may ask a library for. */
export type RequestedService = ServiceType | 'locations' | 'estimate' | 'other';

/** The reader behind a request. Patron data: never logged, never in an exchange file. */
export interface Patron {
  readonly name?: string;
  readonly status?: string;
  readonly identifier?: string;
}

/** Until when the lender may answer. */
export type Expiry =
  | { readonly rule: 'never' }
  /** The day by which the item is needed is also the end of the request. */
  | { readonly rule: 'need-before' }
  | { readonly rule: 'date'; readonly date: CalendarDate };

/** What the borrower asks the lender for. */
export interface LendingRequest {
  readonly borrower: Party;
  readonly lender: Party;
  /** In order of preference; at least one. */
  readonly services: readonly RequestedService[];
  readonly item: Item;
  readonly patron?: Patron;
  readonly deliverTo?: { readonly postal?: PostalAddress; readonly electronic?: ElectronicAddress };
  readonly billTo?: { readonly postal?: PostalAddress; readonly electronic?: ElectronicAddress };
  /** How the item shall travel, in words of the requester. */
  readonly deliveryMethod?: string;
  /** One character; its meaning is agreed between the parties. */
  readonly levelOfService?: string;
  readonly needBefore?: CalendarDate;
  readonly expiry?: Expiry;
  readonly placeOnHold?: 'yes' | 'no' | 'lender-decides';
  readonly maximumCost?: Money;
  readonly accountNumber?: string;
  readonly willPayFee?: boolean;
  readonly isReciprocal?: boolean;
  readonly isPaymentProvided?: boolean;
  /** Statement of the copyright rule the copy falls under, for instance `CCG`. */
  readonly copyrightCompliance?: string;
  readonly note?: string;
  /** True when an earlier transaction for the same request ended with "retry later". */
  readonly isRetry?: boolean;
}
