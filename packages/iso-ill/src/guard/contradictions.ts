import type { ApduName } from '../messages/enumerations.js';
import type { WireRole, WireState } from '../state-tables.js';
import type { IsoIllGuard } from './guard.js';

const notSupplied: readonly WireState[] = ['NOT-SUPPLIED', 'CANCELLED'];
const supplied: readonly WireState[] = [
  'RECEIVED',
  'RENEW-PENDING',
  'NOT-RECEIVED-OVERDUE',
  'RENEW-OVERDUE',
  'OVERDUE',
  'RECALL',
  'RETURNED',
];

/**
 * Statements of fact that cannot both be true: one side has the item or lost it, for the other it never left. No order of
 * messages explains them and no machine can settle them, so a person has to look.
 */
const contradictions: Readonly<
  Record<WireRole, readonly { readonly states: readonly WireState[]; readonly apdus: readonly ApduName[] }[]>
> = {
  requester: [
    { states: notSupplied, apdus: ['Shipped', 'Overdue', 'Recall', 'Lost', 'Checked-In'] },
    {
      states: [...supplied, 'LOST'],
      apdus: ['ILL-Answer', 'Expired', 'Cancel-Reply', 'Forward-Notification', 'Checked-In'],
    },
    // These have rows there, but not for a copy.
    { states: ['SHIPPED', 'RECEIVED'], apdus: ['Overdue', 'Recall', 'Checked-In'] },
    { states: ['CANCEL-PENDING', 'CONDITIONAL'], apdus: ['Overdue', 'Recall', 'Lost', 'Checked-In'] },
    { states: ['CONDITIONAL'], apdus: ['Shipped'] },
  ],
  responder: [
    { states: [...notSupplied, 'CONDITIONAL'], apdus: ['Received', 'Returned', 'Renew', 'Lost'] },
    { states: ['CANCEL-PENDING'], apdus: ['Returned', 'Renew', 'Lost'] },
    { states: ['CHECKED-IN'], apdus: ['Lost'] },
  ],
};

/** Whether an APDU that the state has no row for says the opposite of what the state says. */
export function contradicts(guard: IsoIllGuard, apdu: ApduName): boolean {
  return contradictions[guard.role].some(
    ({ states, apdus }) => states.includes(guard.state) && apdus.includes(apdu),
  );
}
