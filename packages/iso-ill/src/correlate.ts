import type { Correlation, Role } from '@interlend/core';
import { nameOf, symbolOf } from './mapping/words.js';
import type { IllApdu } from './messages/apdus.js';
import type { ApduName } from './messages/enumerations.js';
import { illText } from './messages/strings.js';

/** To whom each APDU goes; APDUs of both directions are not listed. */
export const addresseeOf: Readonly<Partial<Record<ApduName, Role>>> = {
  'ILL-Request': 'lender',
  'Forward-Notification': 'borrower',
  Shipped: 'borrower',
  'ILL-Answer': 'borrower',
  'Conditional-Reply': 'lender',
  Cancel: 'lender',
  'Cancel-Reply': 'borrower',
  Received: 'lender',
  Recall: 'borrower',
  Returned: 'lender',
  'Checked-In': 'borrower',
  Overdue: 'borrower',
  Renew: 'lender',
  'Renew-Answer': 'borrower',
  Expired: 'borrower',
};

/**
 * Which transaction an APDU belongs to: initial-requester-id (else requester-id), group, qualifier and sub-transaction
 * qualifier, opaque and compared as they are. A caller that finds no transaction may compare symbols without case.
 */
export function correlate(message: IllApdu): Correlation {
  const { transactionId: id, requesterId, responderId } = message;
  const origin = id.initialRequesterId ?? requesterId;
  const sub = id.subTransactionQualifier;
  const key = JSON.stringify([
    symbolOf(origin) ?? nameOf(origin) ?? '',
    illText(id.transactionGroupQualifier),
    illText(id.transactionQualifier),
    ...(sub === undefined ? [] : [illText(sub)]),
  ]);
  const to = addresseeOf[message.apdu];
  const borrower = symbolOf(requesterId ?? id.initialRequesterId);
  // A Forward-Notification names as responder who has the request now; it comes from the intermediary.
  const lender = symbolOf(message.apdu === 'Forward-Notification' ? message.intermediaryId : responderId);
  return {
    key,
    ...(to && { to }),
    ...(borrower !== undefined && { borrower }),
    ...(lender !== undefined && { lender }),
    isOpening: message.apdu === 'ILL-Request',
  };
}
