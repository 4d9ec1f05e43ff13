import { Casts } from './casts.js';
import {
  answer,
  asks,
  asksForLoan,
  checksIn,
  cutShort,
  does,
  hears,
  hearsNothingIn,
  institution,
  isCheckedIn,
  isReceived,
  isReturned,
  isShipped,
  otherWord,
  ownAnswer,
  receives,
  request,
  returns,
  says,
  ships,
  wrongExpectation,
} from './lines.js';
import type { ApduBody, Line, Script } from './script.js';

const { ladd } = Casts;

/** What the row of LADD adds: will-supply that holds the request, early and late messages, sloppy texts. */
export const laddParticulars: readonly Script[] = [
  {
    name: 'borrows-will-supply-then-shipped',
    title: 'The request stays with the lender, who ships later',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...does(
        { type: 'willSupply', reason: 'in-process' },
        ownAnswer({
          transactionResults: 'will-supply',
          resultsExplanation: { willSupplyResults: { reasonWillSupply: 'in-process' } },
        }),
      ),
      ...ships(ladd, 'loan'),
    ],
    requirements: ['will-supply', 'charge-units'],
    expect: { lender: 'shipped' },
    mutations: [
      wrongExpectation(5, 'supplyDetails.chargeableUnits', 3),
      wrongExpectation(3, 'resultsExplanation.willSupplyResults.reasonWillSupply', 'on-order'),
    ],
  },
  {
    name: 'borrows-early-received',
    title: 'The partner says that the book has come before the lender said that it went',
    partnerRole: 'borrower',
    lines: [asksForLoan, isReceived('loan'), ...ships(ladd, 'loan'), isReturned, ...checksIn],
    requirements: ['early-received'],
    expect: { lender: 'checkedIn', facts: { receivedOn: '2024-03-08' } },
    mutations: [wrongExpectation(4, 'shippedServiceType', 'copy-non-returnable')],
  },
  {
    name: 'lends-late-shipped',
    title: 'The word that the book went comes after the book',
    partnerRole: 'lender',
    lines: [...asks(ladd, 'loan'), ...receives('loan'), isShipped(ladd, 'loan'), ...returns, isCheckedIn],
    requirements: ['late-shipped'],
    expect: { borrower: 'checkedIn', facts: { due: '2024-04-05' } },
    mutations: [wrongExpectation(4, 'shippedServiceType', 'copy-non-returnable')],
  },
  {
    name: 'borrows-recall',
    title: 'The lender wants the book back',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...ships(ladd, 'loan'),
      isReceived('loan'),
      ...does({ type: 'recalled' }, { apdu: 'Recall' }),
      isReturned,
      ...checksIn,
    ],
    requirements: ['recall'],
    expect: { lender: 'checkedIn' },
    mutations: [wrongExpectation(9, 'dateCheckedIn', '20240404')],
  },
  {
    name: 'borrows-overdue-renewed',
    title: 'The book is overdue; the partner asks to keep it and may',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...ships(ladd, 'loan'),
      isReceived('loan'),
      ...does(
        { type: 'overdue', due: '2024-04-05' },
        { apdu: 'Overdue', dateDue: { dateDueField: '20240405' } },
      ),
      hears({ apdu: 'Renew' }, { type: 'renewRequested' }),
      ...does(
        { type: 'renewAnswered', isAccepted: true, due: '2024-05-05' },
        { apdu: 'Renew-Answer', answer: true, dateDue: { dateDueField: '20240505' } },
      ),
    ],
    requirements: ['overdue', 'renew-granted'],
    expect: { lender: 'shipped', facts: { due: '2024-05-05' } },
    mutations: [wrongExpectation(6, 'dateDue.dateDueField', '20240406')],
  },
  {
    name: 'borrows-sloppy-texts',
    title: 'The partner writes blanks around its texts and a currency sign in an amount',
    partnerRole: 'borrower',
    lines: [
      hears(
        request('loan', {
          itemId: { itemType: 'monograph', title: ' The Theory of Examples ' },
          costInfoType: { maximumCost: { monetaryValue: '$35' } },
          requesterNote: 'first line\r\nsecond line ',
        }),
        { type: 'requested' },
      ),
      ...ships(ladd, 'loan'),
    ],
    requirements: ['sloppy-texts'],
    expect: {
      lender: 'shipped',
      request: {
        item: { kind: 'monograph', title: 'The Theory of Examples' },
        maximumCost: { value: '$35' },
        note: 'first line\r\nsecond line',
      },
    },
    mutations: [
      otherWord(1, 'costInfoType.maximumCost.monetaryValue', '$36', {
        check: 'guard/end',
        names: 'maximumCost',
      }),
    ],
  },
  {
    name: 'borrows-without-inner-sequence',
    title: 'The partner leaves out the SEQUENCE inside the APPLICATION tag',
    partnerRole: 'borrower',
    style: { hasInnerSequence: false },
    lines: [asksForLoan, ...ships(ladd, 'loan'), isReceived('loan')],
    requirements: ['apdu-without-sequence'],
    expect: { lender: 'shipped', facts: { receivedOn: '2024-03-08' } },
    mutations: [cutShort(1)],
  },
  {
    name: 'borrows-long-lengths',
    title: 'The partner writes every length in the long form with leading zeros',
    partnerRole: 'borrower',
    style: { lengths: 'long' },
    lines: [asksForLoan, ...ships(ladd, 'loan'), isReceived('loan')],
    requirements: [],
    expect: { lender: 'shipped', facts: { receivedOn: '2024-03-08' } },
    mutations: [cutShort(4)],
  },
  {
    name: 'borrows-unknown-element',
    title: 'The partner writes an element that nobody knows, and it is written again as it came',
    partnerRole: 'borrower',
    lines: [
      hears({ ...request('loan'), unknown: ['9f640100'] }, { type: 'requested' }),
      ...ships(ladd, 'loan'),
    ],
    requirements: ['unknown-elements'],
    expect: { lender: 'shipped', request: { services: ['loan'] } },
    mutations: [cutShort(1)],
  },
  {
    name: 'borrows-crossed-cancel',
    title: 'The partner takes its request back while the book is on its way already',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...ships(ladd, 'loan'),
      hears({ apdu: 'Cancel' }, { type: 'cancelRequested' }),
      says({ apdu: 'Cancel-Reply', answer: false }),
      isReceived('loan'),
    ],
    requirements: ['crossed-cancel'],
    expect: { lender: 'shipped', facts: { receivedOn: '2024-03-08' } },
    mutations: [wrongExpectation(5, 'answer', true)],
  },
  {
    name: 'borrows-overdue-renew-refused',
    title: 'The book is overdue; the partner asks to keep it and may not',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...ships(ladd, 'loan'),
      isReceived('loan'),
      ...does(
        { type: 'overdue', due: '2024-04-05' },
        { apdu: 'Overdue', dateDue: { dateDueField: '20240405' } },
      ),
      hears({ apdu: 'Renew' }, { type: 'renewRequested' }),
      ...does({ type: 'renewAnswered', isAccepted: false }, { apdu: 'Renew-Answer', answer: false }),
      hears({ apdu: 'Status-Query' }, { type: 'statusQueried', from: 'borrower' }),
      says({
        apdu: 'Status-Or-Error-Report',
        statusReport: {
          userStatusReport: {
            dateOfLastTransition: '20240304',
            mostRecentService: 'Renew-Answer',
            dateOfMostRecentService: '20240304',
            initiatorOfMostRecentService: institution(ladd.own),
          },
          providerStatusReport: 'OVERDUE',
        },
      }),
      isReturned,
      ...checksIn,
    ],
    requirements: ['overdue', 'renew-refused', 'status-query'],
    expect: { lender: 'checkedIn', facts: { due: '2024-04-05' } },
    match: [
      {
        path: 'statusReport.userStatusReport',
        rule: 'present',
        why: 'dates of the run, and as much of the history as the side keeps',
      },
    ],
    mutations: [wrongExpectation(9, 'answer', true)],
  },
  {
    name: 'lends-shipped-crosses-cancel',
    title: 'The request is taken back while the partner ships',
    partnerRole: 'lender',
    lines: [
      ...asks(ladd, 'loan'),
      ...does({ type: 'cancelRequested' }, { apdu: 'Cancel' }),
      isShipped(ladd, 'loan'),
      hears({ apdu: 'Cancel-Reply', answer: false }, { type: 'cancelAnswered', isAccepted: false }),
      ...receives('loan'),
    ],
    requirements: ['crossed-cancel'],
    expect: { borrower: 'received' },
    mutations: [otherWord(6, 'answer', true, { check: 'guard/turn-6', names: 'noted' })],
  },
  {
    name: 'lends-shipped-after-unfilled',
    title: 'The partner ships what it had refused: a person must look',
    partnerRole: 'lender',
    lines: [
      ...asks(ladd, 'loan'),
      hears(
        answer({
          transactionResults: 'unfilled',
          resultsExplanation: { unfilledResults: { reasonUnfilled: 'not-found-as-cited' } },
        }),
        { type: 'unfilled', reason: 'not-found-as-cited' },
      ),
      hearsNothingIn(bodyOf(isShipped(ladd, 'loan')), 'noted'),
    ],
    requirements: ['ended-stays-ended'],
    expect: { borrower: 'unfilled', facts: { outcome: { kind: 'unfilled', reason: 'not-found-as-cited' } } },
    mutations: [
      otherWord(3, 'resultsExplanation.unfilledResults.reasonUnfilled', 'lost', {
        check: 'guard/turn-3',
        names: 'reason',
      }),
    ],
  },
  {
    name: 'lends-shipped-after-cancel',
    title: 'The partner ships what it had agreed to cancel: a person must look',
    partnerRole: 'lender',
    lines: [
      ...asks(ladd, 'loan'),
      ...does({ type: 'cancelRequested' }, { apdu: 'Cancel' }),
      hears({ apdu: 'Cancel-Reply', answer: true }, { type: 'cancelAnswered', isAccepted: true }),
      hearsNothingIn(bodyOf(isShipped(ladd, 'loan')), 'noted'),
    ],
    requirements: ['ended-stays-ended'],
    expect: { borrower: 'cancelled' },
    mutations: [otherWord(5, 'answer', false, { check: 'guard/turn-5', names: 'isAccepted' })],
  },
  {
    name: 'lends-message-with-blanks',
    title: 'The partner ends its text with a blank, which the desk does not see',
    partnerRole: 'lender',
    lines: [
      ...asks(ladd, 'loan'),
      hears({ apdu: 'Message', note: 'Wait a little ' }, { type: 'message', note: 'Wait a little' }),
      isShipped(ladd, 'loan'),
    ],
    requirements: ['sloppy-texts', 'message-in-any-state'],
    expect: { borrower: 'shipped' },
    mutations: [otherWord(3, 'note', 'Do not wait ', { check: 'guard/turn-3', names: 'note' })],
  },
  {
    name: 'lends-will-supply-asks-then-ships',
    title: 'The partner will supply, asks a question first, gets its answer and lends the book',
    partnerRole: 'lender',
    lines: [
      ...asks(ladd, 'loan'),
      hears(
        answer({
          transactionResults: 'will-supply',
          resultsExplanation: { willSupplyResults: { reasonWillSupply: 'in-process' } },
        }),
        { type: 'willSupply', reason: 'in-process' },
      ),
      hears(
        { apdu: 'Message', note: 'Is the second edition good enough?' },
        { type: 'message', note: 'Is the second edition good enough?' },
      ),
      ...does({ type: 'message', note: 'Yes, it is' }, { apdu: 'Message', note: 'Yes, it is' }),
      isShipped(ladd, 'loan'),
      ...receives('loan'),
      ...returns,
      isCheckedIn,
    ],
    requirements: ['will-supply', 'message-in-any-state'],
    expect: { borrower: 'checkedIn', facts: { due: '2024-04-05' } },
    mutations: [
      wrongExpectation(6, 'note', 'No, it is not'),
      otherWord(3, 'resultsExplanation.willSupplyResults.reasonWillSupply', 'on-order', {
        check: 'guard/turn-3',
        names: 'reason',
      }),
    ],
  },
];

/** The message of a line of the partner. */
function bodyOf(line: Line): ApduBody {
  if (line.kind !== 'peer') throw new Error('not a message of the partner');
  return line.body;
}
