import type { LendingRequest } from '@interlend/core';
import { isoIll } from '@interlend/iso-ill';

const request: LendingRequest = {
  borrower: { symbol: 'TEST:REQ' },
  lender: { symbol: 'TEST:RSP' },
  services: ['loan'],
  item: { kind: 'monograph', title: 'The Theory of Examples', author: 'Example, Anna' },
  needBefore: '2026-03-01',
};

const transaction = isoIll.begin({
  borrower: 'TEST:REQ',
  lender: 'TEST:RSP',
  group: 'G-1',
  qualifier: 'Q-1',
});
const context = { now: new Date('2026-01-31T10:00:00Z'), isStrict: false };
const { replies } = isoIll.say(transaction, { type: 'requested', from: 'borrower', request }, context);
for (const apdu of replies) console.log(Buffer.from(isoIll.encode(apdu)).toString('hex'));
