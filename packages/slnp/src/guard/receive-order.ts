import type { GuardContext } from '@interlend/core';
import { borrowerKey, lenderKey } from '../correlate.js';
import { LenderSideMachine } from '../machine.js';
import { parseDate } from '../mapping/dates.js';
import { serviceOf, toRequest } from '../mapping/read-request.js';
import { wordsOf } from '../mapping/reasons.js';
import { dummyOrderId, FLBestellung } from '../messages/commands.js';
import type { SlnpCommand, SlnpReply } from '../messages/message.js';
import { parametersOf } from '../messages/parameters.js';
import { dataReply, errorReply } from '../messages/replies.js';
import type { SlnpRules } from '../profiles/rules.js';
import { digestOf } from './digest.js';
import type { SlnpGuard, SlnpStep } from './guard.js';
import { patronUnknown } from './patron.js';

type Step = SlnpStep<SlnpGuard | undefined>;

/** An order that is not known here. */
export function receiveOrder(message: SlnpCommand, context: GuardContext, rules: SlnpRules): Step {
  const { texts } = rules;
  const order = parametersOf(FLBestellung, message);
  const refusal = order.BsTyp === 'PFL' ? refusalOfReader(order.BenutzerNummer, context, texts) : undefined;
  if (refusal) return refuse(undefined, refusal, 'the reader may not order');

  const isDummy = order.BestellId === dummyOrderId;
  const number = isDummy ? (context.ownNumber ?? order.BestellId) : order.BestellId;
  const pflNumber = order.BsTyp === 'PFL' ? number : order.ExternReferenz;
  const no = order.BsTyp === 'AFL' ? refusalAtOnce(message, context, rules) : undefined;
  const answer =
    no ??
    dataReply(FLBestellung.name, {
      ...(pflNumber !== undefined && { PFLNummer: pflNumber }),
      OKMsg: texts.accepted,
    });
  const base = {
    orderId: order.BestellId,
    borrower: order.SigelNB,
    ...(order.SigelGB !== undefined && { lender: order.SigelGB }),
    ...(pflNumber !== undefined && { pflNumber }),
    service: serviceOf(message.parameters),
    digest: digestOf(message),
    answer,
    awaiting: [],
  } as const;
  const neededBy = order.ErledFrist === undefined ? undefined : parseDate(order.ErledFrist);
  const isWaiting = order.BsTyp === 'PFL' && neededBy !== undefined;
  return {
    guard:
      order.BsTyp === 'PFL'
        ? { ...base, side: 'PFL', state: 'ORDERED', ...(neededBy !== undefined && { neededBy }) }
        : {
            ...base,
            side: 'AFL',
            state: LenderSideMachine.step('NEW', 'in SLNPFLBestellung AFL', {
              isReturnable: base.service === 'loan',
              isRefusedAtOnce: no !== undefined,
            }).to,
          },
    verdict: 'accepted',
    event: { type: 'requested', from: 'borrower', request: toRequest(message) },
    replies: [],
    answer,
    ...(isDummy && {
      key: order.BsTyp === 'PFL' ? borrowerKey(number) : lenderKey(number, order.SigelGB),
    }),
    warnings: [],
    ...(isWaiting && { wakeAt: dayAfter(neededBy) }),
  };
}

/** The moment when a day is over everywhere that matters: a reminder need not be exact. */
export function dayAfter(day: string): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000);
}

/** An order whose number is known. */
export function receiveOrderAgain(guard: SlnpGuard, message: SlnpCommand, rules: SlnpRules): Step {
  const { texts, repeatedOrder } = rules;
  const isSame = digestOf(message) === guard.digest;
  if (isSame && repeatedOrder === 'answer-again') {
    return {
      guard,
      verdict: 'repeat',
      replies: [],
      answer: guard.answer,
      warnings: [],
      ...(guard.review !== undefined && { needsReview: true }),
    };
  }
  const warning = isSame ? 'the order is known already' : 'the number of this order was used for another one';
  return refuse(guard, errorReply(510, texts.orderConflict, 'SLNPEvalError'), warning);
}

function refuse(guard: SlnpGuard | undefined, answer: SlnpReply, warning: string): Step {
  return {
    guard,
    verdict: 'refused',
    replies: [],
    answer,
    warnings: [warning],
    ...(guard?.review !== undefined && { needsReview: true }),
  };
}

/** The reply to an order that this library refuses without asking its staff, where refusals are said in replies. */
function refusalAtOnce(
  message: SlnpCommand,
  { refusalOf }: GuardContext,
  { lenderAnswer, texts }: SlnpRules,
): SlnpReply | undefined {
  if (lenderAnswer !== 'sync') return undefined;
  const refusal = refusalOf?.(toRequest(message));
  return refusal && errorReply(510, refusal.note ?? wordsOf(refusal.reason, texts.notSupplied));
}

function refusalOfReader(
  identifier: string,
  { findPatron }: GuardContext,
  texts: SlnpRules['texts'],
): SlnpReply | undefined {
  if (!findPatron) return undefined;
  const patron = findPatron(identifier);
  if (!patron) return patronUnknown(texts);
  return patron.mayBorrow ? undefined : errorReply(510, patron.blockedBecause ?? texts.patronBlocked);
}
