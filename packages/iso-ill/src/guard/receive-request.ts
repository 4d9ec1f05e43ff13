import type { GuardContext, LendingEvent } from '@interlend/core';
import { toRequest } from '../mapping/read-request.js';
import type { IllRequest } from '../messages/apdus.js';
import { endOfDay } from '../service-time.js';
import { type Finding, findExpiry, findTypeProblem, findUserProblem } from './checks.js';
import { echoIds } from './echo.js';
import type { IsoIllGuard, IsoIllStep } from './guard.js';
import { remember } from './heard.js';
import { unmetByResponder } from './optional-messages.js';
import { about, reportWithoutTransaction } from './reports.js';
import { finish, follow, newTurn, noteService, rowFor, type Turn, timeZoneOf } from './turn.js';

/** A request that is new here begins a transaction, unless it cannot be acted upon. */
export function beginAsResponder(
  message: IllRequest,
  context: GuardContext,
): IsoIllStep<IsoIllGuard | undefined> {
  const expiry = findExpiry(message, context.isStrict);
  const finding =
    (expiry.kind === 'invalid' ? expiry.finding : undefined) ??
    findUserProblem(message) ??
    findTypeProblem(message);
  if (finding) return refuseRequest(message, finding, context);

  const turn = newTurn(idleResponder(message), context);
  turn.guard = {
    ...turn.guard,
    version: message.protocolVersionNum === 1 ? 1 : turn.rules.version,
    ...(expiry.kind === 'day' && { expiresOn: expiry.day }),
  };
  const row = rowFor(turn.guard, 'in ILL-Request');
  if (row) follow(turn, row);
  noteService(turn, message, 'requester');
  turn.guard = remember(turn.guard, message, message.apdu, false);
  if (expiry.kind === 'none' && expiry.warning !== undefined) turn.warnings.push(expiry.warning);
  noteRequirements(turn, message);

  const event: LendingEvent = { type: 'requested', from: 'borrower', request: toRequest(message) };
  const step = finish(turn, 'accepted', event);
  const wakeAt = expiry.kind === 'day' ? endOfDay(expiry.day, timeZoneOf(context)) : undefined;
  return wakeAt ? { ...step, wakeAt } : step;
}

function idleResponder(message: IllRequest): IsoIllGuard {
  const { serviceDateTime } = message;
  return {
    role: 'responder',
    state: 'IDLE',
    version: 2,
    ...echoIds(message),
    service: message.illServiceType[0] === 'copy-non-returnable' ? 'copy' : 'loan',
    request: {
      at: serviceDateTime.dateTimeOfOriginalService ?? serviceDateTime.dateTimeOfThisService,
      item: message.itemId,
      services: message.illServiceType,
    },
    ...(message.thirdPartyInfoType?.permissionToForward === true && { mayForward: true }),
    partnerMessages: message.requesterOptionalMessages,
    heard: [],
    milestones: {},
    spoken: {},
  };
}

/** A requester that requires what this side does not send is told so, by a person or at once: reason 21. */
export function noteRequirements(turn: Turn, message: IllRequest): void {
  const unmet = unmetByResponder(message.requesterOptionalMessages, turn.rules.responderMessages);
  if (unmet.length === 0) return;
  const why = `the borrower requires ${unmet.join(' and ')}, which this side does not send`;
  turn.warnings.push(why);
  turn.proposals.push({
    event: { type: 'unfilled', from: 'lender', reason: 'mandatory-messaging-not-supported' },
    why,
    isAutomatic: turn.rules.unmetRequirement === 'automatic',
  });
}

function refuseRequest(message: IllRequest, finding: Finding, context: GuardContext): IsoIllStep<undefined> {
  return {
    guard: undefined,
    verdict: 'refused',
    replies: [reportWithoutTransaction(message, finding.problem, context)],
    warnings: [`${about(message)} was refused: ${finding.warning}`],
    rows: [],
  };
}
