import { readFileSync } from 'node:fs';
import { isoIll } from '@interlend/iso-ill';

const { message, deviations } = isoIll.decode(readFileSync('ill-request.ber'));
const context = { now: new Date('2026-02-02T09:30:00Z'), isStrict: false };
const { guard, event } = isoIll.receive(undefined, message, context);
console.log(isoIll.describe(message), event, deviations);
if (!guard) throw new Error('the request was refused');

const answer = { type: 'shipped', from: 'lender', service: 'loan', due: '2026-03-02' } as const;
const { replies } = isoIll.say(guard, answer, context);
for (const apdu of replies) console.log(isoIll.describe(apdu), isoIll.encode(apdu).length, 'octets');
