import type { Mutation } from '@interlend/testing';
import { BritishLibraryCast, type Line, type Meaning, type Script, symbolsOf } from './script.js';

const parties = symbolsOf(BritishLibraryCast, 'lender');
const book = { kind: 'monograph', title: 'Die Theorie der Größe', author: 'Jones A B', isbn: '0000000000' };
const article = {
  kind: 'serial',
  title: 'Journal of Example Studies',
  volumeIssue: '12(3)',
  publicationDate: '2011',
  issn: '0000-0000',
  component: { title: 'On the parsing of orders', author: 'Smith J', pages: '101-110' },
};
const bookLines = ['Die Theorie der Grosse', 'Jones A B', '0000000000'];
const articleLines = [
  'Journal of Example Studies',
  '2011 VOL 12 PT 3 PP 101-110',
  'On the parsing of orders',
  'Smith J',
  '0000-0000',
];

const does = (event: Meaning): Line => ({ kind: 'desk', event });
const asksForBook: readonly Line[] = [
  does({ type: 'requested', request: { ...parties, services: ['loan'], item: book } }),
  { kind: 'order', order: { keywords: ['S', 'LOAN'], lines: bookLines } },
];
const asksForArticle: readonly Line[] = [
  does({ type: 'requested', request: { ...parties, services: ['copy'], item: article } }),
  { kind: 'order', order: { keywords: ['S', 'PHOTO'], lines: articleLines } },
];
const replies = (line: string, means?: Meaning): Line => ({
  kind: 'partner',
  text: `Dear customer\n\n{n} ${line}\n`,
  ...(means === undefined ? { verdict: 'noted' as const } : { means }),
});
const arrives = does({ type: 'received', service: 'loan', receivedOn: '2024-03-06' });

/** Another title on the wire must be noticed. */
const otherTitle: Mutation = {
  title: 'another title',
  turn: 2,
  change: { path: 'file.orders.0.lines.0', to: 'ANOTHER BOOK' },
  fails: { check: 'guard/turn-2', names: 'file.orders.0.lines.0' },
};
/** A reply that says something else must be noticed. */
const otherReply = (turn: number, text: string, names = 'type'): Mutation => ({
  title: 'another reply',
  turn,
  change: { path: 'mail.text', to: text },
  fails: { check: `guard/turn-${turn}`, names },
});

/** An answer that ends the order. */
function unfilled(
  name: string,
  title: string,
  code: string,
  reason: string,
  requirement = 'unfilled',
): Script {
  return {
    name,
    title,
    partnerRole: 'lender',
    lines: [...asksForBook, replies(code, { type: 'unfilled', reason })],
    requirements: [requirement, 'order', 'transliterated'],
    expect: { borrower: 'unfilled', facts: { outcome: { kind: 'unfilled', reason } } },
    mutations: [otherTitle, otherReply(3, 'Sorry\n', 'expected the message to be judged')],
  };
}

/** Conversations in which the British Library lends, which is all it does in ARTEmail. */
export const britishLibraryLends: readonly Script[] = [
  {
    name: 'lends-loan',
    title: 'A book comes without a word and goes back by post',
    partnerRole: 'lender',
    lines: [...asksForBook, arrives, does({ type: 'returned', returnedOn: '2024-04-03' })],
    requirements: ['order', 'field-order-book', 'loan-without-reply', 'local-only-steps'],
    expect: { borrower: 'returned', facts: { receivedOn: '2024-03-06', returnedOn: '2024-04-03' } },
    mutations: [otherTitle],
  },
  {
    name: 'lends-copy',
    title: 'A copy of an article is sent',
    partnerRole: 'lender',
    lines: [
      ...asksForArticle,
      replies('SHIPPED COPY', { type: 'shipped', service: 'copy', shippedOn: '2024-03-04' }),
      does({ type: 'received', service: 'copy', receivedOn: '2024-03-06' }),
    ],
    requirements: ['order', 'field-order-article', 'shipped-copy'],
    expect: { borrower: 'received', facts: { service: 'copy', shippedOn: '2024-03-04' } },
    mutations: [otherReply(3, 'nothing\n', 'expected the message to be judged')],
  },
  {
    name: 'lends-copy-elsewhere',
    title: 'A copy is sent to the reader',
    partnerRole: 'lender',
    lines: [
      does({
        type: 'requested',
        request: {
          ...parties,
          services: ['copy'],
          item: article,
          deliverTo: { electronic: { address: 'reader@library.example' } },
          copyrightCompliance: 'CCG',
        },
      }),
      {
        kind: 'order',
        order: {
          keywords: ['S', 'SED99', 'COPYRT'],
          lines: articleLines,
          deliverTo: { mail: 'reader@library.example' },
        },
      },
      replies('SHIPPED COPY', { type: 'shipped', service: 'copy' }),
    ],
    requirements: ['order', 'order-address', 'keywords', 'shipped-copy'],
    expect: { borrower: 'shipped' },
    mutations: [
      {
        title: 'another keyword',
        turn: 2,
        change: { path: 'file.orders.0.keywords.1', to: 'PHOTO' },
        fails: { check: 'guard/turn-2', names: 'file.orders.0.keywords.1' },
      },
    ],
  },
  unfilled('unfilled-not-held', 'It is not held', 'NOT', 'not-owned'),
  unfilled('unfilled-no-supplier', 'No supplier is found', 'NOT*NUKL', 'locations-not-found'),
  unfilled('unfilled-copyright', 'Copyright forbids it', 'RCOP', 'lacks-copyright-compliance'),
  unfilled('unfilled-no-match', 'It cannot be matched', 'CRF*CANNOT MATCH ITEM', 'not-found-as-cited'),
  unfilled(
    'unfilled-options',
    'The options are not valid',
    '*INVALID ORDERING OPTIONS',
    'requested-delivery-services-not-supported',
  ),
  unfilled(
    'unfilled-volumes',
    'It has more than one volume',
    'TOTAL LOAN*MORE THAN 1 VOLUME',
    'policy-problem',
  ),
  unfilled('unfilled-direct', 'Others hold it', 'DIRECT', 'responder-specific'),
  unfilled(
    'unfilled-cost',
    'It costs more than allowed',
    '*TOTAL LIBRARY MAX COST GBP20.00',
    'cost-exceeds-limit',
  ),
  unfilled(
    'cancelled-unasked',
    'The order is cancelled by the other side',
    'CANC',
    'other',
    'cancelled-unasked',
  ),
  {
    name: 'retry-later',
    title: 'It may be asked for again after some weeks',
    partnerRole: 'lender',
    lines: [...asksForBook, replies('CAT*REAPPLY 6', { type: 'retryLater', retryDate: '2024-04-15' })],
    requirements: ['retry-later'],
    expect: { borrower: 'unfilled', facts: { outcome: { kind: 'retryLater', retryDate: '2024-04-15' } } },
    mutations: [otherReply(3, 'nothing\n', 'expected the message to be judged')],
  },
  {
    name: 'waits-then-comes',
    title: 'The order waits, is passed to a partner supplier, and the book comes',
    partnerRole: 'lender',
    lines: [
      ...asksForBook,
      replies('USE*3', { type: 'willSupply', reason: 'on-hold' }),
      replies('USE O/D', { type: 'willSupply', reason: 'being-processed-for-supply' }),
      replies('*TOTAL LIBRARY', { type: 'willSupply', reason: 'being-processed-for-supply' }),
      arrives,
    ],
    requirements: ['will-supply', 'loan-without-reply'],
    expect: { borrower: 'received' },
    mutations: [otherReply(3, 'nothing\n', 'expected the message to be judged')],
  },
  {
    name: 'cancel-accepted',
    title: 'An order is taken back',
    partnerRole: 'lender',
    lines: [
      ...asksForBook,
      does({ type: 'cancelRequested', note: 'no longer needed' }),
      { kind: 'order', order: { keywords: ['CANCEL'], lines: ['no longer needed'] } },
      replies('CANC', { type: 'cancelAnswered', isAccepted: true }),
    ],
    requirements: ['cancel', 'cancel-answered'],
    expect: { borrower: 'cancelled' },
    mutations: [
      {
        title: 'no cancellation',
        turn: 4,
        change: { path: 'file.orders.0.keywords.0', to: 'LOAN' },
        fails: { check: 'guard/turn-4', names: 'file.orders.0.keywords.0' },
      },
    ],
  },
  {
    name: 'cancel-refused',
    title: 'An order cannot be taken back any more',
    partnerRole: 'lender',
    lines: [
      ...asksForBook,
      does({ type: 'cancelRequested' }),
      { kind: 'order', order: { keywords: ['CANCEL'], lines: [] } },
      replies('NCANC', { type: 'cancelAnswered', isAccepted: false }),
    ],
    requirements: ['cancel', 'cancel-answered'],
    expect: { borrower: 'requested' },
    mutations: [otherReply(5, 'nothing\n', 'expected the message to be judged')],
  },
  {
    name: 'renewed-unasked',
    title: 'A loan that is not returned is prolonged without being asked for',
    partnerRole: 'lender',
    lines: [
      ...asksForBook,
      arrives,
      replies('RENEWED*15-04-2024', { type: 'renewAnswered', isAccepted: true, due: '2024-04-15' }),
      replies('NO RENEW', { type: 'message' }),
    ],
    requirements: ['renewed-unasked'],
    expect: { borrower: 'received', facts: { due: '2024-04-15' } },
    mutations: [otherReply(4, 'nothing\n', 'expected the message to be judged')],
  },
  {
    name: 'overdue',
    title: 'Notices go from due to the final demand',
    partnerRole: 'lender',
    lines: [
      ...asksForBook,
      arrives,
      replies('DUE WAIT', { type: 'message' }),
      replies('DUE*AUTOMATIC RENEWAL PENDING 15-04-2024', { type: 'message' }),
      replies('DUE', { type: 'overdue' }),
      replies('*FINAL DEMAND', { type: 'overdue' }),
    ],
    requirements: ['due-notices', 'overdue'],
    expect: { borrower: 'overdue' },
    mutations: [otherReply(6, 'nothing\n', 'expected the message to be judged')],
  },
  {
    name: 'unknown-code',
    title: 'A code that nobody knows changes nothing',
    partnerRole: 'lender',
    lines: [...asksForBook, replies('SOMETHING NEW'), replies('SHIPPED LOAN')],
    requirements: ['unknown-code', 'unlisted-code'],
    expect: { borrower: 'requested' },
    mutations: [otherTitle],
  },
  {
    name: 'prose-and-repeats',
    title: 'Prose is shown to staff, and a mail that comes twice has one effect',
    partnerRole: 'lender',
    lines: [
      ...asksForBook,
      {
        kind: 'partner',
        text: 'Two things:\n  60010498-001 {n}: use*3  please wait\nBest wishes\n',
        means: { type: 'willSupply' },
      },
      { kind: 'partner', text: '', again: 3, verdict: 'repeat' },
    ],
    requirements: ['replies-in-prose', 'repeated-mail'],
    expect: { borrower: 'requested' },
    mutations: [otherReply(3, 'nothing\n', 'expected the message to be judged')],
  },
  {
    name: 'file-reports',
    title: 'A file is accepted; a cancellation is rejected, which is no answer to the order',
    partnerRole: 'lender',
    lines: [
      ...asksForBook,
      {
        kind: 'partner',
        subject: 'ARTEMAIL FILE ACCEPTED FILEREFNO 1',
        text: 'ORDERS ACCEPTED: 1\n{n}\n',
        means: { type: 'statusReported', state: 'order accepted' },
      },
      does({ type: 'cancelRequested' }),
      { kind: 'order', order: { keywords: ['CANCEL'], lines: [] } },
      {
        kind: 'partner',
        subject: 'ARTEMAIL FILE REJECTED FILEREFNO 1',
        text: 'ERROR A06 {n}\n',
        means: { type: 'errorReported', problem: 'A06' },
      },
    ],
    requirements: ['file-accepted', 'file-rejected'],
    expect: { borrower: 'cancelRequested' },
    mutations: [otherReply(6, 'ERROR A07\n', 'problem')],
  },
  {
    name: 'waits-in-vain',
    title: 'The order stands on the waiting list, and in the end the book is not to be had',
    partnerRole: 'lender',
    lines: [
      ...asksForBook,
      replies('USE*4', { type: 'willSupply', reason: 'on-hold' }),
      replies('NOT', { type: 'unfilled', reason: 'not-owned' }),
    ],
    requirements: ['will-supply', 'unfilled'],
    expect: { borrower: 'unfilled' },
    mutations: [otherTitle, otherReply(4, 'nothing\n', 'expected the message to be judged')],
  },
];
