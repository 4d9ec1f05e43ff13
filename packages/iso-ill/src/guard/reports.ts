import type { GuardContext } from '@interlend/core';
import { serviceOf } from '../describe.js';
import { errorReport, type Problem, type ReportingContext } from '../mapping/problems.js';
import type { IllApdu, StatusOrErrorReport } from '../messages/apdus.js';
import type { HistoryReport } from '../messages/types.js';
import { momentText, toDateTime } from '../service-time.js';
import { echoIds, echoText } from './echo.js';
import type { IsoIllGuard } from './guard.js';
import { headFor, speak, stampFor, type Turn } from './turn.js';

/** Which APDU a report is about: `<APDU name> <date>T<time>`. */
export function correlationInformation(message: IllApdu): string {
  return `${message.apdu} ${momentText(message.serviceDateTime.dateTimeOfThisService)}`;
}

/** The report about an APDU of a transaction that is not known here. Its ids are copied from the APDU. */
export function reportWithoutTransaction(
  message: IllApdu,
  problem: Problem,
  context: GuardContext,
): StatusOrErrorReport {
  return {
    apdu: 'Status-Or-Error-Report',
    protocolVersionNum: message.protocolVersionNum === 1 ? 1 : 2,
    serviceDateTime: { dateTimeOfThisService: toDateTime(stampFor(undefined, context)) },
    ...echoIds(message),
    errorReport: errorReport(correlationInformation(message), problem),
  };
}

/** Reports an error about an APDU of a known transaction, with the ids of that APDU. */
export function reportError(turn: Turn, message: IllApdu, problem: Problem): void {
  const stamp = stampFor(turn.guard, turn.context);
  const report: StatusOrErrorReport = {
    apdu: 'Status-Or-Error-Report',
    ...headFor(turn.guard, stamp),
    ...echoIds(message),
    errorReport: errorReport(correlationInformation(message), problem),
  };
  speak(turn, report, stamp);
}

/** The error that the state tables call for: no row for this APDU. */
export function stateTransitionProhibited(guard: IsoIllGuard, message: IllApdu): Problem {
  return {
    provider: {
      stateTransitionProhibited: {
        apduType: message.apdu,
        currentState: guard.state === 'IDLE' ? 'UNKNOWN' : guard.state,
      },
    },
  };
}

/** What this side can say about the transaction. */
export function reportingContext(guard: IsoIllGuard, context: GuardContext): ReportingContext {
  const today = stampFor(undefined, context).slice(0, 8);
  const { history, request } = guard;
  const { author, title, authorOfArticle, titleOfArticle } = request?.item ?? {};
  const initiator = history?.initiator === 'responder' ? guard.responderId : guard.requesterId;
  const report: HistoryReport = {
    ...(request && /^\d{8}$/.test(request.at.date) && { dateRequested: request.at.date }),
    ...(author !== undefined && { author: echoText(author) }),
    ...(title !== undefined && { title: echoText(title) }),
    ...(authorOfArticle !== undefined && { authorOfArticle: echoText(authorOfArticle) }),
    ...(titleOfArticle !== undefined && { titleOfArticle: echoText(titleOfArticle) }),
    dateOfLastTransition: history?.dateOfLastTransition ?? today,
    mostRecentService: history?.mostRecentService ?? 'ILL-Request',
    dateOfMostRecentService: history?.dateOfMostRecentService ?? today,
    initiatorOfMostRecentService: initiator ?? {
      nameOfPersonOrInstitution: { nameOfInstitution: 'not named' },
    },
    ...(guard.shippedServiceType !== undefined && { shippedServiceType: guard.shippedServiceType }),
    ...(history?.transactionResults !== undefined && { transactionResults: history.transactionResults }),
  };
  return {
    state: guard.state === 'IDLE' ? 'UNKNOWN' : guard.state,
    history: report,
    ...(guard.forwardedTo && { forwardedTo: guard.forwardedTo }),
  };
}

/** Answers a Status-Query. */
export function reportStatus(turn: Turn): void {
  const stamp = stampFor(turn.guard, turn.context);
  const { state, history } = reportingContext(turn.guard, turn.context);
  const report: StatusOrErrorReport = {
    apdu: 'Status-Or-Error-Report',
    ...headFor(turn.guard, stamp),
    statusReport: { userStatusReport: history, providerStatusReport: state },
  };
  speak(turn, report, stamp);
}

/** For staff: what came, in few words. */
export function about(message: IllApdu): string {
  return `${serviceOf(message)} of ${momentText(message.serviceDateTime.dateTimeOfThisService)}`;
}
