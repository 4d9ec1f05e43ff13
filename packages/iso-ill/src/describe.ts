import { problemOf } from './mapping/problems.js';
import type { IllApdu } from './messages/apdus.js';
import type { PartnerApdu } from './profiles/rules.js';
import type { Service } from './state-tables.js';

/**
 * The APDU with the value that the state tables tell apart: `ILL-Answer unfilled`, `Cancel-Reply no`, `Shipped`. A value
 * without a name is in no table, which is why the result may be no event of one.
 */
export function serviceOf(message: IllApdu): Service {
  switch (message.apdu) {
    case 'ILL-Answer':
      return `ILL-Answer ${message.transactionResults as 'unfilled'}`;
    case 'Conditional-Reply':
    case 'Cancel-Reply':
    case 'Renew-Answer':
      return `${message.apdu} ${message.answer ? 'yes' : 'no'}`;
    default:
      return message.apdu;
  }
}

/** {@link serviceOf} as a partner's profile names it. */
export function partnerApduOf(message: IllApdu): PartnerApdu {
  return message.apdu === 'ILL-Answer'
    ? `ILL-Answer ${message.transactionResults as 'unfilled'}`
    : message.apdu;
}

/** A short name of an APDU for timelines; a report says what it reports. */
export function describe(message: IllApdu): string {
  if (message.apdu !== 'Status-Or-Error-Report') return serviceOf(message);
  const { errorReport, statusReport } = message;
  if (errorReport) return `Status-Or-Error-Report ${problemOf(errorReport).problem}`;
  return statusReport
    ? `Status-Or-Error-Report ${statusReport.providerStatusReport}`
    : 'Status-Or-Error-Report without a report';
}
