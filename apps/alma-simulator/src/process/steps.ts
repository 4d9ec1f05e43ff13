import type { Evidence, LendingEventKey, Role } from '@interlend/core';

/** What becomes of a request in Alma when something is said or heard about it. */
export interface StatusStep {
  readonly role: Role;
  readonly on: LendingEventKey;
  /** The status afterwards; absent where it stays. */
  readonly status?: string;
  readonly label?: string;
  readonly evidence: Evidence;
  readonly note?: string;
}

const noCode = 'the label is documented, the code is not';

const borrower = (
  on: LendingEventKey,
  status: string,
  label: string,
  evidence: Evidence = 'observed',
): StatusStep => ({
  role: 'borrower',
  on,
  status,
  label,
  evidence,
});
const lender = (
  on: LendingEventKey,
  status: string,
  label: string,
  evidence: Evidence,
  note?: string,
): StatusStep => ({
  role: 'lender',
  on,
  status,
  label,
  evidence,
  ...(note !== undefined && { note }),
});
const stays = (role: Role, on: LendingEventKey, note: string): StatusStep => ({
  role,
  on,
  evidence: 'inferred',
  note,
});

/** Statuses by event. A request whose event is not listed keeps its status. */
export const StatusSteps: readonly StatusStep[] = [
  borrower('requested', 'REQUEST_SENT', 'Request sent to partner'),
  borrower('willSupply', 'WILL_SUPPLY', 'Will supply'),
  borrower('conditional', 'CONDITIONAL', 'Conditional'),
  borrower('unfilled', 'REJECT', 'Rejected'),
  borrower('retryLater', 'REJECT', 'Rejected', 'inferred'),
  borrower('expired', 'EXPIRED', 'Expired'),
  borrower('shipped', 'SHIPPED_PHYSICALLY', 'Shipped physically'),
  borrower('received', 'RECEIVED_PHYSICALLY', 'Physically received by library'),
  borrower('renewRequested', 'RENEW_REQUESTED', 'Renew requested'),
  borrower('renewAnswered:yes', 'RENEWED', 'Renewed by partner'),
  borrower('renewAnswered:no', 'RENEW_NOT_ACCEPTED', 'Renewal not accepted'),
  borrower('overdue', 'OVERDUE_ITEM', 'Overdue item'),
  borrower('recalled', 'RECALLED_BOR', 'Recalled by partner'),
  borrower('returned', 'RETURNED_TO_PARTNER', 'Returned item to partner'),
  borrower('checkedIn', 'REQUEST_COMPLETED', 'Request completed'),
  borrower('cancelRequested', 'CANCEL_REPLY', 'Waiting for cancel response'),
  borrower('cancelAnswered:yes', 'CANCELLED', 'Cancelled by partner'),
  borrower('cancelAnswered:no', 'CANCEL_NOT_ACCEPTED', 'Cancel not accepted'),
  borrower('lost', 'DECLARED_LOST', 'Declared lost by partner'),
  borrower('damaged', 'DAMAGED', 'Damaged'),
  lender('shipped', 'SHIPPED_PHYSICALLY', 'Shipped physically', 'observed'),
  lender('unfilled', 'REJECT', 'Rejected', 'inferred', noCode),
  lender('expired', 'EXPIRED', 'Expired', 'inferred', noCode),
  lender('checkedIn', 'REQUEST_COMPLETED', 'Request completed', 'inferred', noCode),
  lender('cancelAnswered:yes', 'CANCELLED', 'Cancelled', 'inferred', noCode),
  stays('lender', 'willSupply', 'what Alma shows then is not public'),
  stays('lender', 'recalled', 'what Alma shows then is not public'),
  stays('lender', 'overdue', 'what Alma shows then is not public'),
  stays('lender', 'received', 'what Alma shows then is not public'),
  stays('lender', 'returned', 'what Alma shows then is not public'),
  stays('lender', 'renewRequested', 'what Alma shows then is not public'),
  stays('lender', 'cancelRequested', 'what Alma shows then is not public'),
];

/** What a copy has instead of a loan. */
const ofCopies: Readonly<Record<string, { readonly value: string; readonly desc: string }>> = {
  SHIPPED_PHYSICALLY: { value: 'SHIPPED_DIGITALLY', desc: 'Shipped digitally' },
  RECEIVED_PHYSICALLY: { value: 'RECEIVED_DIGITALLY', desc: 'Digitally received by library' },
};

/** The status of a request after an event, or `undefined` when it stays. */
export function statusAfter(
  role: Role,
  on: LendingEventKey,
  isCopy: boolean,
): { readonly value: string; readonly desc: string } | undefined {
  const step = StatusSteps.find((row) => row.role === role && row.on === on);
  if (step?.status === undefined) return undefined;
  return (
    (isCopy ? ofCopies[step.status] : undefined) ?? { value: step.status, desc: step.label ?? step.status }
  );
}
