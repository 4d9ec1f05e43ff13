import { artemail } from '@interlend/artemail';

// What was agreed with the partner. The password goes into the mail when it leaves, and stands nowhere else.
const partner = {
  from: 'desk@library.example',
  to: 'artemail@bl.example',
  accounts: [{ customerCode: '12-3456', password: 'EXAMPLE' }],
  keywords: { service: ['S'], delivery: ['LOAN', 'PHOTO'], instructions: ['COPYRT'] },
};
const context = { now: new Date('2024-03-04T12:00:00Z'), isStrict: false, partner };

const begun = artemail.begin({ borrower: 'EX:LIB', lender: 'EX:BL', group: 'G1', qualifier: 'EX1001' });
const request = {
  borrower: { symbol: 'EX:LIB' },
  lender: { symbol: 'EX:BL' },
  services: ['loan'],
  item: { kind: 'monograph', title: 'Über Beispiele', author: 'Jones A B' },
} as const;
const asked = artemail.say(begun, { type: 'requested', from: 'borrower', request }, context);
for (const mail of asked.replies) console.log(Buffer.from(artemail.encode(mail)).toString());
console.log('lost:', asked.losses);

const reply = {
  kind: 'mail',
  mail: {
    from: 'artemail@bl.example',
    to: 'desk@library.example',
    subject: 'Replies',
    date: '2024-03-05T08:00:00Z',
    messageId: '<1@bl.example>',
    text: 'EX1001 NOT*NUKL\n',
  },
} as const;
const heard = artemail.receive(asked.guard, reply, context);
console.log(heard.verdict, heard.proposals);
