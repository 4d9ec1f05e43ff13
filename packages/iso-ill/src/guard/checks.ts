import type { Problem } from '../mapping/problems.js';
import type { IllApdu, IllRequest } from '../messages/apdus.js';
import { illText } from '../messages/strings.js';
import type { Extension } from '../messages/types.js';

/** What is wrong with an APDU, and what to report about it. */
export interface Finding {
  readonly problem: Problem;
  /** For staff. */
  readonly warning: string;
}

/** Object identifier of the Z39.50 prompt object, with which some clients prove who they are. */
const promptAuthentication = '1.2.840.10003.8.1';

/** Checks that come before the transaction is looked at: version, then the form of the transaction-id. */
export function findFormProblem(message: IllApdu): Finding | undefined {
  const { protocolVersionNum: version, transactionId: id } = message;
  if (version !== 1 && version !== 2) {
    return {
      problem: { provider: { generalProblem: 'protocol-version-not-supported' } },
      warning: `protocol version ${version} is not supported`,
    };
  }
  const qualifiers = [
    id.transactionGroupQualifier,
    id.transactionQualifier,
    ...(id.subTransactionQualifier === undefined ? [] : [id.subTransactionQualifier]),
  ];
  if (qualifiers.some((qualifier) => illText(qualifier).trim() === '')) {
    return { problem: invalidId, warning: 'a qualifier of the transaction-id is empty' };
  }
  if (id.subTransactionQualifier !== undefined && id.initialRequesterId === undefined) {
    return { problem: invalidId, warning: 'a sub-transaction without initial-requester-id' };
  }
  return undefined;
}

const invalidId: Problem = { provider: { transactionIdProblem: 'invalid-transaction-id' } };

function isUnknownCritical(extension: Extension): boolean {
  if (extension.critical !== true) return false;
  if (!('external' in extension.item)) return true;
  const { content } = extension.item.external;
  return 'singleAsn1Type' in content || 'octetAligned' in content || 'arbitrary' in content;
}

/** Checks that come last, after the state: critical extensions that are not known here. */
export function findUserProblem(message: IllApdu): Finding | undefined {
  const extension = message.extensions?.find(isUnknownCritical);
  if (!extension) return undefined;
  const identifier = 'external' in extension.item ? extension.item.external.directReference : undefined;
  return identifier === promptAuthentication
    ? {
        problem: { user: { securityProblem: 'authentication by extension is not supported' } },
        warning: 'a critical extension asks for an authentication that is not supported',
      }
    : {
        problem: { user: { unableToPerform: 'other' } },
        warning: `a critical extension is not known: ${identifier ?? 'without object identifier'}`,
      };
}

/** What an ILL-Request says about its end. */
export type ExpiryFinding =
  | { readonly kind: 'none'; readonly warning?: string }
  | { readonly kind: 'day'; readonly day: string }
  | { readonly kind: 'invalid'; readonly finding: Finding };

/**
 * The day after which the request expires. A flag without its date cannot be acted upon; a date without its flag is an
 * error in strict mode and otherwise does not count.
 */
export function findExpiry(message: IllRequest, isStrict: boolean): ExpiryFinding {
  const { expiryFlag, needBeforeDate, expiryDate } = message.searchType ?? {};
  const invalid = (warning: string): ExpiryFinding => ({
    kind: 'invalid',
    finding: { problem: { provider: { generalProblem: 'badly-structured-APDU' } }, warning },
  });
  if (expiryFlag === 'need-before-date' && needBeforeDate === undefined) {
    return invalid('expiry-flag need-before-date without need-before-date');
  }
  if (expiryFlag === 'other-date' && expiryDate === undefined) {
    return invalid('expiry-flag other-date without expiry-date');
  }
  if (expiryFlag !== 'other-date' && expiryDate !== undefined && isStrict) {
    return invalid('expiry-date without expiry-flag other-date');
  }
  if (expiryFlag === 'other-date' && expiryDate !== undefined) return { kind: 'day', day: expiryDate };
  if (expiryFlag === 'need-before-date' && needBeforeDate !== undefined) {
    return { kind: 'day', day: needBeforeDate };
  }
  return expiryDate === undefined
    ? { kind: 'none' }
    : { kind: 'none', warning: 'expiry-date without expiry-flag other-date does not count' };
}

/** Whether the transaction is one that is done here: chained and partitioned ones are not. */
export function findTypeProblem({ transactionType }: IllRequest): Finding | undefined {
  return transactionType === undefined || transactionType === 'simple'
    ? undefined
    : {
        problem: { user: { unableToPerform: 'not-available' } },
        warning: `transactions of type ${transactionType} are not done here`,
      };
}
