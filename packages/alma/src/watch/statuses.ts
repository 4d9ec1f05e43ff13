import type { Evidence, LendingEventKey } from '@interlend/core';

/** A status of a request and what of a loan it says. */
export interface StatusRow {
  readonly status: string;
  readonly label: string;
  readonly evidence: Evidence;
  /** The event of the desk that has happened when a request is seen in it; absent where it is Alma's own business. */
  readonly says?: LendingEventKey;
  /** No progress is expected. */
  readonly isFinal?: true;
  readonly note?: string;
}

/**
 * Statuses of borrowing requests. The authoritative lists are code tables of each institution, whose labels can be edited;
 * a status that is not listed is reported without an event.
 */
export const BorrowingStatuses: readonly StatusRow[] = [
  { status: 'REQUEST_CREATED_BOR', label: 'Created borrowing request', evidence: 'observed' },
  { status: 'PENDING_APPROVAL', label: 'Pending approval', evidence: 'observed' },
  { status: 'LOCATE_IN_PROCESS', label: 'Locate in process', evidence: 'observed' },
  { status: 'LOCATE_FAILED', label: 'Locate failed', evidence: 'observed' },
  { status: 'LOCAL_HOLDING', label: 'Local holding', evidence: 'observed' },
  { status: 'READY_TO_SEND', label: 'Ready to be sent', evidence: 'observed' },
  { status: 'REQUEST_SENT', label: 'Request sent to partner', evidence: 'observed', says: 'requested' },
  { status: 'REQUEST_ACCEPTED', label: 'Request accepted', evidence: 'observed', says: 'willSupply' },
  { status: 'WILL_SUPPLY', label: 'Will supply', evidence: 'observed', says: 'willSupply' },
  { status: 'AUTO_WILL_SUPPLY', label: 'Automatic will supply', evidence: 'observed', says: 'willSupply' },
  { status: 'CONDITIONAL', label: 'Conditional', evidence: 'observed', says: 'conditional' },
  { status: 'BAD_CITATION', label: 'Bad citation', evidence: 'observed', says: 'unfilled' },
  { status: 'REJECT', label: 'Rejected', evidence: 'observed', says: 'unfilled' },
  {
    status: 'CANCEL_REPLY',
    label: 'Waiting for cancel response',
    evidence: 'observed',
    says: 'cancelRequested',
  },
  {
    status: 'CANCEL_NOT_ACCEPTED',
    label: 'Cancel not accepted',
    evidence: 'observed',
    says: 'cancelAnswered:no',
  },
  {
    status: 'CANCELLED',
    label: 'Cancelled by partner',
    evidence: 'observed',
    says: 'cancelAnswered:yes',
    isFinal: true,
  },
  { status: 'EXPIRED', label: 'Expired', evidence: 'observed', says: 'expired', isFinal: true },
  { status: 'CLAIMED', label: 'Claimed', evidence: 'observed' },
  { status: 'SHIPPED_PHYSICALLY', label: 'Shipped physically', evidence: 'observed', says: 'shipped' },
  { status: 'SHIPPED_DIGITALLY', label: 'Shipped digitally', evidence: 'observed', says: 'shipped' },
  {
    status: 'RECEIVED_PHYSICALLY',
    label: 'Physically received by library',
    evidence: 'observed',
    says: 'received',
  },
  {
    status: 'RECEIVED_NOT_FOR_LOAN',
    label: 'Received, not for loan',
    evidence: 'observed',
    says: 'received',
  },
  {
    status: 'RECEIVED_DIGITALLY',
    label: 'Digitally received by library',
    evidence: 'observed',
    says: 'received',
    isFinal: true,
  },
  { status: 'RECEIVE_DIGITALLY_REPLY', label: 'Digital receipt answered', evidence: 'observed' },
  { status: 'DELIVERED', label: 'Delivered', evidence: 'observed' },
  {
    status: 'EXTERNALLY_OBTAINED',
    label: 'Externally obtained',
    evidence: 'observed',
    note: 'not by this partner',
  },
  { status: 'RENEW_REQUESTED', label: 'Renew requested', evidence: 'observed', says: 'renewRequested' },
  { status: 'MEDIATED_RENEWAL', label: 'Mediated renewal', evidence: 'observed' },
  { status: 'AUTOMATIC_RENEW', label: 'Automatic renewal', evidence: 'observed' },
  { status: 'MANUAL_RENEW', label: 'Manual renewal', evidence: 'observed' },
  { status: 'RENEWED', label: 'Renewed by partner', evidence: 'observed', says: 'renewAnswered:yes' },
  {
    status: 'RENEW_NOT_ACCEPTED',
    label: 'Renewal not accepted',
    evidence: 'observed',
    says: 'renewAnswered:no',
  },
  { status: 'OVERDUE_ITEM', label: 'Overdue item', evidence: 'observed', says: 'overdue' },
  { status: 'RECALLED_BOR', label: 'Recalled by partner', evidence: 'observed', says: 'recalled' },
  {
    status: 'RETURNED_TO_PARTNER',
    label: 'Returned item to partner',
    evidence: 'observed',
    says: 'returned',
  },
  { status: 'LENDER_CHECK_IN', label: 'Lender check in', evidence: 'observed', says: 'checkedIn' },
  { status: 'REPORT_LOST', label: 'Report lost', evidence: 'observed', says: 'lost' },
  { status: 'LOST_COMMUNICATED', label: 'Lost communicated', evidence: 'observed', says: 'lost' },
  { status: 'LOST_AND_FEE_PAID', label: 'Lost and fee paid', evidence: 'observed' },
  { status: 'DECLARED_LOST', label: 'Declared lost by partner', evidence: 'observed', says: 'lost' },
  { status: 'DAMAGED', label: 'Damaged', evidence: 'observed', says: 'damaged' },
  { status: 'DAMAGED_COMMUNICATED', label: 'Damaged communicated', evidence: 'observed', says: 'damaged' },
  { status: 'REACTIVATED', label: 'Reactivated', evidence: 'observed' },
  { status: 'REQUEST_COMPLETED', label: 'Request completed', evidence: 'observed', isFinal: true },
];

const noCode = 'the label is documented, the code is not';

/** Statuses of lending requests. Few codes are known. */
export const LendingStatuses: readonly StatusRow[] = [
  {
    status: 'REQUEST_CREATED_LEND',
    label: 'Created lending request',
    evidence: 'observed',
    says: 'requested',
  },
  { status: 'LOCATE_FAILED', label: 'Locate failed', evidence: 'observed', says: 'requested' },
  { status: 'SHIPPED_PHYSICALLY', label: 'Shipped physically', evidence: 'observed', says: 'shipped' },
  {
    status: 'SHIPPED_DIGITALLY',
    label: 'Shipped digitally',
    evidence: 'inferred',
    says: 'shipped',
    isFinal: true,
  },
  {
    status: 'REJECT',
    label: 'Rejected',
    evidence: 'inferred',
    says: 'unfilled',
    isFinal: true,
    note: noCode,
  },
  { status: 'EXPIRED', label: 'Expired', evidence: 'inferred', says: 'expired', isFinal: true, note: noCode },
  {
    status: 'CANCELLED',
    label: 'Cancelled',
    evidence: 'inferred',
    says: 'cancelAnswered:yes',
    isFinal: true,
    note: noCode,
  },
  { status: 'RENEWED', label: 'Renewed', evidence: 'inferred', says: 'renewAnswered:yes', note: noCode },
  {
    status: 'REQUEST_COMPLETED',
    label: 'Request completed',
    evidence: 'inferred',
    says: 'checkedIn',
    isFinal: true,
    note: noCode,
  },
];

/** The row of a status; `undefined` for one that an institution has of its own. */
export function statusRow(role: 'borrower' | 'lender', status: string | undefined): StatusRow | undefined {
  return (role === 'borrower' ? BorrowingStatuses : LendingStatuses).find((row) => row.status === status);
}
