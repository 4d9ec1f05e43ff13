import { marked } from '@interlend/core';
import type { ExpiryRule } from '../mapping/write-request.js';
import { ipig } from './ipig.js';
import type { IsoIllProfile } from './rules.js';

/** Alma of Ex Libris, "Resource Sharing Process (ISO)". */
export const alma: IsoIllProfile = {
  name: 'alma',
  title: 'Alma (Ex Libris)',
  rules: {
    ...ipig.rules,
    version: marked(2, 'documented'),
    transport: marked('1611', 'inferred', 'BER over TCP is documented, the direction of the answers is not'),
    port: marked(9001, 'observed', 'seen in a partner record; one port per environment'),
    charset: marked('utf-8', 'documented'),
    says: marked(
      {
        borrower: ['ILL-Request', 'Received', 'Returned', 'Cancel', 'Renew', 'Message'],
        lender: [
          'Shipped',
          'Checked-In',
          'ILL-Answer unfilled',
          'Cancel-Reply',
          'Renew-Answer',
          'Message',
          'Expired',
        ],
      },
      'documented',
      'conditional, recalled, lost and overdue are mentioned elsewhere in its texts and must be tolerated',
    ),
    expiry: marked({ kind: 'need-before' }, 'inferred', 'request_expiry_type INTEREST_DATE'),
    sendsRequesterInformation: marked(false, 'inferred', 'send_requester_information of the partner record'),
  },
};

/** request_expiry_type of an Alma partner record with its expiry_time, as the rule for requests to that partner. */
export function almaExpiryRule(
  type: 'NO_EXPIRY' | 'INTEREST_DATE' | 'EXPIRY_TIME',
  expiryTimeDays: number,
): ExpiryRule {
  switch (type) {
    case 'NO_EXPIRY':
      return { kind: 'none' };
    case 'INTEREST_DATE':
      return { kind: 'need-before' };
    case 'EXPIRY_TIME':
      return { kind: 'days', days: expiryTimeDays };
    default:
      return type satisfies never;
  }
}
