import { Conditions, type ReasonFor, Reasons, type ReasonUse } from '@interlend/core';
import { enumerated } from '@interlend/wire/ber';

/** Names of the twenty APDUs with their numbers, clause 9. */
export const ApduNumbers = {
  'ILL-Request': 1,
  'Forward-Notification': 2,
  Shipped: 3,
  'ILL-Answer': 4,
  'Conditional-Reply': 5,
  Cancel: 6,
  'Cancel-Reply': 7,
  Received: 8,
  Recall: 9,
  Returned: 10,
  'Checked-In': 11,
  Overdue: 12,
  Renew: 13,
  'Renew-Answer': 14,
  Lost: 15,
  Damaged: 16,
  Message: 17,
  'Status-Query': 18,
  'Status-Or-Error-Report': 19,
  Expired: 20,
} as const;

/** Name of one of the twenty APDUs. */
export type ApduName = keyof typeof ApduNumbers;

/** ILL-APDU-Type, clause 9. */
export const IllApduType = enumerated('ILL-APDU-Type', ApduNumbers);

/**
 * most-recent-service of History-Report. The module lists neither Overdue (12) nor Renew (13); both are read and written
 * here, since a history can end with them.
 */
export const MostRecentService = enumerated('most-recent-service', { ...ApduNumbers, FORWARD: 21 });

/** Transaction-Type, clause 9. */
export const TransactionType = enumerated('Transaction-Type', { simple: 1, chained: 2, partitioned: 3 });

/** ILL-Service-Type, clause 9. */
export const IllServiceType = enumerated('ILL-Service-Type', {
  loan: 1,
  'copy-non-returnable': 2,
  locations: 3,
  estimate: 4,
  'responder-specific': 5,
});

/** Shipped-Service-Type, clause 9: what can be shipped. */
export const ShippedServiceType = enumerated('Shipped-Service-Type', { loan: 1, 'copy-non-returnable': 2 });

/** Place-On-Hold-Type, clause 9. */
export const PlaceOnHold = enumerated('Place-On-Hold-Type', {
  yes: 1,
  no: 2,
  'according-to-responder-policy': 3,
});

/** expiry-flag of Search-Type: `need-before-date` means that this date is also the end of the transaction. */
export const ExpiryFlag = enumerated('expiry-flag', {
  'need-before-date': 1,
  'other-date': 2,
  'no-expiry': 3,
});

/** What a party wishes of an optional message, clause 9. */
export const MessageWish = enumerated('optional message wish', { requires: 1, desires: 2, neither: 3 });

/** preference of Third-Party-Info-Type. */
export const Preference = enumerated('preference', { ordered: 1, unordered: 2 });

/** item-type of Item-Id. */
export const ItemType = enumerated('item-type', { monograph: 1, serial: 2, other: 3 });

/** Medium-Type, clause 9. There is no 2. */
export const MediumType = enumerated('Medium-Type', {
  printed: 1,
  microform: 3,
  'film-or-video-recording': 4,
  'audio-recording': 5,
  'machine-readable': 6,
  other: 7,
});

/** Supply-Medium-Type, clause 9. */
export const SupplyMediumType = enumerated('Supply-Medium-Type', {
  printed: 1,
  photocopy: 2,
  microform: 3,
  'film-or-video-recording': 4,
  'audio-recording': 5,
  'machine-readable': 6,
  other: 7,
});

/** Transaction-Results, clause 9. */
export const TransactionResults = enumerated('Transaction-Results', {
  conditional: 1,
  retry: 2,
  unfilled: 3,
  'locations-provided': 4,
  'will-supply': 5,
  'hold-placed': 6,
  estimate: 7,
});

function reasonNumbers<Use extends ReasonUse>(use: Use): Readonly<Record<ReasonFor<Use>, number>> {
  const rows = Reasons.filter((row) => (row.uses as readonly ReasonUse[]).includes(use));
  return Object.fromEntries(rows.map((row) => [row.reason, row.number])) as Record<ReasonFor<Use>, number>;
}

/** Reason-Unfilled, clause 9. */
export const ReasonUnfilled = enumerated('Reason-Unfilled', reasonNumbers('unfilled'));

/** reason-not-available of Retry-Results. */
export const ReasonNotAvailable = enumerated('reason-not-available', reasonNumbers('retry'));

/** Reason-Locs-Provided, clause 9. */
export const ReasonLocsProvided = enumerated('Reason-Locs-Provided', reasonNumbers('locations'));

/** reason-will-supply of Will-Supply-Results. */
export const ReasonWillSupply = enumerated('reason-will-supply', reasonNumbers('will-supply'));

type ConditionWord<Row> = Row extends { readonly condition: infer Word extends string } ? Word : never;

/** conditions of Conditional-Results. Its numbers 22 to 24 are other words than those of Reason-Unfilled. */
export const ConditionOfSupply = enumerated(
  'conditions',
  Object.fromEntries(Conditions.map((row) => [row.condition, row.number])) as Readonly<
    Record<ConditionWord<(typeof Conditions)[number]>, number>
  >,
);

/** shipped-conditions of Supply-Details. */
export const ShippedConditions = enumerated(
  'shipped-conditions',
  Object.fromEntries(
    Conditions.filter((row) => row.onShipment).map((row) => [row.condition, row.number]),
  ) as Readonly<
    Record<ConditionWord<Extract<(typeof Conditions)[number], { readonly onShipment: true }>>, number>
  >,
);

/** Current-State, clause 9, in the words of the state tables. */
export const CurrentState = enumerated('Current-State', {
  'NOT-SUPPLIED': 1,
  PENDING: 2,
  'IN-PROCESS': 3,
  FORWARD: 4,
  CONDITIONAL: 5,
  'CANCEL-PENDING': 6,
  CANCELLED: 7,
  SHIPPED: 8,
  RECEIVED: 9,
  'RENEW-PENDING': 10,
  'NOT-RECEIVED-OVERDUE': 11,
  'RENEW-OVERDUE': 12,
  OVERDUE: 13,
  RETURNED: 14,
  'CHECKED-IN': 15,
  RECALL: 16,
  LOST: 17,
  UNKNOWN: 18,
});

/** Reason-No-Report, clause 9. */
export const ReasonNoReport = enumerated('Reason-No-Report', { temporary: 1, permanent: 2 });

/** Report-Source, clause 9. */
export const ReportSource = enumerated('Report-Source', { user: 1, provider: 2 });

/** General-Problem, clause 9. */
export const GeneralProblem = enumerated('General-Problem', {
  'unrecognized-APDU': 1,
  'mistyped-APDU': 2,
  'badly-structured-APDU': 3,
  'protocol-version-not-supported': 4,
  other: 5,
});

/** Transaction-Id-Problem, clause 9. */
export const TransactionIdProblem = enumerated('Transaction-Id-Problem', {
  'duplicate-transaction-id': 1,
  'invalid-transaction-id': 2,
  'unknown-transaction-id': 3,
});

/** Intermediary-Problem, clause 9. */
export const IntermediaryProblem = enumerated('Intermediary-Problem', { 'cannot-send-onward': 1 });

/** Unable-To-Perform, clause 9. */
export const UnableToPerform = enumerated('Unable-To-Perform', {
  'not-available': 1,
  'resource-limitation': 2,
  other: 3,
});
