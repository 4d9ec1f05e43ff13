import { Casts } from './casts.js';
import {
  answer,
  asks,
  cutShort,
  hears,
  institution,
  isCheckedIn,
  isShipped,
  otherWord,
  receives,
  returns,
  wrongExpectation,
} from './lines.js';
import type { Line, Script } from './script.js';

const { twoWay } = Casts;

/** The partner says at once, on the connection on which it was asked, that the request has come. */
const confirms: Line = hears(
  {
    apdu: 'Status-Or-Error-Report',
    statusReport: {
      userStatusReport: {
        dateOfLastTransition: '20240304',
        mostRecentService: 'ILL-Request',
        dateOfMostRecentService: '20240304',
        initiatorOfMostRecentService: institution(twoWay.own),
      },
      providerStatusReport: 'IN-PROCESS',
    },
  },
  { type: 'statusReported', from: 'lender', state: 'IN-PROCESS' },
);

/** A partner that lends and answers on the connection on which it was asked. It stands for no row of the matrix. */
export const twoWayLends: readonly Script[] = [
  {
    name: 'lends-loan',
    title: 'The partner lends a book; everything goes over one connection',
    partnerRole: 'lender',
    lines: [
      ...asks(twoWay, 'loan'),
      confirms,
      isShipped(twoWay, 'loan'),
      ...receives('loan'),
      ...returns,
      isCheckedIn,
    ],
    requirements: ['two-way-connection', 'loan-cycle'],
    expect: { borrower: 'checkedIn', facts: { due: '2024-04-05' } },
    mutations: [wrongExpectation(6, 'dateReceived', '20240309')],
  },
  {
    name: 'lends-unfilled',
    title: 'The partner refuses on the connection on which it was asked',
    partnerRole: 'lender',
    lines: [
      ...asks(twoWay, 'loan'),
      confirms,
      hears(
        answer({
          transactionResults: 'unfilled',
          resultsExplanation: { unfilledResults: { reasonUnfilled: 'lacking' } },
        }),
        { type: 'unfilled', reason: 'lacking' },
      ),
    ],
    requirements: ['two-way-connection', 'unfilled'],
    expect: { borrower: 'unfilled', facts: { outcome: { kind: 'unfilled', reason: 'lacking' } } },
    mutations: [
      otherWord(4, 'resultsExplanation.unfilledResults.reasonUnfilled', 'lost', {
        check: 'guard/turn-4',
        names: 'reason',
      }),
      cutShort(4),
    ],
  },
];
