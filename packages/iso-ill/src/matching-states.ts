import type { RequesterState, ResponderState, WireRole, WireState } from './state-tables.js';

/** States of the responder in which a requester can be when nothing is under way between them. */
const restingPairs: Readonly<Record<RequesterState, readonly ResponderState[]>> = {
  IDLE: ['IDLE'],
  PENDING: ['IN-PROCESS', 'FORWARD'],
  CONDITIONAL: ['CONDITIONAL'],
  'CANCEL-PENDING': ['CANCEL-PENDING', 'FORWARD'],
  'NOT-SUPPLIED': ['NOT-SUPPLIED'],
  CANCELLED: ['CANCELLED'],
  SHIPPED: ['SHIPPED'],
  RECEIVED: ['SHIPPED'],
  'RENEW-PENDING': ['RENEW-PENDING'],
  'NOT-RECEIVED-OVERDUE': ['OVERDUE'],
  'RENEW-OVERDUE': ['RENEW-OVERDUE'],
  OVERDUE: ['OVERDUE'],
  RECALL: ['RECALL'],
  RETURNED: ['SHIPPED', 'RENEW-PENDING', 'RENEW-OVERDUE', 'OVERDUE', 'RECALL', 'CHECKED-IN'],
  LOST: ['LOST'],
};

/** Pairs in which a transaction can end. FORWARD ends it for one side only. */
const terminalPairs: Readonly<Partial<Record<RequesterState, readonly ResponderState[]>>> = {
  PENDING: ['FORWARD'],
  'CANCEL-PENDING': ['FORWARD'],
  'NOT-SUPPLIED': ['NOT-SUPPLIED'],
  CANCELLED: ['CANCELLED'],
  RETURNED: ['CHECKED-IN'],
  LOST: ['LOST'],
};

/** Whether the two sides agree while nothing is under way between them. */
export function isResting(requester: WireState, responder: WireState): boolean {
  return restingPairs[requester as RequesterState]?.includes(responder as ResponderState) ?? false;
}

/** Whether the two sides have ended in the same way. */
export function isMatchingEnd(requester: WireState, responder: WireState, isReturnable: boolean): boolean {
  // Nobody waits for a copy, not even for one that was sent back all the same.
  if (!isReturnable && responder === 'SHIPPED') return requester === 'RECEIVED' || requester === 'RETURNED';
  return terminalPairs[requester as RequesterState]?.includes(responder as ResponderState) ?? false;
}

/** Whether a side's state and the one its partner reports go together at rest. */
export function agrees(role: WireRole, own: WireState, other: WireState): boolean {
  return role === 'requester' ? isResting(own, other) : isResting(other, own);
}
