import type { Ability, Capabilities, LendingEventType, Role } from '@interlend/core';
import { Letters } from '../tables/letters.js';

const local = (why: string): Ability => ({ can: 'local-only', why, evidence: 'documented' });
const noLetter = local('Alma has no letter for it: write a message instead');

const without: readonly (readonly [LendingEventType, Role])[] = [
  ['conditionAnswered', 'borrower'],
  ['damaged', 'borrower'],
  ['statusReported', 'borrower'],
  ['holdPlaced', 'lender'],
  ['conditional', 'lender'],
  ['retryLater', 'lender'],
  ['locationsProvided', 'lender'],
  ['estimated', 'lender'],
  ['expired', 'lender'],
  ['forwarded', 'lender'],
  ['cancelAnswered', 'lender'],
  ['lost', 'lender'],
  ['damaged', 'lender'],
  ['statusQueried', 'lender'],
  ['statusReported', 'lender'],
];

/** What letters can say. A mail server's report that one did not arrive is the only error that comes back. */
export const emailCapabilities: Capabilities = {
  protocol: 'email',
  events: [
    ...Letters.flatMap(({ letter, from, event, evidence }) => {
      const speakers: readonly Role[] = from === 'either' ? ['borrower', 'lender'] : [from];
      return speakers.map((speaker) => ({
        event,
        from: speaker,
        ability: { can: 'yes', by: letter, evidence } as const,
      }));
    }),
    ...(['borrower', 'lender'] as const).map((from) => ({
      event: 'errorReported' as const,
      from,
      ability: { can: 'yes', by: 'bounce', evidence: 'documented' } as const,
    })),
    ...without.map(([event, from]) => ({ event, from, ability: noLetter })),
  ],
};
