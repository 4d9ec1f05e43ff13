import type { LendingEvent, Role } from '@interlend/core';
import { type IsoIllGuard, isoIll } from '@interlend/iso-ill';

const borrower = 'TEST:REQ';
const lender = 'TEST:RSP';

/** What each side remembers of the loan. A server stores it; the lender begins with nothing. */
const guards: Record<Role, IsoIllGuard | undefined> = {
  borrower: isoIll.begin({ borrower, lender, group: 'G-1', qualifier: 'Q-1' }),
  lender: undefined,
};

const steps: readonly LendingEvent[] = [
  {
    type: 'requested',
    from: 'borrower',
    request: {
      borrower: { symbol: borrower },
      lender: { symbol: lender },
      services: ['loan'],
      item: { kind: 'monograph', title: 'The Theory of Examples' },
    },
  },
  { type: 'shipped', from: 'lender', service: 'loan', shippedOn: '2026-02-02', due: '2026-03-02' },
  { type: 'received', from: 'borrower', service: 'loan', receivedOn: '2026-02-03' },
  { type: 'returned', from: 'borrower', returnedOn: '2026-02-04' },
  { type: 'checkedIn', from: 'lender', checkedInOn: '2026-02-05' },
];

for (const [day, event] of steps.entries()) {
  const context = { now: new Date(Date.UTC(2026, 1, day + 1, 9)), isStrict: true };
  const speaker = event.from;
  const listener = speaker === 'borrower' ? 'lender' : 'borrower';
  const own = guards[speaker];
  if (!own) throw new Error(`${speaker} knows of no loan`);

  const said = isoIll.say(own, event, context);
  guards[speaker] = said.guard;
  for (const apdu of said.replies) {
    const bytes = isoIll.encode(apdu);
    const heard = isoIll.receive(guards[listener], isoIll.decode(bytes).message, context);
    guards[listener] = heard.guard;
    console.log(
      `${speaker} → ${listener}: ${isoIll.describe(apdu)}, ${bytes.length} octets, ${heard.verdict}`,
    );
  }
}
console.log(`borrower ${guards.borrower?.state}, lender ${guards.lender?.state}`);
