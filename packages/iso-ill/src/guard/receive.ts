import { type GuardContext, isSameSymbol, type LendingEvent } from '@interlend/core';
import { addresseeOf } from '../correlate.js';
import { serviceOf } from '../describe.js';
import type { WireRow } from '../machine.js';
import { roleOf } from '../mapping/states.js';
import { toEvent } from '../mapping/to-event.js';
import { symbolOf } from '../mapping/words.js';
import type { IllApdu, IllRequest } from '../messages/apdus.js';
import type { SystemId } from '../messages/system-id.js';
import { momentText } from '../service-time.js';
import type { Service } from '../state-tables.js';
import { answerAgain, answerByTable, answerUnlisted } from './answers.js';
import { type Finding, findFormProblem, findUserProblem } from './checks.js';
import { contradicts } from './contradictions.js';
import { echoSystemId } from './echo.js';
import type { IsoIllGuard, IsoIllStep } from './guard.js';
import { hearReport } from './hear-report.js';
import { findHeard, isMarkedRepeat, overtakenBy, remember } from './heard.js';
import { noteWishes } from './notes.js';
import { beginAsResponder } from './receive-request.js';
import { about, reportError, reportWithoutTransaction, stateTransitionProhibited } from './reports.js';
import { finish, follow, newTurn, noteService, rowFor, type Turn } from './turn.js';

/**
 * An APDU came in. Checks in this order: version, transaction-id, known transaction, duplicate, role and addressee, state,
 * and last what this side is able to do. Never throws for anything an APDU says.
 */
export function receive(
  guard: IsoIllGuard | undefined,
  message: IllApdu,
  context: GuardContext,
): IsoIllStep<IsoIllGuard | undefined> {
  if (!guard || guard.state === 'IDLE') return receiveUnknown(guard, message, context);
  const turn = newTurn(guard, context);
  if (message.apdu === 'Status-Or-Error-Report') return hearReport(turn, message);

  const form = findFormProblem(message);
  if (form) return refuse(turn, message, form);
  if (message.apdu === 'ILL-Request' && guard.role === 'responder' && !isSameRequest(guard, message)) {
    return refuse(turn, message, {
      problem: { provider: { transactionIdProblem: 'duplicate-transaction-id' } },
      warning: 'the transaction-id of this transaction was used for another request',
    });
  }

  const heard = findHeard(guard, message);
  const service = serviceOf(message);
  if (heard && !(heard.isVoid && isMarkedRepeat(message))) return repeated(turn, message);
  compareIds(turn, message);
  const overtaken = overtakenBy(guard, message, service);
  if (overtaken !== undefined) {
    turn.guard = remember(turn.guard, message, service, true);
    turn.warnings.push(`${about(message)} came late: ${overtaken} was said after it`);
    return finish(turn, 'noted');
  }

  const row = rowFor(guard, `in ${service}`);
  if (!row) {
    if (isMarkedRepeat(message) && rowFor(guard, `in ${service} (repeat)`)) return repeated(turn, message);
    // What was heard before is never answered with an error.
    return heard ? repeated(turn, message) : unlisted(turn, message, service);
  }
  const inability = findUserProblem(message);
  if (inability) return refuse(turn, message, inability);
  return listed(turn, message, service, row);
}

/** An APDU for which the state has a row that is not for repeats. */
function listed(turn: Turn, message: IllApdu, service: Service, row: WireRow): IsoIllStep {
  const { guard } = turn;
  if (guard.state === 'FORWARD') {
    follow(turn, row);
    turn.guard = remember(turn.guard, message, service, false);
    answerByTable(turn, message);
    turn.warnings.push(`${about(message)} came although the request was passed on`);
    return finish(turn, 'refused');
  }
  const event = toEvent(message, {
    from: guard.role === 'requester' ? 'lender' : 'borrower',
    service: guard.service,
  });
  const isParked = guard.state === 'CANCEL-PENDING' && service === 'ILL-Answer conditional';
  noteService(turn, message, guard.role === 'requester' ? 'responder' : 'requester');
  turn.guard = remember(turn.guard, message, service, isParked);
  turn.guard = withFlags(turn.guard, message, event);
  noteWishes(turn, message);
  // What the table's notes owe is owed in the state before the row.
  answerByTable(turn, message);
  follow(turn, row);
  if (isParked) {
    turn.warnings.push(
      'a condition came while a cancel waits for its answer: if the answer is no, ask again',
    );
  }
  return finish(turn, 'accepted', event);
}

/** What the machine has no state for, and what later APDUs depend on. */
function withFlags(guard: IsoIllGuard, message: IllApdu, event: LendingEvent | undefined): IsoIllGuard {
  switch (message.apdu) {
    case 'Shipped':
    case 'Received': {
      const service = event?.type === 'shipped' || event?.type === 'received' ? event.service : guard.service;
      return {
        ...guard,
        service,
        shippedServiceType: message.shippedServiceType,
        ...(message.apdu === 'Received' && { isReceivedSeen: true }),
      };
    }
    case 'Returned':
      return { ...guard, isReturnedSeen: true };
    case 'Checked-In':
      return { ...guard, isCheckedInSeen: true };
    case 'Forward-Notification': {
      const responderId = echoSystemId(message.responderId);
      return responderId ? { ...guard, responderId, forwardedTo: { responderId } } : guard;
    }
    default:
      return guard;
  }
}

function repeated(turn: Turn, message: IllApdu): IsoIllStep {
  const row = rowFor(turn.guard, `in ${serviceOf(message)} (repeat)`);
  if (row) turn.rows.push(row);
  if (!findHeard(turn.guard, message)) {
    turn.guard = remember(turn.guard, message, serviceOf(message), false);
  }
  answerAgain(turn, message);
  return finish(turn, 'repeat');
}

function unlisted(turn: Turn, message: IllApdu, service: Service): IsoIllStep {
  const { guard, context } = turn;
  turn.guard = remember(guard, message, service, true);
  if (contradicts(guard, message.apdu)) {
    turn.guard = { ...turn.guard, review: `${service} against ${guard.state}` };
  }
  if (context.isStrict) {
    reportError(turn, message, stateTransitionProhibited(guard, message));
    turn.warnings.push(`${about(message)} is not allowed in state ${guard.state}`);
    return finish(turn, 'refused');
  }
  const addressee = addresseeOf[message.apdu];
  turn.warnings.push(
    addressee !== undefined && addressee !== roleOf[guard.role]
      ? `${about(message)} is not for the ${guard.role}`
      : `${about(message)} has no place in state ${guard.state} and was only noted`,
  );
  answerUnlisted(turn, message);
  return finish(turn, 'noted');
}

function refuse(turn: Turn, message: IllApdu, finding: Finding): IsoIllStep {
  if (!findHeard(turn.guard, message)) {
    turn.guard = remember(turn.guard, message, serviceOf(message), true);
  }
  turn.warnings.push(`${about(message)} was refused: ${finding.warning}`);
  reportError(turn, message, finding.problem);
  return finish(turn, 'refused');
}

function isSameRequest(guard: IsoIllGuard, message: IllRequest): boolean {
  const { request } = guard;
  if (!request) return false;
  const { dateTimeOfThisService: own, dateTimeOfOriginalService: original } = message.serviceDateTime;
  return (
    momentText(original ?? own) === momentText(request.at) &&
    JSON.stringify(message.itemId) === JSON.stringify(request.item)
  );
}

/** The ids name the roles. A difference is shown and nothing else: partners use aliases, and requests are forwarded. */
function compareIds(turn: Turn, message: IllApdu): void {
  const { requesterId, responderId } = turn.guard;
  const compare = (what: string, own: SystemId | undefined, given: SystemId | undefined): void => {
    const one = symbolOf(own);
    const other = symbolOf(given);
    if (one !== undefined && other !== undefined && !isSameSymbol(one, other)) {
      turn.warnings.push(`${what} is ${other}, expected ${one}`);
    }
  };
  compare('requester-id', requesterId, message.requesterId);
  if (message.apdu !== 'Forward-Notification') compare('responder-id', responderId, message.responderId);
}

/** No such transaction: only a request may begin one. */
function receiveUnknown(
  guard: IsoIllGuard | undefined,
  message: IllApdu,
  context: GuardContext,
): IsoIllStep<IsoIllGuard | undefined> {
  const base = { guard, rows: [] } as const;
  if (message.apdu === 'Status-Or-Error-Report') {
    return {
      ...base,
      verdict: 'noted',
      replies: [],
      warnings: [`${about(message)} is about no transaction here`],
    };
  }
  const form = findFormProblem(message);
  if (!form && message.apdu === 'ILL-Request' && guard === undefined)
    return beginAsResponder(message, context);
  const finding: Finding = form ?? {
    problem: { provider: { transactionIdProblem: 'unknown-transaction-id' } },
    warning: 'no such transaction here',
  };
  return {
    ...base,
    verdict: 'refused',
    replies: [reportWithoutTransaction(message, finding.problem, context)],
    warnings: [`${about(message)} was refused: ${finding.warning}`],
  };
}
