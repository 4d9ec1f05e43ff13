import type { Mutation } from '@interlend/testing';
import { LetterCast, type Line, type Meaning, type Script, symbolsOf } from './script.js';

const item = { kind: 'monograph', title: 'On Größe', author: 'Jones A B', isbn: '0000000000' };
const does = (event: Meaning): Line => ({ kind: 'desk', event });
const rows = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
const titled = ['Request ID: {n}', 'Title: On Größe', 'Author: Jones A B'] as const;

const otherText = (turn: number, text: string, names: string): Mutation => ({
  title: 'another text',
  turn,
  change: { path: 'text', to: text },
  fails: { check: `guard/turn-${turn}`, names },
});

const asks: readonly Line[] = [
  does({ type: 'requested', request: { ...symbolsOf(LetterCast, 'lender'), services: ['loan'], item } }),
  {
    kind: 'letter',
    subject: 'Requested Material [ILL {n}]',
    text: rows(...titled, 'ISBN: 0000000000', 'Request Format: Physical'),
  },
];
const writes = (subject: string, text: string, means?: Meaning): Line => ({
  kind: 'partner',
  subject,
  text,
  ...(means === undefined ? { verdict: 'noted' as const } : { means }),
});

/** Conversations in which a partner that writes letters lends. */
export const letterPartnerLends: readonly Script[] = [
  {
    name: 'lends-loan',
    title: 'A book is lent by letters, through all five steps',
    partnerRole: 'lender',
    lines: [
      ...asks,
      writes('Lender Will Supply Email Letter', rows(...titled, 'Will Supply Reason: On order'), {
        type: 'willSupply',
        reason: 'on-order',
      }),
      writes(
        'Lender Ship Email Letter',
        rows(...titled, 'Shipping Date: 05/03/2024', 'Due Date: 05/04/2024', 'Format: Physical'),
        { type: 'shipped', service: 'loan', shippedOn: '2024-03-05', due: '2024-04-05' },
      ),
      does({ type: 'received', service: 'loan', receivedOn: '2024-03-07' }),
      {
        kind: 'letter',
        subject: 'Borrower Receive Email Letter [ILL {n}]',
        text: rows(...titled, 'Arrival Date: 07/03/2024'),
        answers: 4,
      },
      does({ type: 'returned', returnedOn: '2024-04-01' }),
      {
        kind: 'letter',
        subject: 'Borrower Return Email Letter [ILL {n}]',
        text: rows(...titled, 'Return Date: 01/04/2024'),
        answers: 4,
      },
      writes('Lender Checked In Email Letter', rows(...titled, 'Checked In Date: 03/04/2024'), {
        type: 'checkedIn',
        checkedInOn: '2024-04-03',
      }),
    ],
    requirements: ['letters-of-all-steps', 'told-by-label', 'days-in-alma-form'],
    expect: { borrower: 'checkedIn', facts: { due: '2024-04-05', checkedInOn: '2024-04-03' } },
    mutations: [otherText(2, 'Title: Another\n', 'text'), otherText(4, 'Request ID: X\n', 'due')],
  },
  {
    name: 'lends-unfilled',
    title: 'A request is declined, with a reason that has a title',
    partnerRole: 'lender',
    lines: [
      ...asks,
      writes('Bescheid ({n})', rows(...titled, 'Reject Reason: At the bindery', 'Note: back in May'), {
        type: 'unfilled',
        reason: 'at-bindery',
        note: 'back in May',
      }),
    ],
    requirements: ['told-by-label', 'found-by-reference'],
    expect: { borrower: 'unfilled', facts: { outcome: { kind: 'unfilled', reason: 'at-bindery' } } },
    mutations: [otherText(3, 'Request ID: X\nReject Reason: Lost\n', 'reason')],
  },
  {
    name: 'lends-renew',
    title: 'A loan is prolonged, then recalled',
    partnerRole: 'lender',
    lines: [
      ...asks,
      writes(
        'Lender Ship Email Letter',
        rows(...titled, 'Shipping Date: 05/03/2024', 'Due Date: 05/04/2024', 'Format: Physical'),
        { type: 'shipped', service: 'loan', due: '2024-04-05' },
      ),
      does({ type: 'received', service: 'loan', receivedOn: '2024-03-07' }),
      {
        kind: 'letter',
        subject: 'Borrower Receive Email Letter [ILL {n}]',
        text: rows(...titled, 'Arrival Date: 07/03/2024'),
        answers: 3,
      },
      does({ type: 'renewRequested', desiredDue: '2024-05-05' }),
      {
        kind: 'letter',
        subject: 'Request for Renewal of a Resource Sharing Request [ILL {n}]',
        text: rows(...titled, 'Desired due date: 05/05/2024'),
        answers: 3,
      },
      writes(
        'Lender Renew Response Email Letter',
        rows(...titled, 'Renew Answer: Yes', 'Due Date: 05/05/2024'),
        { type: 'renewAnswered', isAccepted: true, due: '2024-05-05' },
      ),
      writes(
        'Resource Sharing - Recalled item',
        rows(...titled, 'Old Due Date: 05/05/2024', 'Due Date: 01/04/2024'),
        { type: 'recalled' },
      ),
    ],
    requirements: ['renewal-by-letter', 'recall-by-letter'],
    expect: { borrower: 'recalled', facts: { due: '2024-05-05' } },
    mutations: [otherText(8, 'Renew Answer: No\nRequest ID: X\n', 'isAccepted')],
  },
  {
    name: 'lends-by-words',
    title: 'People answer with a word, and with sentences that wait for a person',
    partnerRole: 'lender',
    lines: [
      ...asks,
      writes(
        'Re: Requested Material [ILL {n}]',
        'We have to look for it first.\n\n> Shipping Date: 01/01/2024\n',
      ),
      writes('Re: Requested Material [ILL {n}]', 'Shipped: by courier\n\n> Request ID: {n}\n', {
        type: 'shipped',
        note: 'by courier',
      }),
    ],
    requirements: ['answer-by-word', 'quotes-are-not-read', 'unclear-mail-waits', 'found-by-reference'],
    expect: { borrower: 'shipped' },
    mutations: [otherText(4, 'Later\n', 'expected the message to be judged')],
  },
];

/** Conversations in which a partner that writes letters borrows. */
export const letterPartnerBorrows: readonly Script[] = [
  {
    name: 'borrows-loan',
    title: 'A partner asks by letter, gets the book and sends it back',
    partnerRole: 'borrower',
    lines: [
      writes(
        'Requested Material',
        rows(
          ...titled,
          'ISBN: 0000000000',
          'Needed By: 01/06/2024',
          'Request Format: Physical',
          'Level of Service: C',
        ),
        { type: 'requested' },
      ),
      does({ type: 'shipped', service: 'loan', shippedOn: '2024-03-05', due: '2024-04-05' }),
      {
        kind: 'letter',
        subject: 'Lender Ship Email Letter [ILL {n}]',
        text: rows(...titled, 'Shipping Date: 05/03/2024', 'Due Date: 05/04/2024', 'Format: Physical'),
        answers: 1,
      },
      writes('Borrower Return Email Letter', rows(...titled, 'Return Date: 01/04/2024'), {
        type: 'returned',
        returnedOn: '2024-04-01',
      }),
      does({ type: 'checkedIn', checkedInOn: '2024-04-03' }),
      {
        kind: 'letter',
        subject: 'Lender Checked In Email Letter [ILL {n}]',
        text: rows(...titled, 'Checked In Date: 03/04/2024'),
        answers: 4,
      },
    ],
    requirements: ['letters-of-all-steps', 'request-by-letter'],
    expect: { lender: 'checkedIn', request: { item, needBefore: '2024-06-01', services: ['loan'] } },
    mutations: [otherText(4, 'Request ID: X\n', 'returnedOn')],
  },
  {
    name: 'borrows-unfilled',
    title: 'A partner asks by letter and is declined; the letter comes twice',
    partnerRole: 'borrower',
    lines: [
      writes('Requested Material', rows(...titled, 'Request Format: Physical'), { type: 'requested' }),
      { kind: 'partner', text: '', again: 1, verdict: 'repeat' },
      does({ type: 'unfilled', reason: 'lost' }),
      {
        kind: 'letter',
        subject: 'Lender Reject Email Letter [ILL {n}]',
        text: rows(...titled, 'Reject Reason: Lost'),
        answers: 1,
      },
    ],
    requirements: ['request-by-letter', 'letter-twice'],
    expect: { lender: 'unfilled' },
    mutations: [otherText(4, 'Reject Reason: Mice\n', 'text')],
  },
];
