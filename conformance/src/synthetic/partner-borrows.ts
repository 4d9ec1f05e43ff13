import {
  articleAsItem,
  asksForLoan,
  bookAsItem,
  checksIn,
  cutShort,
  does,
  hears,
  isReceived,
  isReturned,
  otherWord,
  ownAnswer,
  request,
  says,
  ships,
  timerRings,
  wrongExpectation,
} from './lines.js';
import type { Cast, Script } from './script.js';

const requested = { type: 'requested' } as const;

/** The conversations that every row has with its partner as borrower. */
export function partnerBorrows(cast: Cast): readonly Script[] {
  return [
    {
      name: 'borrows-loan',
      title: 'The partner borrows a book and sends it back',
      partnerRole: 'borrower',
      lines: [asksForLoan, ...ships(cast, 'loan'), isReceived('loan'), isReturned, ...checksIn],
      requirements: ['loan-cycle', 'transaction-id-echoed', 'both-parties-named', 'version-of-the-request'],
      expect: {
        lender: 'checkedIn',
        request: { services: ['loan'], item: bookAsItem, needBefore: '2030-02-01' },
        facts: { receivedOn: '2024-03-08', returnedOn: '2024-04-01', checkedInOn: '2024-04-03' },
      },
      mutations: [
        wrongExpectation(3, 'supplyDetails.dateDue.dateDueField', '20991231'),
        otherWord(5, 'dateReturned', '20240402', { check: 'guard/turn-5', names: 'returnedOn' }),
        cutShort(1),
      ],
    },
    {
      name: 'borrows-copy',
      title: 'The partner borrows a copy of an article, which stays there',
      partnerRole: 'borrower',
      lines: [hears(request('copy-non-returnable'), requested), ...ships(cast, 'copy'), isReceived('copy')],
      requirements: ['copy-cycle', 'transaction-id-echoed', 'qualifier-tells-apart'],
      expect: { lender: 'shipped', request: { services: ['copy'], item: articleAsItem } },
      mutations: [
        wrongExpectation(3, 'shippedServiceType', 'loan'),
        otherWord(1, 'itemId.titleOfArticle', 'On counterexamples', {
          check: 'guard/end',
          names: 'request.item.component.title',
        }),
      ],
    },
    {
      name: 'borrows-unfilled',
      title: 'The partner asks for a book that cannot be lent',
      partnerRole: 'borrower',
      lines: [
        asksForLoan,
        ...does(
          { type: 'unfilled', reason: 'non-circulating' },
          ownAnswer({
            transactionResults: 'unfilled',
            resultsExplanation: { unfilledResults: { reasonUnfilled: 'non-circulating' } },
          }),
        ),
      ],
      requirements: ['unfilled'],
      expect: { lender: 'unfilled', facts: { outcome: { kind: 'unfilled', reason: 'non-circulating' } } },
      mutations: [wrongExpectation(3, 'resultsExplanation.unfilledResults.reasonUnfilled', 'in-use-on-loan')],
    },
    {
      name: 'borrows-cancel-accepted',
      title: 'The partner takes its request back and the lender agrees',
      partnerRole: 'borrower',
      lines: [
        asksForLoan,
        hears(
          { apdu: 'Cancel', requesterNote: 'found here' },
          { type: 'cancelRequested', note: 'found here' },
        ),
        ...does({ type: 'cancelAnswered', isAccepted: true }, { apdu: 'Cancel-Reply', answer: true }),
      ],
      requirements: ['cancel-accepted'],
      expect: { lender: 'cancelled' },
      mutations: [wrongExpectation(4, 'answer', false)],
    },
    {
      name: 'borrows-cancel-refused',
      title: 'The partner takes its request back too late: the book is shipped',
      partnerRole: 'borrower',
      lines: [
        asksForLoan,
        hears({ apdu: 'Cancel' }, { type: 'cancelRequested' }),
        ...does({ type: 'cancelAnswered', isAccepted: false }, { apdu: 'Cancel-Reply', answer: false }),
        ...ships(cast, 'loan'),
      ],
      requirements: ['cancel-refused'],
      expect: { lender: 'shipped' },
      mutations: [wrongExpectation(4, 'answer', true)],
    },
    {
      name: 'borrows-renew',
      title: 'The partner keeps a book longer',
      partnerRole: 'borrower',
      lines: [
        asksForLoan,
        ...ships(cast, 'loan'),
        isReceived('loan'),
        hears(
          { apdu: 'Renew', desiredDueDate: '20240501' },
          { type: 'renewRequested', desiredDue: '2024-05-01' },
        ),
        ...does(
          { type: 'renewAnswered', isAccepted: true, due: '2024-05-01' },
          { apdu: 'Renew-Answer', answer: true, dateDue: { dateDueField: '20240501' } },
        ),
        isReturned,
        ...checksIn,
      ],
      requirements: ['renew-granted'],
      expect: { lender: 'checkedIn', facts: { due: '2024-05-01' } },
      mutations: [wrongExpectation(7, 'dateDue.dateDueField', '20240601')],
    },
    {
      name: 'borrows-message',
      title: 'Both sides write to each other while the request waits',
      partnerRole: 'borrower',
      lines: [
        asksForLoan,
        hears(
          { apdu: 'Message', note: 'Any edition will do' },
          { type: 'message', note: 'Any edition will do' },
        ),
        ...does({ type: 'message', note: 'We look for it' }, { apdu: 'Message', note: 'We look for it' }),
      ],
      requirements: ['message-in-any-state'],
      expect: { lender: 'requested' },
      mutations: [
        wrongExpectation(4, 'note', 'We have it'),
        otherWord(2, 'note', 'The first edition', { check: 'guard/turn-2', names: 'note' }),
      ],
    },
    {
      name: 'borrows-expiry',
      title: 'The day by which the partner needs the book passes',
      partnerRole: 'borrower',
      lines: [
        hears(
          request('loan', {
            searchType: { needBeforeDate: '20240310', expiryFlag: 'need-before-date' },
          }),
          requested,
        ),
        timerRings,
        says({ apdu: 'Expired' }),
      ],
      requirements: ['expiry-timer'],
      expect: {
        lender: 'unfilled',
        request: { needBefore: '2024-03-10' },
        facts: { outcome: { kind: 'expired' } },
      },
      mutations: [
        otherWord(1, 'searchType.needBeforeDate', '20990310', { check: 'guard/end', names: 'needBefore' }),
      ],
    },
  ];
}
