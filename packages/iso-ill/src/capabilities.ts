import type { Capabilities, LendingEventType, Role } from '@interlend/core';

const said: readonly (readonly [
  event: LendingEventType,
  from: 'borrower' | 'lender' | 'either',
  by: string,
])[] = [
  ['requested', 'borrower', 'ILL-Request'],
  ['willSupply', 'lender', 'ILL-Answer will-supply'],
  ['holdPlaced', 'lender', 'ILL-Answer hold-placed'],
  ['conditional', 'lender', 'ILL-Answer conditional'],
  ['conditionAnswered', 'borrower', 'Conditional-Reply'],
  ['retryLater', 'lender', 'ILL-Answer retry'],
  ['unfilled', 'lender', 'ILL-Answer unfilled'],
  ['locationsProvided', 'lender', 'ILL-Answer locations-provided'],
  ['estimated', 'lender', 'ILL-Answer estimate'],
  ['expired', 'lender', 'Expired'],
  ['forwarded', 'lender', 'Forward-Notification'],
  ['shipped', 'lender', 'Shipped'],
  ['cancelRequested', 'borrower', 'Cancel'],
  ['cancelAnswered', 'lender', 'Cancel-Reply'],
  ['received', 'borrower', 'Received'],
  ['returned', 'borrower', 'Returned'],
  ['checkedIn', 'lender', 'Checked-In'],
  ['renewRequested', 'borrower', 'Renew'],
  ['renewAnswered', 'lender', 'Renew-Answer'],
  ['recalled', 'lender', 'Recall'],
  ['overdue', 'lender', 'Overdue'],
  ['lost', 'either', 'Lost'],
  ['damaged', 'either', 'Damaged'],
  ['message', 'either', 'Message'],
  ['statusQueried', 'either', 'Status-Query'],
  ['statusReported', 'either', 'Status-Or-Error-Report'],
  ['errorReported', 'either', 'Status-Or-Error-Report'],
];

/** ISO ILL has an APDU for every neutral event. */
export const capabilities: Capabilities = {
  protocol: 'iso-ill',
  events: said.flatMap(([event, from, by]) => {
    const speakers: readonly Role[] = from === 'either' ? ['borrower', 'lender'] : [from];
    return speakers.map((speaker) => ({
      event,
      from: speaker,
      ability: { can: 'yes' as const, by, evidence: 'documented' as const },
    }));
  }),
};
