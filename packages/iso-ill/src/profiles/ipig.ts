import { marked } from '@interlend/core';
import { answerValues } from '../state-tables.js';
import type { IsoIllProfile, PartnerApdu, PartnerApdus } from './rules.js';

const either: readonly PartnerApdu[] = [
  'Lost',
  'Damaged',
  'Message',
  'Status-Query',
  'Status-Or-Error-Report',
];

/** All twenty APDUs, each by the side that may send it. */
export const allApdus: PartnerApdus = {
  borrower: ['ILL-Request', 'Conditional-Reply', 'Cancel', 'Received', 'Returned', 'Renew', ...either],
  lender: [
    'Forward-Notification',
    'Shipped',
    ...answerValues.map((value) => `ILL-Answer ${value}` as const),
    'Cancel-Reply',
    'Recall',
    'Checked-In',
    'Overdue',
    'Renew-Answer',
    'Expired',
    ...either,
  ],
};

/** The common denominator of the systems that speak ISO ILL over TCP. */
export const ipig: IsoIllProfile = {
  name: 'ipig',
  title: 'IPIG profile, version 3.1',
  rules: {
    version: marked(2, 'documented', 'send 2, accept 1 and 2'),
    transport: marked('1611', 'documented', 'mandatory in the profile'),
    port: marked(1611, 'documented'),
    charset: marked('utf-8', 'inferred', 'formally ISO 2022 with registered sets'),
    stringType: marked('general', 'observed'),
    trueOctet: marked(0xff, 'documented', 'DER; libyaz writes 01'),
    defaults: marked('write', 'observed', 'libyaz refuses an APDU that leaves them out'),
    tolerance: marked('lenient', 'inferred', 'the official state tables were not available'),
    symbols: marked(
      'authority:symbol, one institution-symbol with a colon',
      'documented',
      'IPIG Guidelines 5.9',
    ),
    says: marked(allApdus, 'documented'),
    requesterMessages: marked(
      {
        canSendReceived: true,
        canSendReturned: true,
        requesterShipped: 'desires',
        requesterCheckedIn: 'desires',
      },
      'inferred',
    ),
    responderMessages: marked(
      {
        canSendShipped: true,
        canSendCheckedIn: true,
        responderReceived: 'desires',
        responderReturned: 'desires',
      },
      'inferred',
    ),
    unmetRequirement: marked('propose', 'reconstructed', 'ILL-Answer unfilled, reason 21'),
    expiry: marked({ kind: 'none' }, 'inferred'),
    sendsRequesterInformation: marked(false, 'inferred', 'data about readers goes out only when wanted'),
    leastChargeableUnits: marked(0, 'inferred'),
  },
};
