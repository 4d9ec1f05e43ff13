import { type GuardContext, type LendingEvent, type Loss, StateError } from '@interlend/core';
import { BorrowerSideMachine, LenderSideMachine, type SideFacts } from '../machine.js';
import { fromEvent, infoStatusOf } from '../mapping/from-event.js';
import { Info2FLServer, type InfoStatus } from '../messages/commands.js';
import type { SlnpRules } from '../profiles/rules.js';
import type { SlnpGuard, SlnpStep } from './guard.js';

/**
 * The desk says something to the central server.
 *
 * @throws StateError when the order does not allow it now
 * @throws EncodeError `unsayable-event` when SLNP has no command for it
 */
export function say(
  guard: SlnpGuard,
  event: LendingEvent,
  rules: SlnpRules,
): SlnpStep & { readonly losses: readonly Loss[] } {
  const { orderId, side, lender, borrower, pflNumber } = guard;
  const { message, losses } = fromEvent(event, {
    side,
    orderId,
    borrower,
    ...(lender !== undefined && { lender }),
    ...(pflNumber !== undefined && { pflNumber }),
    rules,
  });
  const status = infoStatusOf(event) as InfoStatus;
  const { review: _, ...before } = withState(guard, status);
  const isSaid = guard.state === 'REFUSED';
  return {
    guard: isSaid ? before : { ...before, awaiting: [...guard.awaiting, status] },
    verdict: 'accepted',
    event,
    replies: isSaid ? [] : [message],
    losses,
    warnings: [],
  };
}

function withState(guard: SlnpGuard, status: InfoStatus): SlnpGuard {
  const facts: SideFacts = { isReturnable: guard.service === 'loan' };
  if (guard.side === 'PFL') {
    if (status !== 'Return') refuse(guard, status);
    return { ...guard, state: BorrowerSideMachine.step(guard.state, 'out Return', facts).to };
  }
  if (status === 'Return') refuse(guard, status);
  return { ...guard, state: LenderSideMachine.step(guard.state, `out ${status}`, facts).to };
}

function refuse({ side, state }: SlnpGuard, status: InfoStatus): never {
  const allowed = side === 'PFL' ? ['Return'] : ['Shipped', 'NotAvailable'];
  throw new StateError(
    `${Info2FLServer.name} ${status} is not the ${side} side's to say; allowed: ${allowed.join(', ')}`,
    { state, event: status, allowed },
  );
}

/**
 * The day by which the reader needs the item is over, and nobody said that a lender ships. SLNP does not tell a borrower
 * that the search has failed, so a person should ask the central server.
 */
export function expire(guard: SlnpGuard, { now }: GuardContext, wakeAt: Date | undefined): SlnpStep {
  const isOpen = guard.side === 'PFL' && guard.state === 'ORDERED' && wakeAt !== undefined;
  const base = { guard, verdict: 'noted', replies: [], warnings: [] } as const;
  if (!isOpen) return { ...base, wakeAt: null };
  if (now < wakeAt) return { ...base, wakeAt };
  const review = 'the day by which the item is needed is over, and no lender was named';
  return { ...base, guard: { ...guard, review }, warnings: [review], wakeAt: null, needsReview: true };
}
