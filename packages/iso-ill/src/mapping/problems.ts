import { EncodeError } from '@interlend/core';
import { type ApduName, ApduNumbers } from '../messages/enumerations.js';
import type {
  ErrorReport,
  HistoryReport,
  ProviderErrorReport,
  StatusReport,
  UserErrorReport,
} from '../messages/types.js';
import { plainText } from './words.js';

/** What is wrong, in the words of clause 9, whoever reports it. */
export type Problem = { readonly user: UserErrorReport } | { readonly provider: ProviderErrorReport };

type GeneralProblem = Extract<ProviderErrorReport, { readonly generalProblem: unknown }>['generalProblem'];
type TransactionIdProblem = Extract<
  ProviderErrorReport,
  { readonly transactionIdProblem: unknown }
>['transactionIdProblem'];

const generalProblems: readonly GeneralProblem[] = [
  'unrecognized-APDU',
  'mistyped-APDU',
  'badly-structured-APDU',
  'protocol-version-not-supported',
];
const transactionIdProblems: readonly TransactionIdProblem[] = [
  'duplicate-transaction-id',
  'invalid-transaction-id',
  'unknown-transaction-id',
];

/** Problems after which the two sides do not agree about the transaction, so that a person should look. */
export const problemsForReview: readonly string[] = [
  'unknown-transaction-id',
  'duplicate-transaction-id',
  'state-transition-prohibited',
];

/**
 * The problem in one word: the value of the enumeration, else the name of the arm. `other` stands in two enumerations,
 * which is why it gets the name of its arm before it.
 */
export function problemOf(report: ErrorReport): { readonly problem: string; readonly text?: string } {
  const { userErrorReport: user, providerErrorReport: provider } = report;
  if (provider) {
    if ('generalProblem' in provider)
      return { problem: valueWord('general-problem', provider.generalProblem) };
    if ('transactionIdProblem' in provider) {
      return { problem: valueWord('transaction-id-problem', provider.transactionIdProblem) };
    }
    const { apduType, currentState } = provider.stateTransitionProhibited;
    return { problem: 'state-transition-prohibited', text: `${apduType} in state ${currentState}` };
  }
  if (!user) return { problem: 'none named' };
  if ('alreadyForwarded' in user) return { problem: 'already-forwarded' };
  if ('intermediaryProblem' in user)
    return { problem: valueWord('intermediary-problem', user.intermediaryProblem) };
  if ('unableToPerform' in user) return { problem: valueWord('unable-to-perform', user.unableToPerform) };
  const text = plainText(user.securityProblem);
  return { problem: 'security-problem', ...(text !== undefined && { text }) };
}

function valueWord(arm: string, value: string | number): string {
  return typeof value === 'number' || value === 'other' ? `${arm} ${value}` : value;
}

/** What this side knows when it reports an error at its desk's wish. */
export interface ReportingContext {
  readonly state: StatusReport['providerStatusReport'];
  readonly history: HistoryReport;
  readonly forwardedTo?: Extract<UserErrorReport, { readonly alreadyForwarded: unknown }>['alreadyForwarded'];
}

const apduNames = Object.keys(ApduNumbers) as ApduName[];

/**
 * The report that {@link problemOf} would name `problem`.
 *
 * @throws EncodeError `unsayable-event` for a word the standard does not have
 */
export function fromProblem(
  problem: string,
  about: string | undefined,
  note: string | undefined,
  context: ReportingContext | undefined,
): Problem {
  const general = generalProblems.find((word) => word === problem);
  if (general !== undefined) return { provider: { generalProblem: general } };
  if (problem === 'general-problem other') return { provider: { generalProblem: 'other' } };
  const transactionId = transactionIdProblems.find((word) => word === problem);
  if (transactionId !== undefined) return { provider: { transactionIdProblem: transactionId } };
  switch (problem) {
    case 'cannot-send-onward':
      return { user: { intermediaryProblem: problem } };
    case 'not-available':
    case 'resource-limitation':
      return { user: { unableToPerform: problem } };
    case 'unable-to-perform other':
      return { user: { unableToPerform: 'other' } };
    case 'security-problem':
      return { user: { securityProblem: note ?? 'refused' } };
    case 'already-forwarded':
      if (context?.forwardedTo) return { user: { alreadyForwarded: context.forwardedTo } };
      break;
    case 'state-transition-prohibited': {
      const apduType = apduNames.find((name) => about === name || about?.startsWith(`${name} `));
      if (apduType && context) {
        return { provider: { stateTransitionProhibited: { apduType, currentState: context.state } } };
      }
      break;
    }
    default:
  }
  throw new EncodeError(
    'unsayable-event',
    `no error report says ${JSON.stringify(problem)}`,
    'Status-Or-Error-Report.errorReport',
  );
}

/** An error report of either source. */
export function errorReport(correlationInformation: string, problem: Problem): ErrorReport {
  return 'user' in problem
    ? { correlationInformation, reportSource: 'user', userErrorReport: problem.user }
    : { correlationInformation, reportSource: 'provider', providerErrorReport: problem.provider };
}
