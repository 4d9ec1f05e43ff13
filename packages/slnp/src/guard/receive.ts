import type { GuardContext, LendingEvent, Verdict } from '@interlend/core';
import { describe } from '../describe.js';
import { replyToFault } from '../faults.js';
import { BorrowerSideMachine } from '../machine.js';
import { supplierNote } from '../mapping/to-event.js';
import { libraryCommands } from '../messages/commands.js';
import {
  isSuccess,
  parseErrorText,
  type SlnpCommand,
  type SlnpMessage,
  type SlnpReply,
} from '../messages/message.js';
import { findFault } from '../messages/parameters.js';
import { errorReply, isRetryableCode, okReply } from '../messages/replies.js';
import type { SlnpRules } from '../profiles/rules.js';
import { digestOf } from './digest.js';
import type { BorrowerGuard, SlnpGuard, SlnpStep } from './guard.js';
import { answerPatronQuestion } from './patron.js';
import { receiveOrder, receiveOrderAgain } from './receive-order.js';

type Step = SlnpStep<SlnpGuard | undefined>;

/**
 * A message came to a library system. Checks in this order: command known, mandatory parameters, values, then the order.
 * Never throws for anything that a message says.
 */
export function receive(
  guard: SlnpGuard | undefined,
  message: SlnpMessage,
  context: GuardContext,
  rules: SlnpRules,
): Step {
  if (message.kind === 'greeting') return answered(guard, 'noted', undefined, []);
  if (message.kind === 'reply') return hearReply(guard, message);
  if (message.command === 'SLNPQuit') return answered(guard, 'noted', okReply(message.command), []);
  const fault = findFault(message, libraryCommands);
  if (fault) {
    const subject = 'parameter' in fault ? fault.parameter : 'the command';
    return answered(guard, 'refused', replyToFault(fault, rules.texts), [`${fault.kind}: ${subject}`]);
  }
  switch (message.command) {
    case 'SLNPAlleBenutzerDaten':
      return answerPatronQuestion(guard, message, context, rules.texts);
    case 'SLNPFLBestellung':
      return guard === undefined || guard.state === 'NEW'
        ? receiveOrder(message, context, rules)
        : receiveOrderAgain(guard, message, rules);
    default:
      return receiveChange(guard, message, rules);
  }
}

function answered(
  guard: SlnpGuard | undefined,
  verdict: Verdict,
  answer: SlnpReply | undefined,
  warnings: readonly string[],
): Step {
  return {
    guard,
    verdict,
    replies: [],
    ...(answer && { answer }),
    warnings,
    ...(guard?.review !== undefined && { needsReview: true }),
  };
}

/** A lender ships, another lender ships in its place, or other data of the order changed. */
function receiveChange(guard: SlnpGuard | undefined, message: SlnpCommand, { texts }: SlnpRules): Step {
  if (guard?.side !== 'PFL' || guard.state === 'NEW') {
    const number = message.parameters['PFLNummer'] ?? '';
    const isPlausible = /^[\x21-\x7e\u00a1-\u024f]{1,64}$/.test(number);
    const reply = isPlausible
      ? errorReply(510, texts.pflNumberUnknown, 'PFLNummerNichtVorhanden')
      : errorReply(510, texts.pflNumberImplausible, 'PFLNummerNichtPlausibel');
    return answered(guard, 'refused', reply, ['no order has this PFLNummer']);
  }
  const digest = digestOf(message);
  if (digest === guard.lastChange) return answered(guard, 'repeat', okReply(message.command), []);
  const row = BorrowerSideMachine.step(guard.state, 'in SLNPPFLDatenAenderung', {
    isReturnable: guard.service === 'loan',
  });
  const lender = message.parameters['SigelGB'];
  const next: BorrowerGuard = {
    ...guard,
    state: row.to,
    lastChange: digest,
    ...(lender !== undefined && { lender }),
  };
  const event = changeMeans(guard, message);
  return {
    ...answered(next, 'accepted', okReply(message.command), []),
    event,
    ...(guard.neededBy !== undefined && guard.state === 'ORDERED' && { wakeAt: null }),
  };
}

/** The first change says that a lender has shipped; what follows is news about it. */
function changeMeans(guard: BorrowerGuard, message: SlnpCommand): LendingEvent {
  const note = supplierNote(message);
  if (guard.state === 'ORDERED') {
    return { type: 'shipped', from: 'lender', service: guard.service, ...(note !== undefined && { note }) };
  }
  return { type: 'message', from: 'lender', note: note ?? 'data of the order changed' };
}

/** The central server answers a report. Replies come in the order of the reports. */
function hearReply(guard: SlnpGuard | undefined, reply: SlnpReply): Step {
  const [status, ...rest] = guard?.awaiting ?? [];
  if (!guard || status === undefined) {
    return answered(guard, 'noted', undefined, [`${describe(reply)} answers nothing that was said`]);
  }
  if (isRetryableCode(reply.code)) {
    return answered(guard, 'noted', undefined, [`${reply.code}: the report is to be said again`]);
  }
  if (isSuccess(reply)) return answered({ ...guard, awaiting: rest }, 'accepted', undefined, []);
  const about = `SLNPInfo2FLServer ${status}`;
  const review = `the central server refused ${about}: ${reply.code} ${reply.text}`;
  return {
    ...answered({ ...guard, awaiting: rest, review }, 'accepted', undefined, [review]),
    event: {
      type: 'errorReported',
      from: guard.side === 'AFL' ? 'borrower' : 'lender',
      problem: parseErrorText(reply.text).symbol ?? `${reply.code}`,
      about,
      note: reply.text,
    },
  };
}
