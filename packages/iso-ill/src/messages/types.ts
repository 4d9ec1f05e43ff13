import {
  anyValue,
  boolean,
  choice,
  constrained,
  defaulted,
  explicit,
  type Infer,
  integer,
  integerBetween,
  nullValue,
  objectIdentifier,
  optional,
  optionalUntagged,
  printableString,
  required,
  sampleText,
  sequence,
  sequenceOf,
  untagged,
} from '@interlend/wire/ber';
import {
  ConditionOfSupply,
  CurrentState,
  ExpiryFlag,
  GeneralProblem,
  IllApduType,
  IllServiceType,
  IntermediaryProblem,
  ItemType,
  MediumType,
  MessageWish,
  MostRecentService,
  Preference,
  ReasonLocsProvided,
  ReasonNotAvailable,
  ReasonUnfilled,
  ReasonWillSupply,
  ReportSource,
  ShippedConditions,
  ShippedServiceType,
  SupplyMediumType,
  TransactionIdProblem,
  TransactionResults,
  UnableToPerform,
} from './enumerations.js';
import { ExternalValue } from './external-value.js';
import { IllString, IsoDate, IsoTime, illStringOf } from './strings.js';
import { PostalAddress, SystemAddress, SystemId } from './system-id.js';

/** Transaction-Id, clause 9: together with the requester the key of a transaction. Opaque; echoed as it came. */
export const TransactionId = sequence('Transaction-Id', {
  /** Mandatory for sub-transactions. */
  initialRequesterId: optional(0, SystemId),
  /** The request as the patron sees it; the same for every supplier that is tried. */
  transactionGroupQualifier: required(1, IllString),
  /** This attempt. */
  transactionQualifier: required(2, IllString),
  /** Mandatory for sub-transactions. */
  subTransactionQualifier: optional(3, IllString),
});
/** @interface */
export type TransactionId = Infer<typeof TransactionId>;

/** A moment of Service-Date-Time. */
export const DateTime = sequence('date-time', {
  date: required(0, IsoDate),
  /** Mandatory from the second service of a transaction on the same day. */
  time: optional(1, IsoTime),
});
/** @interface */
export type DateTime = Infer<typeof DateTime>;

/** Service-Date-Time, clause 9. */
export const ServiceDateTime = sequence('Service-Date-Time', {
  dateTimeOfThisService: required(0, DateTime),
  /** Present in a repeat: when the service was first invoked. */
  dateTimeOfOriginalService: optional(1, DateTime),
});
/** @interface */
export type ServiceDateTime = Infer<typeof ServiceDateTime>;

/** Delivery-Address, clause 9. */
export const DeliveryAddress = sequence('Delivery-Address', {
  postalAddress: optional(0, PostalAddress),
  electronicAddress: optional(1, SystemAddress),
});
/** @interface */
export type DeliveryAddress = Infer<typeof DeliveryAddress>;

/** Where an electronic delivery goes. */
export const EDeliveryDetails = choice('e-delivery-details', {
  eDeliveryAddress: required(0, SystemAddress),
  eDeliveryId: required(1, SystemId),
});

/** Electronic-Delivery-Service, clause 9; version 2 only. */
export const ElectronicDeliveryService = sequence('Electronic-Delivery-Service', {
  eDeliveryService: optional(
    0,
    sequence('e-delivery-service', {
      eDeliveryMode: required(0, objectIdentifier),
      eDeliveryParameters: required(1, anyValue),
    }),
  ),
  documentType: optional(
    1,
    sequence('document-type', {
      documentTypeId: required(2, objectIdentifier),
      documentTypeParameters: required(3, anyValue),
    }),
  ),
  eDeliveryDescription: optional(4, IllString),
  eDeliveryDetails: required(5, EDeliveryDetails),
  /** File name, message-id or other name of the document as sent. */
  nameOrCode: optional(6, IllString),
  deliveryTime: optional(7, IsoTime),
});
/** @interface */
export type ElectronicDeliveryService = Infer<typeof ElectronicDeliveryService>;

/** Delivery-Service, clause 9: an untagged CHOICE whose arms carry the tags. */
export const DeliveryService = choice('Delivery-Service', {
  physicalDelivery: required(7, IllString),
  /** Version 2 only. */
  electronicDelivery: required(50, sequenceOf(ElectronicDeliveryService)),
});
export type DeliveryService = Infer<typeof DeliveryService>;

/** Requester-Optional-Messages-Type, clause 9. */
export const RequesterOptionalMessages = sequence('Requester-Optional-Messages-Type', {
  canSendReceived: required(0, boolean),
  canSendReturned: required(1, boolean),
  requesterShipped: required(2, MessageWish),
  requesterCheckedIn: required(3, MessageWish),
});
/** @interface */
export type RequesterOptionalMessages = Infer<typeof RequesterOptionalMessages>;

/** Responder-Optional-Messages-Type, clause 9. */
export const ResponderOptionalMessages = sequence('Responder-Optional-Messages-Type', {
  canSendShipped: required(0, boolean),
  canSendCheckedIn: required(1, boolean),
  responderReceived: required(2, MessageWish),
  responderReturned: required(3, MessageWish),
});
/** @interface */
export type ResponderOptionalMessages = Infer<typeof ResponderOptionalMessages>;

/** Search-Type, clause 9. */
export const SearchType = sequence('Search-Type', {
  levelOfService: optional(0, illStringOf(1, { isEnforcedOnWrite: true })),
  needBeforeDate: optional(1, IsoDate),
  expiryFlag: defaulted(2, ExpiryFlag, 'no-expiry'),
  /** Only with the flag `other-date`. */
  expiryDate: optional(3, IsoDate),
});
/** @interface */
export type SearchType = Infer<typeof SearchType>;

/** Supply-Medium-Info-Type, clause 9. */
export const SupplyMediumInfo = sequence('Supply-Medium-Info-Type', {
  supplyMediumType: required(0, SupplyMediumType),
  mediumCharacteristics: optional(1, IllString),
});

/** Client-Id, clause 9: the reader. Patron data. */
export const ClientId = sequence('Client-Id', {
  clientName: optional(0, IllString),
  clientStatus: optional(1, IllString),
  clientIdentifier: optional(2, IllString),
});
/** @interface */
export type ClientId = Infer<typeof ClientId>;

/** Item-Id, clause 9. */
export const ItemId = sequence('Item-Id', {
  itemType: optional(0, ItemType),
  heldMediumType: optional(1, MediumType),
  callNumber: optional(2, IllString),
  author: optional(3, IllString),
  title: optional(4, IllString),
  subTitle: optional(5, IllString),
  sponsoringBody: optional(6, IllString),
  placeOfPublication: optional(7, IllString),
  publisher: optional(8, IllString),
  seriesTitleNumber: optional(9, IllString),
  volumeIssue: optional(10, IllString),
  edition: optional(11, IllString),
  publicationDate: optional(12, IllString),
  publicationDateOfComponent: optional(13, IllString),
  authorOfArticle: optional(14, IllString),
  titleOfArticle: optional(15, IllString),
  pagination: optional(16, IllString),
  nationalBibliographyNo: optional(17, explicit(ExternalValue)),
  /** SIZE is 10 in the standard of 1997; thirteen-digit numbers are sent as they are. */
  isbn: optional(18, illStringOf(10, { isEnforcedOnWrite: false })),
  /** SIZE is 8: no hyphen. Written as given. */
  issn: optional(19, illStringOf(8, { isEnforcedOnWrite: false })),
  systemNo: optional(20, explicit(ExternalValue)),
  additionalNoLetters: optional(21, IllString),
  verificationReferenceSource: optional(22, IllString),
});
/** @interface */
export type ItemId = Infer<typeof ItemId>;

/** Supplemental-Item-Description, clause 9: what it means is defined outside the standard. */
export const SupplementalItemDescription = sequenceOf(ExternalValue);

/**
 * AmountString, clause 9: digits, blank, `.` and `,`, one to ten of them. Written as it is, because an amount that was
 * received is never reformatted, and real ones say `$35`.
 */
const AmountString = constrained(printableString, {
  code: 'amount-character',
  clause: 'ISO 10161-1 clause 9, AmountString',
  isEnforcedOnWrite: false,
  explain: (value) =>
    /^[0-9 .,]{1,10}$/.test(value)
      ? undefined
      : `expected one to ten digits, blanks, points or commas, found ${JSON.stringify(value)}`,
  sample: (random) => `${Math.floor(random() * 9999)}.${10 + Math.floor(random() * 90)}`,
});

/** Amount, clause 9. */
export const Amount = sequence('Amount', {
  /** ISO 4217 letters. */
  currencyCode: optional(
    0,
    constrained(printableString, {
      code: 'currency-code',
      clause: 'ISO 10161-1 clause 9, Amount',
      explain: (value) =>
        value.length === 3 ? undefined : `expected three letters, found ${JSON.stringify(value)}`,
      sample: (random) => sampleText(random, 'ADEGPSU', 3),
    }),
  ),
  monetaryValue: required(1, AmountString),
});
/** @interface */
export type Amount = Infer<typeof Amount>;

/** Cost-Info-Type, clause 9. */
export const CostInfo = sequence('Cost-Info-Type', {
  accountNumber: optional(0, IllString),
  maximumCost: optional(1, Amount),
  reciprocalAgreement: defaulted(2, boolean, false),
  willPayFee: defaulted(3, boolean, false),
  paymentProvided: defaulted(4, boolean, false),
});
/** @interface */
export type CostInfo = Infer<typeof CostInfo>;

/** Send-To-List-Type, clause 9. */
export const SendToList = sequenceOf(
  sequence('send-to-list member', {
    systemId: required(0, SystemId),
    accountNumber: optional(1, IllString),
    systemAddress: optional(2, SystemAddress),
  }),
);

/** Already-Tried-List-Type, clause 9. */
export const AlreadyTriedList = sequenceOf(SystemId);

/** Third-Party-Info-Type, clause 9. */
export const ThirdPartyInfo = sequence('Third-Party-Info-Type', {
  permissionToForward: defaulted(0, boolean, false),
  permissionToChain: defaulted(1, boolean, false),
  permissionToPartition: defaulted(2, boolean, false),
  permissionToChangeSendToList: defaulted(3, boolean, false),
  initialRequesterAddress: optional(4, SystemAddress),
  preference: defaulted(5, Preference, 'unordered'),
  sendToList: optional(6, SendToList),
  alreadyTriedList: optional(7, AlreadyTriedList),
});
/** @interface */
export type ThirdPartyInfo = Infer<typeof ThirdPartyInfo>;

/** Date-Due, clause 9. */
export const DateDue = sequence('Date-Due', {
  dateDueField: required(0, IsoDate),
  renewable: defaulted(1, boolean, true),
});
/** @interface */
export type DateDue = Infer<typeof DateDue>;

/** Units-Per-Medium-Type, clause 9; both tags are explicit. */
export const UnitsPerMedium = sequence('Units-Per-Medium-Type', {
  medium: required(0, explicit(SupplyMediumType)),
  noOfUnits: required(1, explicit(integerBetween(1, 9999))),
});

/** shipped-via of Supply-Details: an untagged CHOICE. */
export const ShippedVia = choice('shipped-via', {
  physicalDelivery: required(5, IllString),
  /** Version 2 only. */
  electronicDelivery: required(50, ElectronicDeliveryService),
});

/** Supply-Details, clause 9. */
export const SupplyDetails = sequence('Supply-Details', {
  dateShipped: optional(0, IsoDate),
  dateDue: optional(1, DateDue),
  chargeableUnits: optional(2, integerBetween(1, 9999)),
  cost: optional(3, Amount),
  shippedConditions: optional(4, ShippedConditions),
  shippedVia: optionalUntagged(ShippedVia),
  insuredFor: optional(6, Amount),
  returnInsuranceRequire: optional(7, Amount),
  noOfUnitsPerMedium: optional(8, sequenceOf(UnitsPerMedium)),
});
/** @interface */
export type SupplyDetails = Infer<typeof SupplyDetails>;

/** Location-Info, clause 9. */
export const LocationInfo = sequence('Location-Info', {
  locationId: required(0, SystemId),
  locationAddress: optional(1, SystemAddress),
  locationNote: optional(2, IllString),
});
/** @interface */
export type LocationInfo = Infer<typeof LocationInfo>;

/** Conditional-Results, clause 9. */
export const ConditionalResults = sequence('Conditional-Results', {
  conditions: required(0, ConditionOfSupply),
  dateForReply: optional(1, IsoDate),
  locations: optional(2, sequenceOf(LocationInfo)),
  /** Version 2 only. */
  proposedDeliveryService: optionalUntagged(DeliveryService),
});

/** Retry-Results, clause 9. */
export const RetryResults = sequence('Retry-Results', {
  reasonNotAvailable: optional(0, ReasonNotAvailable),
  retryDate: optional(1, IsoDate),
  locations: optional(2, sequenceOf(LocationInfo)),
});

/** Unfilled-Results, clause 9. */
export const UnfilledResults = sequence('Unfilled-Results', {
  reasonUnfilled: required(0, ReasonUnfilled),
  locations: optional(1, sequenceOf(LocationInfo)),
});

/** Locations-Results, clause 9. */
export const LocationsResults = sequence('Locations-Results', {
  reasonLocsProvided: optional(0, ReasonLocsProvided),
  locations: required(1, sequenceOf(LocationInfo)),
});

/** Will-Supply-Results, clause 9; all tags but the list of locations are explicit. */
export const WillSupplyResults = sequence('Will-Supply-Results', {
  reasonWillSupply: required(0, explicit(ReasonWillSupply)),
  /** The standard of 1993 printed IMPLICIT here; clarification 05 of the maintenance agency made it explicit. */
  supplyDate: optional(1, explicit(IsoDate)),
  returnToAddress: optional(2, explicit(PostalAddress)),
  locations: optional(3, sequenceOf(LocationInfo)),
  electronicDeliveryService: optional(4, explicit(ElectronicDeliveryService)),
});

/** Hold-Placed-Results, clause 9. */
export const HoldPlacedResults = sequence('Hold-Placed-Results', {
  estimatedDateAvailable: required(0, IsoDate),
  holdPlacedMediumType: optional(1, MediumType),
  locations: optional(2, sequenceOf(LocationInfo)),
});

/** Estimate-Results, clause 9. */
export const EstimateResults = sequence('Estimate-Results', {
  costEstimate: required(0, IllString),
  locations: optional(1, sequenceOf(LocationInfo)),
});

/** results-explanation of ILL-Answer: the arm agrees with transaction-results. Two explicit headers. */
export const ResultsExplanation = choice('results-explanation', {
  conditionalResults: required(1, explicit(ConditionalResults)),
  retryResults: required(2, explicit(RetryResults)),
  unfilledResults: required(3, explicit(UnfilledResults)),
  locationsResults: required(4, explicit(LocationsResults)),
  willSupplyResults: required(5, explicit(WillSupplyResults)),
  holdPlacedResults: required(6, explicit(HoldPlacedResults)),
  estimateResults: required(7, explicit(EstimateResults)),
});
export type ResultsExplanation = Infer<typeof ResultsExplanation>;

/** Damaged-Details, clause 9; version 2 only. */
export const DamagedDetails = sequence('Damaged-Details', {
  documentTypeId: optional(0, objectIdentifier),
  damagedPortion: untagged(
    choice('damaged-portion', {
      completeDocument: required(1, nullValue),
      /** What a unit is follows from the document type. */
      specificUnits: required(2, sequenceOf(integer)),
    }),
  ),
});

/** History-Report, clause 9. */
export const HistoryReport = sequence('History-Report', {
  dateRequested: optional(0, IsoDate),
  author: optional(1, IllString),
  title: optional(2, IllString),
  authorOfArticle: optional(3, IllString),
  titleOfArticle: optional(4, IllString),
  dateOfLastTransition: required(5, IsoDate),
  mostRecentService: required(6, MostRecentService),
  dateOfMostRecentService: required(7, IsoDate),
  initiatorOfMostRecentService: required(8, SystemId),
  shippedServiceType: optional(9, ShippedServiceType),
  transactionResults: optional(10, TransactionResults),
  mostRecentServiceNote: optional(11, IllString),
});
/** @interface */
export type HistoryReport = Infer<typeof HistoryReport>;

/** Status-Report, clause 9. */
export const StatusReport = sequence('Status-Report', {
  userStatusReport: required(0, HistoryReport),
  providerStatusReport: required(1, CurrentState),
});
/** @interface */
export type StatusReport = Infer<typeof StatusReport>;

/** User-Error-Report, clause 9. */
export const UserErrorReport = choice('User-Error-Report', {
  alreadyForwarded: required(
    0,
    sequence('Already-Forwarded', {
      responderId: required(0, SystemId),
      responderAddress: optional(1, SystemAddress),
    }),
  ),
  intermediaryProblem: required(1, IntermediaryProblem),
  securityProblem: required(2, IllString),
  unableToPerform: required(3, UnableToPerform),
});
export type UserErrorReport = Infer<typeof UserErrorReport>;

/** Provider-Error-Report, clause 9. */
export const ProviderErrorReport = choice('Provider-Error-Report', {
  generalProblem: required(0, GeneralProblem),
  transactionIdProblem: required(1, TransactionIdProblem),
  stateTransitionProhibited: required(
    2,
    sequence('State-Transition-Prohibited', {
      apduType: required(0, IllApduType),
      currentState: required(1, CurrentState),
    }),
  ),
});
export type ProviderErrorReport = Infer<typeof ProviderErrorReport>;

/** Error-Report, clause 9: exactly the report that report-source names. */
export const ErrorReport = sequence(
  'Error-Report',
  {
    correlationInformation: required(0, IllString),
    reportSource: required(1, ReportSource),
    userErrorReport: optional(2, UserErrorReport),
    providerErrorReport: optional(3, ProviderErrorReport),
  },
  {
    rule: {
      code: 'report-source',
      explain: ({ reportSource, userErrorReport, providerErrorReport }) =>
        (userErrorReport !== undefined) === (reportSource === 'user') &&
        (providerErrorReport !== undefined) === (reportSource === 'provider')
          ? undefined
          : 'expected exactly the report that report-source names',
    },
    mend: ({ correlationInformation }, random, budget) =>
      random() < 0.5
        ? {
            correlationInformation,
            reportSource: 'user' as const,
            userErrorReport: UserErrorReport.sample(random, budget),
          }
        : {
            correlationInformation,
            reportSource: 'provider' as const,
            providerErrorReport: ProviderErrorReport.sample(random, budget),
          },
  },
);
/** @interface */
export type ErrorReport = Infer<typeof ErrorReport>;

/** What an extension holds: nearly always an EXTERNAL (clarification 02). */
export const ExtensionItem = choice('Extension item', {
  external: untagged(ExternalValue),
  any: untagged(anyValue),
});

/** Extension, clause 9. */
export const Extension = sequence('Extension', {
  /** Always 1, "implementor extension". */
  identifier: required(0, integer),
  /** Whether a receiver that does not know the extension must refuse the APDU. */
  critical: defaulted(1, boolean, false),
  item: required(2, ExtensionItem),
});
/** @interface */
export type Extension = Infer<typeof Extension>;

/** A list of extensions. */
export const Extensions = sequenceOf(Extension);

/** iLL-service-type of ILL-Request: one to five, in order of preference. */
export const IllServiceTypes = sequenceOf(IllServiceType, { least: 1, most: 5 });

/** supply-medium-info-type of ILL-Request: one to seven, in order of preference. */
export const SupplyMediumInfos = sequenceOf(SupplyMediumInfo, { least: 1, most: 7 });
