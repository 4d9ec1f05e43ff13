import type { LendingEvent, Role } from '@interlend/core';

type Event = { readonly type: LendingEvent['type'] } & Readonly<Record<string, unknown>>;

/**
 * Where a loan must stand after an event, for the conversations that are written down here. Said a second time on
 * purpose, in other words than the machines of `core`: a fault there must not write its own expectation.
 */
export function stateAfter(own: Role, before: string, event: Event | undefined): string {
  const isBorrower = own === 'borrower';
  const isAccepted = event?.['isAccepted'] === true;
  switch (event?.type) {
    case 'requested':
    case 'willSupply':
    case 'holdPlaced':
      return 'requested';
    case 'conditional':
      return 'conditional';
    case 'conditionAnswered':
      return isAccepted ? 'requested' : 'unfilled';
    case 'retryLater':
    case 'unfilled':
    case 'locationsProvided':
    case 'estimated':
    case 'expired':
      return 'unfilled';
    case 'cancelRequested':
      return before === 'shipped' ? before : 'cancelRequested';
    case 'cancelAnswered':
      if (before !== 'cancelRequested') return before;
      return isAccepted ? 'cancelled' : 'requested';
    case 'shipped':
      return isBorrower && before === 'received' ? 'received' : 'shipped';
    case 'received':
      return isBorrower ? 'received' : before === 'requested' ? 'shipped' : before;
    case 'returned':
      return isBorrower ? 'returned' : before;
    case 'checkedIn':
      return 'checkedIn';
    case 'renewRequested':
      return before === 'overdue' ? 'overdueRenewRequested' : 'renewRequested';
    case 'renewAnswered':
      if (isBorrower) return 'received';
      return before === 'overdueRenewRequested' && !isAccepted ? 'overdue' : 'shipped';
    case 'recalled':
      return 'recalled';
    case 'overdue':
      return isBorrower && before !== 'received' && before !== 'overdue' ? 'overdueBeforeReceipt' : 'overdue';
    case 'lost':
      return 'lost';
    default:
      return before;
  }
}
