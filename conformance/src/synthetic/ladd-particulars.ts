import { Casts } from './casts.js';
import {
  asks,
  asksForLoan,
  checksIn,
  cutShort,
  does,
  hears,
  isCheckedIn,
  isReceived,
  isReturned,
  isShipped,
  otherWord,
  ownAnswer,
  receives,
  request,
  returns,
  ships,
  wrongExpectation,
} from './lines.js';
import type { Script } from './script.js';

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
];
