import type { Ability, Capabilities, Evidence, LendingEventType, Role } from '@interlend/core';

type Row = readonly [event: LendingEventType, from: Role, ability: Ability];

const yes = (by: string, evidence: Evidence): Ability => ({ can: 'yes', by, evidence });
const local = (why: string, evidence: Evidence = 'documented'): Ability => ({
  can: 'local-only',
  why,
  evidence,
});

const noStep =
  'ARTEmail has no message for it: the item goes back by post and the British Library keeps its own record';
const noCode = 'no published reply code says it';

const rows: readonly Row[] = [
  ['requested', 'borrower', yes('order', 'documented')],
  ['cancelRequested', 'borrower', yes('order with CANCEL', 'reconstructed')],
  ['renewRequested', 'borrower', yes('order with the keyword of the partner settings', 'inferred')],
  ['statusQueried', 'borrower', yes('order with the keyword of the partner settings', 'inferred')],
  ['received', 'borrower', local(noStep)],
  ['returned', 'borrower', local(noStep)],
  ['lost', 'borrower', local(noStep, 'inferred')],
  ['damaged', 'borrower', local(noStep, 'inferred')],
  ['message', 'borrower', local('orders carry no text for people: write to customer services', 'inferred')],
  ['conditionAnswered', 'borrower', local('there are no conditions in ARTEmail', 'inferred')],
  ['willSupply', 'lender', yes('USE*n, USE O/D, *TOTAL LIBRARY', 'documented')],
  ['retryLater', 'lender', yes('CAT*REAPPLY n', 'documented')],
  ['unfilled', 'lender', yes('eight reply codes', 'documented')],
  ['shipped', 'lender', yes('SHIPPED COPY; that a loan was sent no published code says', 'documented')],
  ['cancelAnswered', 'lender', yes('CANC, NCANC', 'documented')],
  ['renewAnswered', 'lender', yes('RENEWED*date, NO RENEW', 'documented')],
  ['overdue', 'lender', yes('DUE, *FINAL DEMAND', 'documented')],
  ['message', 'lender', yes('DUE WAIT, DUE*AUTOMATIC RENEWAL PENDING', 'documented')],
  ['statusReported', 'lender', yes('file accepted', 'reconstructed')],
  ['errorReported', 'lender', yes('file rejected, bounce', 'reconstructed')],
  ...(
    [
      'holdPlaced',
      'conditional',
      'locationsProvided',
      'estimated',
      'expired',
      'forwarded',
      'checkedIn',
      'recalled',
      'lost',
      'damaged',
    ] as const
  ).map((event): Row => [event, 'lender', local(noCode)]),
];

/** What ARTEmail can say. The British Library is always the lender. */
export const capabilities: Capabilities = {
  protocol: 'artemail',
  events: rows.map(([event, from, ability]) => ({ event, from, ability })),
};
