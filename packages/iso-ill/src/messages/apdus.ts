import {
  type BerType,
  boolean,
  constant,
  constrained,
  defaulted,
  explicit,
  type Infer,
  integer,
  optional,
  optionalUntagged,
  required,
  sequence,
  tolerating,
} from '@interlend/wire/ber';
import {
  PlaceOnHold,
  ReasonNoReport,
  ShippedServiceType,
  TransactionResults,
  TransactionType,
} from './enumerations.js';
import { ExternalValue } from './external-value.js';
import { IllString, IsoDate } from './strings.js';
import { PostalAddress, SystemAddress, SystemId } from './system-id.js';
import {
  AlreadyTriedList,
  Amount,
  ClientId,
  CostInfo,
  DamagedDetails,
  DateDue,
  DeliveryAddress,
  DeliveryService,
  ErrorReport,
  Extensions,
  IllServiceTypes,
  ItemId,
  RequesterOptionalMessages,
  ResponderOptionalMessages,
  ResultsExplanation,
  SearchType,
  SendToList,
  ServiceDateTime,
  StatusReport,
  SupplementalItemDescription,
  SupplyDetails,
  SupplyMediumInfos,
  ThirdPartyInfo,
  TransactionId,
} from './types.js';

/** protocol-version-num: 1 or 2. Other numbers are read, so that the error report for them can be written. */
const ProtocolVersion: BerType<number> = constrained(integer, {
  code: 'protocol-version',
  explain: () => undefined,
  sample: (random) => (random() < 0.2 ? 1 : 2),
});

/** The elements every APDU begins with, clause 9. */
const Common = {
  /** 1 or 2. */
  protocolVersionNum: required(0, ProtocolVersion),
  transactionId: required(1, TransactionId),
  serviceDateTime: required(2, ServiceDateTime),
  /** The borrower, in messages of either direction. Mandatory with store-and-forward transport; always sent here. */
  requesterId: optional(3, SystemId),
  /** The lender, in messages of either direction. */
  responderId: optional(4, SystemId),
} as const;

/** ILL-Request, clause 9: requester to responder. */
export const IllRequest = sequence('ILL-Request', {
  apdu: constant('ILL-Request'),
  ...Common,
  transactionType: defaulted(5, TransactionType, 'simple'),
  deliveryAddress: optional(6, DeliveryAddress),
  deliveryService: optionalUntagged(DeliveryService),
  billingAddress: optional(8, DeliveryAddress),
  /** One to five, in order of preference. */
  illServiceType: required(9, IllServiceTypes),
  responderSpecificService: optional(10, explicit(ExternalValue)),
  requesterOptionalMessages: required(11, RequesterOptionalMessages),
  searchType: optional(12, SearchType),
  supplyMediumInfoType: optional(13, SupplyMediumInfos),
  placeOnHold: defaulted(14, PlaceOnHold, 'according-to-responder-policy'),
  clientId: optional(15, ClientId),
  itemId: required(16, ItemId),
  supplementalItemDescription: optional(17, SupplementalItemDescription),
  costInfoType: optional(18, CostInfo),
  copyrightCompliance: optional(19, IllString),
  thirdPartyInfoType: optional(20, ThirdPartyInfo),
  retryFlag: defaulted(21, boolean, false),
  forwardFlag: defaulted(22, boolean, false),
  requesterNote: optional(46, IllString),
  forwardNote: optional(47, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type IllRequest = Infer<typeof IllRequest>;

/** Forward-Notification, clause 9: responder to requester; names the library the request was passed to. */
export const ForwardNotification = sequence('Forward-Notification', {
  apdu: constant('Forward-Notification'),
  ...Common,
  /** The new responder; mandatory in this APDU. */
  responderId: required(4, SystemId),
  responderAddress: optional(24, SystemAddress),
  intermediaryId: required(25, SystemId),
  notificationNote: optional(48, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type ForwardNotification = Infer<typeof ForwardNotification>;

/** Shipped, clause 9: responder to requester. */
export const Shipped = sequence('Shipped', {
  apdu: constant('Shipped'),
  ...Common,
  responderAddress: optional(24, SystemAddress),
  intermediaryId: optional(25, SystemId),
  supplierId: optional(26, SystemId),
  clientId: optional(15, ClientId),
  transactionType: defaulted(5, TransactionType, 'simple'),
  supplementalItemDescription: optional(17, SupplementalItemDescription),
  shippedServiceType: required(27, ShippedServiceType),
  responderOptionalMessages: optional(28, ResponderOptionalMessages),
  supplyDetails: required(29, SupplyDetails),
  returnToAddress: optional(30, PostalAddress),
  responderNote: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type Shipped = Infer<typeof Shipped>;

const explanationOf: Readonly<Record<string, string>> = {
  conditional: 'conditionalResults',
  retry: 'retryResults',
  unfilled: 'unfilledResults',
  'locations-provided': 'locationsResults',
  'will-supply': 'willSupplyResults',
  'hold-placed': 'holdPlacedResults',
  estimate: 'estimateResults',
};
const resultsThatNeedExplanation: readonly unknown[] = ['conditional', 'locations-provided', 'estimate'];

/** ILL-Answer, clause 9: responder to requester. */
export const IllAnswer = sequence(
  'ILL-Answer',
  {
    apdu: constant('ILL-Answer'),
    ...Common,
    transactionResults: required(31, TransactionResults),
    /** Required for conditional, locations-provided and estimate; its arm agrees with transaction-results. */
    resultsExplanation: optional(32, ResultsExplanation),
    /** Mandatory when a reason is `responder-specific`. */
    responderSpecificResults: optional(33, explicit(ExternalValue)),
    supplementalItemDescription: optional(17, SupplementalItemDescription),
    sendToList: optional(23, SendToList),
    alreadyTriedList: optional(34, AlreadyTriedList),
    responderOptionalMessages: optional(28, ResponderOptionalMessages),
    responderNote: optional(46, IllString),
    extensions: optional(49, Extensions),
  },
  {
    rule: {
      code: 'results-explanation',
      explain: ({ transactionResults, resultsExplanation }) => {
        if (resultsExplanation === undefined) {
          return resultsThatNeedExplanation.includes(transactionResults)
            ? `expected results-explanation with transaction-results ${transactionResults}`
            : undefined;
        }
        const arm = explanationOf[transactionResults];
        return arm === undefined || arm in resultsExplanation
          ? undefined
          : `expected ${arm} with transaction-results ${transactionResults}, found ${Object.keys(resultsExplanation)[0]}`;
      },
    },
    mend: (value, random, budget) => {
      const resultsExplanation = ResultsExplanation.sample(random, Math.max(1, budget - 1));
      const transactionResults = Object.keys(explanationOf).find(
        (word) => (explanationOf[word] ?? '') in resultsExplanation,
      );
      return { ...value, transactionResults: transactionResults as 'unfilled', resultsExplanation };
    },
  },
);
/** @interface */
export type IllAnswer = Infer<typeof IllAnswer>;

/** Conditional-Reply, clause 9: requester to responder. */
export const ConditionalReply = sequence('Conditional-Reply', {
  apdu: constant('Conditional-Reply'),
  ...Common,
  answer: required(35, boolean),
  requesterNote: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type ConditionalReply = Infer<typeof ConditionalReply>;

/** Cancel, clause 9: requester to responder. */
export const Cancel = sequence('Cancel', {
  apdu: constant('Cancel'),
  ...Common,
  requesterNote: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type Cancel = Infer<typeof Cancel>;

/** Cancel-Reply, clause 9: responder to requester. */
export const CancelReply = sequence('Cancel-Reply', {
  apdu: constant('Cancel-Reply'),
  ...Common,
  answer: required(35, boolean),
  responderNote: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type CancelReply = Infer<typeof CancelReply>;

/** Received, clause 9: requester to responder. */
export const Received = sequence('Received', {
  apdu: constant('Received'),
  ...Common,
  supplierId: optional(26, SystemId),
  supplementalItemDescription: optional(17, SupplementalItemDescription),
  dateReceived: required(36, IsoDate),
  shippedServiceType: required(27, ShippedServiceType),
  requesterNote: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type Received = Infer<typeof Received>;

/** Recall, clause 9: responder to requester. */
export const Recall = sequence('Recall', {
  apdu: constant('Recall'),
  ...Common,
  responderNote: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type Recall = Infer<typeof Recall>;

/** Returned, clause 9: requester to responder. */
export const Returned = sequence('Returned', {
  apdu: constant('Returned'),
  ...Common,
  supplementalItemDescription: optional(17, SupplementalItemDescription),
  dateReturned: required(37, IsoDate),
  returnedVia: optional(38, IllString),
  insuredFor: optional(39, Amount),
  requesterNote: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type Returned = Infer<typeof Returned>;

/** Checked-In, clause 9: responder to requester. */
export const CheckedIn = sequence('Checked-In', {
  apdu: constant('Checked-In'),
  ...Common,
  dateCheckedIn: required(40, IsoDate),
  responderNote: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type CheckedIn = Infer<typeof CheckedIn>;

/** Identifier of the first element of an Extension, `[0]`. */
const extensionIdentifierOctet = 0x80;

/** The first octet of contents behind the header at `at`, in the short or the long form. */
function firstContentsOctet(bytes: Uint8Array, at: number): number | undefined {
  const length = bytes[at + 1] ?? 0;
  return bytes[at + (length > 0x80 ? 2 + (length & 0x7f) : 2)];
}

/** Overdue, clause 9: responder to requester. The only APDU whose extensions have an explicit tag. */
export const Overdue = sequence('Overdue', {
  apdu: constant('Overdue'),
  ...Common,
  dateDue: required(41, DateDue),
  responderNote: optional(46, IllString),
  extensions: optional(
    49,
    tolerating(explicit(Extensions), {
      type: Extensions,
      code: 'extensions-without-sequence',
      message: 'extensions of Overdue without the SEQUENCE header inside their explicit tag',
      applies: (bytes, contents) => firstContentsOctet(bytes, contents) === extensionIdentifierOctet,
    }),
  ),
});
/** @interface */
export type Overdue = Infer<typeof Overdue>;

/** Renew, clause 9: requester to responder. */
export const Renew = sequence('Renew', {
  apdu: constant('Renew'),
  ...Common,
  desiredDueDate: optional(42, IsoDate),
  requesterNote: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type Renew = Infer<typeof Renew>;

/** Renew-Answer, clause 9: responder to requester. */
export const RenewAnswer = sequence('Renew-Answer', {
  apdu: constant('Renew-Answer'),
  ...Common,
  answer: required(35, boolean),
  dateDue: optional(41, DateDue),
  responderNote: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type RenewAnswer = Infer<typeof RenewAnswer>;

/** Lost, clause 9: either direction. */
export const Lost = sequence('Lost', {
  apdu: constant('Lost'),
  ...Common,
  note: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type Lost = Infer<typeof Lost>;

/** Damaged, clause 9: either direction. */
export const Damaged = sequence('Damaged', {
  apdu: constant('Damaged'),
  ...Common,
  /** Version 2 only. */
  damagedDetails: optional(5, DamagedDetails, {
    tolerance: { tag: 51, code: 'damaged-details-tag', message: 'damaged-details under [51] instead of [5]' },
  }),
  note: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type Damaged = Infer<typeof Damaged>;

/** Message, clause 9: either direction. */
export const Message = sequence('Message', {
  apdu: constant('Message'),
  ...Common,
  note: required(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type Message = Infer<typeof Message>;

/** Status-Query, clause 9: either direction. */
export const StatusQuery = sequence('Status-Query', {
  apdu: constant('Status-Query'),
  ...Common,
  note: optional(46, IllString),
  extensions: optional(49, Extensions),
});
/** @interface */
export type StatusQuery = Infer<typeof StatusQuery>;

/** Status-Or-Error-Report, clause 9: either direction. reason-no-report stands exactly when there is no report. */
export const StatusOrErrorReport = sequence(
  'Status-Or-Error-Report',
  {
    apdu: constant('Status-Or-Error-Report'),
    ...Common,
    reasonNoReport: optional(43, ReasonNoReport),
    statusReport: optional(44, StatusReport),
    errorReport: optional(45, ErrorReport),
    note: optional(46, IllString),
    extensions: optional(49, Extensions),
  },
  {
    rule: {
      code: 'reason-no-report',
      explain: ({ reasonNoReport, statusReport, errorReport }) =>
        (reasonNoReport === undefined) === (statusReport !== undefined || errorReport !== undefined)
          ? undefined
          : 'expected either a report or reason-no-report',
    },
    mend: ({ reasonNoReport, ...value }, random) =>
      value.statusReport || value.errorReport
        ? value
        : { ...value, reasonNoReport: reasonNoReport ?? (random() < 0.5 ? 'temporary' : 'permanent') },
  },
);
/** @interface */
export type StatusOrErrorReport = Infer<typeof StatusOrErrorReport>;

/** Expired, clause 9: responder to requester. It has no note. */
export const Expired = sequence('Expired', {
  apdu: constant('Expired'),
  ...Common,
  extensions: optional(49, Extensions),
});
/** @interface */
export type Expired = Infer<typeof Expired>;

/** The twenty APDUs in the order of their numbers; APDU n has the tag `[APPLICATION n]`. */
export const Apdus = [
  IllRequest,
  ForwardNotification,
  Shipped,
  IllAnswer,
  ConditionalReply,
  Cancel,
  CancelReply,
  Received,
  Recall,
  Returned,
  CheckedIn,
  Overdue,
  Renew,
  RenewAnswer,
  Lost,
  Damaged,
  Message,
  StatusQuery,
  StatusOrErrorReport,
  Expired,
] as const;

/** Any of the twenty APDUs; `apdu` tells which. Plain JSON. */
export type IllApdu = Infer<(typeof Apdus)[number]>;
