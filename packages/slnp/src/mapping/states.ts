import type { BorrowerState, LenderState } from '@interlend/core';
import type { BorrowerSideState, LenderSideState } from '../machine.js';

/** Where the loan stands for the lender's desk when the wire is in a state, unless the desk went on without the wire. */
export const LenderStateOf: Readonly<Record<LenderSideState, LenderState>> = {
  NEW: 'idle',
  ORDERED: 'requested',
  REFUSED: 'requested',
  SHIPPED: 'shipped',
  'NOT-AVAILABLE': 'unfilled',
};

/** Where the loan stands for the borrower's desk when the wire is in a state, unless the desk went on without the wire. */
export const BorrowerStateOf: Readonly<Record<BorrowerSideState, BorrowerState>> = {
  NEW: 'idle',
  ORDERED: 'requested',
  SHIPPED: 'shipped',
  RETURNED: 'returned',
};
