import {
  answer,
  asks,
  cutShort,
  does,
  hears,
  isCheckedIn,
  isShipped,
  otherWord,
  receives,
  returns,
  wrongExpectation,
} from './lines.js';
import type { Cast, Script } from './script.js';

/** The conversations that every row has with its partner as lender. */
export function partnerLends(cast: Cast): readonly Script[] {
  return [
    {
      name: 'lends-loan',
      title: 'The partner lends a book and gets it back',
      partnerRole: 'lender',
      lines: [...asks(cast, 'loan'), isShipped(cast, 'loan'), ...receives('loan'), ...returns, isCheckedIn],
      requirements: ['loan-cycle', 'both-parties-named', 'time-always-named'],
      expect: {
        borrower: 'checkedIn',
        facts: { due: '2024-04-05', shippedOn: '2024-03-05', checkedInOn: '2024-04-03' },
      },
      mutations: [
        wrongExpectation(5, 'dateReceived', '20240309'),
        otherWord(3, 'supplyDetails.dateDue.dateDueField', '20240406', {
          check: 'guard/turn-3',
          names: 'due',
        }),
        cutShort(3),
      ],
    },
    {
      name: 'lends-copy',
      title: 'The partner sends a copy of an article',
      partnerRole: 'lender',
      lines: [...asks(cast, 'copy'), isShipped(cast, 'copy'), ...receives('copy')],
      requirements: ['copy-cycle', 'qualifier-tells-apart'],
      expect: { borrower: 'received' },
      mutations: [wrongExpectation(2, 'itemId.pagination', '11-20')],
    },
    {
      name: 'lends-unfilled',
      title: 'The partner cannot lend the book',
      partnerRole: 'lender',
      lines: [
        ...asks(cast, 'loan'),
        hears(
          answer(
            {
              transactionResults: 'unfilled',
              resultsExplanation: { unfilledResults: { reasonUnfilled: 'in-use-on-loan' } },
            },
            'back in May',
          ),
          { type: 'unfilled', reason: 'in-use-on-loan', note: 'back in May' },
        ),
      ],
      requirements: ['unfilled'],
      expect: { borrower: 'unfilled', facts: { outcome: { kind: 'unfilled', reason: 'in-use-on-loan' } } },
      mutations: [
        otherWord(3, 'resultsExplanation.unfilledResults.reasonUnfilled', 'lost', {
          check: 'guard/turn-3',
          names: 'reason',
        }),
      ],
    },
    {
      name: 'lends-cancel-accepted',
      title: 'The request is taken back and the partner agrees',
      partnerRole: 'lender',
      lines: [
        ...asks(cast, 'loan'),
        ...does(
          { type: 'cancelRequested', note: 'found here' },
          { apdu: 'Cancel', requesterNote: 'found here' },
        ),
        hears({ apdu: 'Cancel-Reply', answer: true }, { type: 'cancelAnswered', isAccepted: true }),
      ],
      requirements: ['cancel-accepted'],
      expect: { borrower: 'cancelled' },
      mutations: [otherWord(5, 'answer', false, { check: 'guard/turn-5', names: 'isAccepted' })],
    },
    {
      name: 'lends-cancel-refused',
      title: 'The request is taken back too late: the book comes',
      partnerRole: 'lender',
      lines: [
        ...asks(cast, 'loan'),
        ...does({ type: 'cancelRequested' }, { apdu: 'Cancel' }),
        hears({ apdu: 'Cancel-Reply', answer: false }, { type: 'cancelAnswered', isAccepted: false }),
        isShipped(cast, 'loan'),
      ],
      requirements: ['cancel-refused'],
      expect: { borrower: 'shipped' },
      mutations: [otherWord(5, 'answer', true, { check: 'guard/turn-5', names: 'isAccepted' })],
    },
    {
      name: 'lends-renew',
      title: 'The partner lets the book be kept longer',
      partnerRole: 'lender',
      lines: [
        ...asks(cast, 'loan'),
        isShipped(cast, 'loan'),
        ...receives('loan'),
        ...does(
          { type: 'renewRequested', desiredDue: '2024-05-01' },
          { apdu: 'Renew', desiredDueDate: '20240501' },
        ),
        hears(
          { apdu: 'Renew-Answer', answer: true, dateDue: { dateDueField: '20240420', renewable: false } },
          { type: 'renewAnswered', isAccepted: true, due: '2024-04-20', isRenewable: false },
        ),
        ...returns,
        isCheckedIn,
      ],
      requirements: ['renew-granted'],
      expect: { borrower: 'checkedIn', facts: { due: '2024-04-20' } },
      mutations: [wrongExpectation(7, 'desiredDueDate', '20240601')],
    },
    {
      name: 'lends-message',
      title: 'Both sides write to each other about a book on loan',
      partnerRole: 'lender',
      lines: [
        ...asks(cast, 'loan'),
        isShipped(cast, 'loan'),
        hears(
          { apdu: 'Message', note: 'Please handle with care' },
          { type: 'message', note: 'Please handle with care' },
        ),
        ...does({ type: 'message', note: 'We will' }, { apdu: 'Message', note: 'We will' }),
      ],
      requirements: ['message-in-any-state'],
      expect: { borrower: 'shipped' },
      mutations: [wrongExpectation(6, 'note', 'We will not')],
    },
    {
      name: 'lends-expiry',
      title: 'The partner lets the request expire',
      partnerRole: 'lender',
      lines: [...asks(cast, 'loan'), hears({ apdu: 'Expired' }, { type: 'expired' })],
      requirements: ['expired-heard'],
      expect: { borrower: 'unfilled', facts: { outcome: { kind: 'expired' } } },
      mutations: [cutShort(3)],
    },
  ];
}
