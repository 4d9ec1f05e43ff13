import {
  type BerType,
  choice,
  enumerated,
  explicit,
  type Infer,
  integer,
  lazy,
  nullValue,
  optional,
  required,
  sequence,
  sequenceOf,
  untagged,
} from '@interlend/wire/ber';
import { TransactionResults } from './enumerations.js';
import { IllString } from './strings.js';
import { PostalAddress, SystemAddress, SystemId } from './system-id.js';
import { Amount, ItemId, ResultsExplanation, UnfilledResults } from './types.js';

/** APDU-Encoding: how an APDU may be written at an address. */
export const ApduEncoding = enumerated('APDU-Encoding', { EDIFACT: 1, 'BER-in-MIME': 2, BER: 3 });

/** APDU-Delivery-Parameters: one address of a party and what it accepts there. */
export const ApduDeliveryParameters = sequence('APDU-Delivery-Parameters', {
  /** In order of preference. */
  encoding: required(0, sequenceOf(ApduEncoding, { least: 1, most: 3 })),
  transport: required(1, SystemAddress),
  aliases: optional(2, sequenceOf(SystemId)),
});

/** APDU-Delivery-Info, 1.0.10161.13.3: where sender, recipient and transponder are reached. */
export const ApduDeliveryInfo = sequence('APDU-Delivery-Info', {
  senderInfo: required(0, sequenceOf(ApduDeliveryParameters)),
  recipientInfo: required(1, sequenceOf(ApduDeliveryParameters)),
  transponderInfo: optional(2, sequenceOf(ApduDeliveryParameters)),
});
/** @interface */
export type ApduDeliveryInfo = Infer<typeof ApduDeliveryInfo>;

/** Standard-Client-Info-Type: what a piece of Supplemental-Client-Info is. */
export const StandardClientInfoType = enumerated('Standard-Client-Info-Type', {
  'id-info': 0,
  'name-info': 1,
  'contact-info': 2,
  'status-info': 3,
  'other-info': 4,
  'home-address-info': 5,
  'work-address-info': 6,
  'fax-number': 7,
  'voice-number': 8,
  'pager-number': 9,
  'e-mail-info': 10,
  notes: 101,
  'maximum-cost': 102,
  'billing-info': 103,
  'system-id-no': 21,
  'social-security-no': 22,
  'account-no': 23,
  'drivers-licence-no': 24,
  other: 25,
  'whole-name': 30,
  'last-name': 31,
  'first-name': 32,
  initials: 33,
  prefix: 34,
  suffix: 35,
  name: 40,
  department: 100,
  'street-and-number': 41,
  'additional-info': 42,
  'box-address': 43,
  'city-town': 44,
  'state-prov-region': 45,
  country: 46,
  'postal-code': 47,
  'telephone-country-code': 50,
  'telephone-area-code': 51,
  'telephone-local-number': 52,
  'telephone-extension': 53,
  'e-mail-service': 60,
  'e-mail-address': 61,
});

/** StatusCode of a reader. */
export const ClientStatusCode = enumerated('StatusCode', {
  undergraduate: 0,
  graduate: 1,
  faculty: 2,
  staff: 3,
  visitor: 4,
  'general-user': 5,
  juvenile: 6,
  vip: 7,
  subscriber: 8,
  suspended: 9,
  other: 10,
  unspecified: 11,
});

/** One piece of information about a reader; pieces nest. */
export interface ClientInfoData {
  readonly infoType: Infer<typeof ClientInfoType>;
  readonly infoContent: readonly ClientInfoContent[];
  readonly unknown?: readonly string[];
}

/** A value inside {@link ClientInfoData}. */
export type ClientInfoContent =
  | { readonly stringContent: IllString }
  | { readonly postalAddress: PostalAddress }
  | { readonly nameOrId: SystemId }
  | { readonly statusCode: Infer<typeof ClientStatusCode> }
  | { readonly definedNumber: number }
  | { readonly nested: ClientInfoData }
  | { readonly amount: Amount };

/** ClientInfoType. */
export const ClientInfoType = choice('ClientInfoType', {
  standard: required(1, explicit(StandardClientInfoType)),
  local: required(2, IllString),
});

const ClientInfoContents: BerType<ClientInfoContent> = choice('ClientInfoContent', {
  stringContent: required(1, IllString),
  postalAddress: required(2, PostalAddress),
  nameOrId: required(3, SystemId),
  statusCode: required(4, ClientStatusCode),
  definedNumber: required(5, integer),
  nested: required(
    6,
    lazy('ClientInfoData', (): BerType<ClientInfoData> => ClientInfoData),
  ),
  amount: required(7, Amount),
});

/** ClientInfoData. */
export const ClientInfoData: BerType<ClientInfoData> = sequence('ClientInfoData', {
  infoType: untagged(ClientInfoType),
  infoContent: required(3, sequenceOf(ClientInfoContents)),
});

/** SupplementalClientInfo, 1.0.10161.13.4: patron data beyond Client-Id. */
export const SupplementalClientInfo = sequenceOf(ClientInfoData);

/** Forwarded-Add-Info, 1.0.10161.13.5: why the request was passed on. */
export const ForwardedAdditionalInfo = UnfilledResults;

/** Identifier of an element in an error report: `ILL-REQUEST.item-id.title`. */
const ElementIdentifier = IllString;

/** Additional-User-Error-Report-Info, 1.0.10161.13.6. */
export const AdditionalUserErrorInfo = sequenceOf(
  choice('Additional-User-Error-Report-Info member', {
    elementTruncated: required(
      4,
      sequence('Element-Truncated', {
        element: required(0, ElementIdentifier),
        truncatedValue: required(1, IllString),
      }),
    ),
    missingRequiredElement: required(5, ElementIdentifier),
    unsupportedFieldLength: required(
      6,
      sequence('Unsupported-Field-Length', {
        element: required(0, ElementIdentifier),
        minLength: optional(1, explicit(integer)),
        maxLength: optional(2, explicit(integer)),
      }),
    ),
    unrecognizedData: required(
      7,
      sequence('Unrecognized-Data', {
        element: required(0, ElementIdentifier),
        data: optional(1, IllString),
        expectedFormat: optional(2, IllString),
        supportedValues: optional(3, IllString),
      }),
    ),
    inconsistentData: required(8, IllString),
    other: required(9, IllString),
  }),
);

/** Suppliers-Reference, 1.0.10161.13.7: the supplier's own number for the request. */
export const SuppliersReference = sequence('Suppliers-Reference', {
  supplierAuthority: required(0, IllString),
  supplierReference: required(1, IllString),
});

const InternalReferenceType = sequence('Internal-Reference-Type', {
  referenceAuthority: optional(0, IllString),
  internalReference: required(1, IllString),
});

/** Internal-Reference, 1.0.10161.13.8: the numbers of both parties' own systems. */
export const InternalReference = sequence('Internal-Reference', {
  requesterReference: optional(0, InternalReferenceType),
  responderReference: optional(1, InternalReferenceType),
});

/** IPIG-Conditional-Reply-Extension, 1.0.10161.13.10 (registered pending review). */
export const IpigConditionalReplyExtension = sequence('IPIG-Conditional-Reply-Extension', {
  itemId: optional(0, ItemId),
  copyrightCompliance: optional(1, IllString),
});

/** Well-Known-System of IPIG-System-Number. */
export const WellKnownSystem = enumerated('Well-Known-System', {
  'library-of-congress': 1,
  bnb: 2,
  canadiana: 3,
  oclc: 4,
  dialog: 5,
  rlin: 6,
  wln: 7,
  carl: 8,
});

/** IPIG-system-number, 1.0.10161.6.1. */
export const IpigSystemNumber = sequenceOf(
  sequence('IPIG-system-number member', {
    type: untagged(
      choice('type', {
        wellKnown: required(1, explicit(WellKnownSystem)),
        other: required(2, explicit(SystemId)),
      }),
    ),
    databaseId: optional(3, IllString),
    number: required(4, IllString),
  }),
);

/** National-bibliography-no, 1.2.124.10161.1 (Canada). */
export const NationalBibliographyNo = sequenceOf(
  sequence('National-bibliography-no member', {
    nationalBibliography: untagged(
      enumerated('National-bibliography', {
        'british-national-bibliography': 1,
        canadiana: 2,
        lccn: 3,
        other: 4,
      }),
    ),
    recordNo: untagged(IllString),
  }),
  { least: 1, most: 10 },
);

/** SystemNo, 1.2.124.10161.2 (Canada, used by OCLC). */
export const SystemNo = sequenceOf(
  sequence('SystemNo member', {
    system: untagged(enumerated('System', { dobis: 1, candoc: 2, oclc: 3, rlin: 4, utlas: 5, other: 6 })),
    recordNo: untagged(IllString),
  }),
  { least: 1, most: 10 },
);

/** JEDDS-ILL-Edelivery-Parameters, 1.0.10161.10.1000.7.1. */
export const JeddsEdeliveryParameters = sequenceOf(IllString);

/** OCLC-Prism-Ill-Error, 1.0.10161.13.1. */
export const OclcPrismIllError = sequenceOf(
  sequence('OCLC-Prism-Ill-Error member', {
    prismIllFieldId: optional(0, integer),
    prismIllErrorCode: optional(
      1,
      enumerated('prism-Ill-Error-Code', {
        'missing-required-field': 1,
        'invalid-field-length': 2,
        'invalid-field-id': 3,
        'invalid-data-format': 4,
        'invalid-institution-symbol': 5,
        'resource-limitation': 6,
        'unknown-result': 7,
      }),
    ),
    prismIllErrorText: optional(2, IllString),
  }),
);

/** OCLCILLRequestExtension, 1.0.10161.13.2. */
export const OclcIllRequestExtension = sequence('OCLCILLRequestExtension', {
  clientDepartment: optional(0, IllString),
  paymentMethod: optional(1, IllString),
  uniformTitle: optional(2, IllString),
  dissertation: optional(3, IllString),
  issueNumber: optional(4, IllString),
  volume: optional(5, IllString),
  affiliations: optional(6, IllString),
  source: optional(7, IllString),
});

/** Requester-Notification-Extension, 1.0.10161.13.1000.2.3 (OCLC). */
export const RequesterNotificationExtension = sequence('Requester-Notification-Extension', {
  note: required(0, IllString),
});

/** Patron-Request-Extension, 1.0.10161.13.1000.2.4 (OCLC). */
export const PatronRequestExtension = sequence('Patron-Request-Extension', { note: required(0, IllString) });

/** OCLC-Shipped-Extension, 1.0.10161.13.1000.2.6. */
export const OclcShippedExtension = sequence('OCLC-Shipped-Extension', {
  paymentMethod: required(0, IllString),
});

/** Intermediary-Control, 1.0.10161.13.1000.2.7 (OCLC). */
export const IntermediaryControl = sequence('Intermediary-Control', {
  actionFlag: required(
    0,
    enumerated('Intermediary-Actions', {
      'status-information': 1,
      'control-request': 2,
      'control-release': 3,
      'control-denied': 4,
    }),
  ),
  lastResponder: optional(
    1,
    sequence('Intermediary-Responder-Control', {
      transactionResults: required(1, TransactionResults),
      resultsExplanation: optional(2, ResultsExplanation),
      responderId: required(3, SystemId),
    }),
  ),
  currentResponderId: optional(2, SystemId),
});

/** OCLCILLService, 1.0.10161.4.1000.2.1. */
export const OclcIllService = sequence('OCLCILLService', {
  oclcIllServiceType: required(
    0,
    enumerated('OCLCILLServiceType', {
      'direct-to-profile': 1,
      'direct-to-lender': 2,
      'direct-to-review': 3,
    }),
  ),
});

/** OCLCSpecificResults, 1.0.10161.8.1000.2.1. */
export const OclcSpecificResults = sequence('OCLCSpecificResults', {
  oclcSpecificStatus: required(
    0,
    enumerated('OCLCSpecificStatus', { review: 1, 'review-in-process': 2, saved: 3 }),
  ),
  reasonInReviewList: optional(
    1,
    sequenceOf(
      sequence('ReasonInReviewList member', {
        reasonInReview: required(
          0,
          enumerated('ReasonInReview', {
            'reason-unknown': 1,
            'reason-other': 2,
            'direct-to-review-service': 3,
            'no-bib-record-numbers': 4,
            'no-bib-record-matched': 5,
            'multiple-bib-records-matched': 6,
            'problem-matching-bib-record': 7,
            'no-profiles-defined': 8,
            'no-profile-matched': 9,
            'problem-matching-profile': 10,
            'held-by-your-library': 11,
            'no-valid-lenders': 12,
            'first-lender-invalid': 13,
            'not-enough-lenders': 14,
            'serial-item': 15,
            'holdings-path-not-found': 16,
            'invalid-holdings-path': 17,
            'no-custom-holdings': 18,
            'no-preferred-lenders': 19,
            'constant-data-not-found': 20,
            'invalid-need-before-date': 21,
            'invalid-copyright-compliance': 22,
            'no-ship-to-address': 23,
            'max-cost-invalid-for-ifm': 24,
            'produce-option-in-profile-off': 25,
            'no-verification': 26,
            'no-title': 27,
            'no-main-title': 28,
            'held-by-your-custom-holdings-group': 29,
            'holdings-group-not-found': 30,
            'potential-duplicate-request': 31,
          }),
        ),
        reasonInReviewText: optional(1, IllString),
      }),
    ),
  ),
});

/** An arm without a value of its own. */
const flag = (tag: number) => required(tag, nullValue);

/** Requested-Material-Format of IPIG-ILL-Request-Extension. */
export const RequestedMaterialFormat = enumerated('Requested-Material-Format', {
  'archival-material': 1,
  'audio-cassette': 2,
  'audio-cd': 3,
  'computer-software': 4,
  'conference-proceedings': 5,
  dvd: 6,
  'film-8mm': 7,
  'film-16-32mm': 8,
  'government-document': 9,
  kit: 10,
  'legal-document': 11,
  'machine-readable-computer-file': 12,
  manuscript: 13,
  map: 14,
  microform: 15,
  'monograph-bound': 16,
  'monograph-unbound': 17,
  'monograph-electronic': 18,
  'monograph-braille': 19,
  'music-score': 20,
  'newspaper-bound': 21,
  'newspaper-unbound': 22,
  'newspaper-film': 23,
  'official-publication': 24,
  patent: 25,
  'phd-dissertation-own-institution': 26,
  'phd-dissertation-other-institution': 27,
  photograph: 28,
  'serial-bound': 29,
  'serial-unbound': 30,
  'serial-microfilm': 31,
  'serial-microfiche': 32,
  'serial-opaque': 33,
  'serial-electronic': 34,
  'special-collection': 35,
  standard: 36,
  'technical-report': 37,
  'thesis-own-institution': 38,
  'thesis-other-institution': 39,
  translation: 40,
  videocassette: 41,
  videodisc: 42,
  videorecording: 43,
  videotape: 44,
  other: 45,
});

const DissertationThesis = sequence('Dissertation-Thesis', {
  type: optional(
    1,
    choice('type', {
      phdDissertation: flag(1),
      mastersThesis: flag(2),
      undergraduateHonorsThesis: flag(3),
      other: required(4, IllString),
    }),
  ),
  details: required(
    2,
    sequence('Dissertation-Thesis-Details', {
      grantingInstitution: optional(1, IllString),
      dateGranted: optional(2, IllString),
    }),
  ),
});

const PaymentType = sequenceOf(
  choice('Payment-Type member', {
    reciprocalAgreement: flag(1),
    prepaid: flag(2),
    unescoVoucher: flag(3),
    aliaVoucher: flag(4),
    iflaVoucher: flag(5),
    otherVoucherOrCoupon: required(6, IllString),
    rlgShares: flag(7),
    oclcIfm: flag(8),
    otherPaymentScheme: required(9, IllString),
    cash: flag(10),
    check: flag(11),
    creditCard: required(
      12,
      sequence('credit-card', {
        type: required(
          1,
          choice('type', {
            visa: flag(1),
            masterCard: flag(2),
            americanExpress: flag(3),
            dinersClub: flag(4),
            other: required(5, IllString),
          }),
        ),
        cardNumber: required(2, IllString),
        expiryDate: required(3, IllString),
        nameOnCard: required(4, IllString),
      }),
    ),
    depositAccount: required(
      13,
      sequence('deposit-account', {
        accountName: required(1, IllString),
        accountNumber: required(2, IllString),
      }),
    ),
    bankElectronicPayment: required(
      14,
      sequence('bank-electronic-payment', {
        bankName: required(1, IllString),
        bankAddress: required(2, IllString),
        routingNumber: required(3, IllString),
        accountNumber: required(4, IllString),
      }),
    ),
    otherPaymentType: required(15, IllString),
  }),
);

/** IPIG-ILL-Request-Extension, 1.0.10161.13.9. */
export const IpigIllRequestExtension = sequenceOf(
  choice('IPIG-ILL-Request-Extension member', {
    uniformTitle: required(0, IllString),
    materialType: required(1, explicit(RequestedMaterialFormat)),
    responderSpecificInfo: required(2, IllString),
    dissertationThesis: required(3, explicit(DissertationThesis)),
    volume: required(4, IllString),
    issueNumber: required(5, IllString),
    affiliations: required(6, IllString),
    requestedMaterialLanguage: required(7, explicit(sequenceOf(IllString))),
    formContentInfo: required(8, IllString),
    paymentMethod: required(9, explicit(PaymentType)),
    thisEditionOnly: flag(10),
    uniqueItemId: required(11, IllString),
    rightsInfo: required(
      12,
      explicit(
        sequence('Rights-Information', {
          rightsInformationCountry: required(1, IllString),
          rightsInformationType: required(2, IllString),
          rightsInformationValue: required(3, IllString),
        }),
      ),
    ),
  }),
);
