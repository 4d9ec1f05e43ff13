import { createMachine, type Machine, type Row } from '@interlend/core';

/** Where an order stands at a lender's wire. */
export type LenderSideState = 'NEW' | 'ORDERED' | 'REFUSED' | 'SHIPPED' | 'NOT-AVAILABLE';
/** Where an order stands at the borrower's wire. */
export type BorrowerSideState = 'NEW' | 'ORDERED' | 'SHIPPED' | 'RETURNED';

/** What a lender's library system hears and says. */
export type LenderSideEvent = 'in SLNPFLBestellung AFL' | 'out Shipped' | 'out NotAvailable';
/** What the borrower's library system hears and says. */
export type BorrowerSideEvent = 'in SLNPFLBestellung PFL' | 'in SLNPPFLDatenAenderung' | 'out Return';

/** What the tables need to know beside the state. */
export interface SideFacts {
  /** Whether the item itself travels, and comes back. */
  readonly isReturnable: boolean;
  /** Whether a lender says no in the reply to the order. */
  readonly isRefusedAtOnce?: boolean;
}

export type SidePredicate = 'isReturnable' | 'isRefusedAtOnce';

type LenderRow = Row<LenderSideState, LenderSideEvent, SidePredicate>;
type BorrowerRow = Row<BorrowerSideState, BorrowerSideEvent, SidePredicate>;

const predicates: Readonly<Record<SidePredicate, (facts: SideFacts) => boolean>> = {
  isReturnable: ({ isReturnable }) => isReturnable,
  isRefusedAtOnce: ({ isRefusedAtOnce = false }) => isRefusedAtOnce,
};

const lenderRows: readonly LenderRow[] = [
  {
    from: 'NEW',
    on: 'in SLNPFLBestellung AFL',
    when: 'isRefusedAtOnce',
    to: 'REFUSED',
    send: '510',
    evidence: 'documented',
  },
  { from: 'NEW', on: 'in SLNPFLBestellung AFL', to: 'ORDERED', send: '250', evidence: 'documented' },
  {
    from: 'REFUSED',
    on: 'out NotAvailable',
    to: 'NOT-AVAILABLE',
    evidence: 'documented',
    note: 'the reply to the order has said so, and no report follows',
  },
  { from: 'ORDERED', on: 'out Shipped', to: 'SHIPPED', evidence: 'documented' },
  { from: 'ORDERED', on: 'out NotAvailable', to: 'NOT-AVAILABLE', evidence: 'documented' },
];

const borrowerRows: readonly BorrowerRow[] = [
  { from: 'NEW', on: 'in SLNPFLBestellung PFL', to: 'ORDERED', send: '250', evidence: 'documented' },
  { from: 'ORDERED', on: 'in SLNPPFLDatenAenderung', to: 'SHIPPED', send: '240', evidence: 'documented' },
  {
    from: 'ORDERED',
    on: 'out Return',
    when: 'isReturnable',
    to: 'RETURNED',
    evidence: 'inferred',
    note: 'the item came although nobody said so',
  },
  {
    from: 'SHIPPED',
    on: 'in SLNPPFLDatenAenderung',
    to: 'SHIPPED',
    send: '240',
    evidence: 'inferred',
    note: 'another lender supplies, or other data changed',
  },
  { from: 'SHIPPED', on: 'out Return', when: 'isReturnable', to: 'RETURNED', evidence: 'documented' },
  {
    from: 'RETURNED',
    on: 'in SLNPPFLDatenAenderung',
    to: 'RETURNED',
    send: '240',
    evidence: 'inferred',
    note: 'came late',
  },
];

/** A lender's library system towards the central server. Repeats never get here. */
export const LenderSideMachine: Machine<LenderSideState, LenderSideEvent, SidePredicate, SideFacts> =
  createMachine({
    name: 'AFL',
    states: ['NEW', 'ORDERED', 'REFUSED', 'SHIPPED', 'NOT-AVAILABLE'],
    initial: 'NEW',
    terminal: ['SHIPPED', 'NOT-AVAILABLE'],
    predicates,
    rows: lenderRows,
  });

/** The borrower's library system towards the central server. Repeats never get here. */
export const BorrowerSideMachine: Machine<BorrowerSideState, BorrowerSideEvent, SidePredicate, SideFacts> =
  createMachine({
    name: 'PFL',
    states: ['NEW', 'ORDERED', 'SHIPPED', 'RETURNED'],
    initial: 'NEW',
    terminal: ['RETURNED'],
    predicates,
    rows: borrowerRows,
  });
