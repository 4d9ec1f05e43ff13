import type { BorrowerState, LenderState, Role } from '@interlend/core';
import type { RequesterState, ResponderState, WireRole, WireState } from '../state-tables.js';

/** The neutral role of a role of the standard. */
export const roleOf: Readonly<Record<WireRole, Role>> = { requester: 'borrower', responder: 'lender' };

/** Where the desk stands when the requester's machine is in a state. RETURNED is `checkedIn` once a Checked-In came. */
export const BorrowerStateOf: Readonly<Record<RequesterState, BorrowerState>> = {
  IDLE: 'idle',
  PENDING: 'requested',
  'NOT-SUPPLIED': 'unfilled',
  CONDITIONAL: 'conditional',
  'CANCEL-PENDING': 'cancelRequested',
  CANCELLED: 'cancelled',
  SHIPPED: 'shipped',
  RECEIVED: 'received',
  'RENEW-PENDING': 'renewRequested',
  'NOT-RECEIVED-OVERDUE': 'overdueBeforeReceipt',
  'RENEW-OVERDUE': 'overdueRenewRequested',
  OVERDUE: 'overdue',
  RECALL: 'recalled',
  RETURNED: 'returned',
  LOST: 'lost',
};

/** Where the desk stands when the responder's machine is in a state. */
export const LenderStateOf: Readonly<Record<ResponderState, LenderState>> = {
  IDLE: 'idle',
  'IN-PROCESS': 'requested',
  FORWARD: 'forwarded',
  'NOT-SUPPLIED': 'unfilled',
  CONDITIONAL: 'conditional',
  'CANCEL-PENDING': 'cancelRequested',
  CANCELLED: 'cancelled',
  SHIPPED: 'shipped',
  'RENEW-PENDING': 'renewRequested',
  'RENEW-OVERDUE': 'overdueRenewRequested',
  OVERDUE: 'overdue',
  RECALL: 'recalled',
  'CHECKED-IN': 'checkedIn',
  LOST: 'lost',
};

/** The neutral state of one side. `isCheckedInSeen`: whether a Checked-In came, which the requester has no state for. */
export function toNeutralState(
  role: WireRole,
  state: WireState,
  isCheckedInSeen: boolean,
): BorrowerState | LenderState {
  if (role === 'responder') return LenderStateOf[state as ResponderState];
  return state === 'RETURNED' && isCheckedInSeen ? 'checkedIn' : BorrowerStateOf[state as RequesterState];
}
