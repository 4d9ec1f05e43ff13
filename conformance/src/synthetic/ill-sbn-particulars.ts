import { Casts } from './casts.js';
import {
  answer,
  asks,
  asksForLoan,
  bookAsItem,
  cutShort,
  does,
  hears,
  institution,
  isShipped,
  otherWord,
  receives,
  request,
  says,
  ships,
  wrongExpectation,
} from './lines.js';
import type { Script } from './script.js';

const { illSbn } = Casts;

const latinTitle = 'Perché sì: città e università';

/** What the row of ILL SBN adds: letters with marks in two encodings, empty structures, questions about the status. */
export const illSbnParticulars: readonly Script[] = [
  {
    name: 'borrows-utf-8',
    title: 'The partner writes marks over its letters in UTF-8',
    partnerRole: 'borrower',
    lines: [
      hears(request('loan', { itemId: { itemType: 'monograph', title: latinTitle } }), { type: 'requested' }),
      ...ships(illSbn, 'loan'),
    ],
    requirements: ['utf-8'],
    expect: { lender: 'shipped', request: { item: { kind: 'monograph', title: latinTitle } } },
    mutations: [
      otherWord(1, 'itemId.title', 'Perche si', { check: 'guard/end', names: 'request.item.title' }),
    ],
  },
  {
    name: 'borrows-latin-1',
    title: 'The partner writes marks over its letters in ISO 8859-1',
    partnerRole: 'borrower',
    lines: [
      hears(request('loan', { itemId: { itemType: 'monograph', title: { latin1: latinTitle } } }), {
        type: 'requested',
      }),
      ...ships(illSbn, 'loan'),
    ],
    requirements: ['latin-1'],
    expect: { lender: 'shipped', request: { item: { kind: 'monograph', title: latinTitle } } },
    mutations: [cutShort(1)],
  },
  {
    name: 'borrows-empty-structures',
    title: 'The partner writes empty structures where it has nothing to say',
    partnerRole: 'borrower',
    lines: [
      hears(
        request('loan', {
          deliveryAddress: { postalAddress: {}, electronicAddress: {} },
          billingAddress: { postalAddress: {} },
          clientId: {},
        }),
        { type: 'requested' },
      ),
      ...ships(illSbn, 'loan'),
    ],
    requirements: ['empty-structures'],
    expect: { lender: 'shipped', request: { item: bookAsItem } },
    mutations: [cutShort(1)],
  },
  {
    name: 'borrows-status-query',
    title: 'The partner asks where its request stands',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      hears({ apdu: 'Status-Query' }, { type: 'statusQueried', from: 'borrower' }),
      says({
        apdu: 'Status-Or-Error-Report',
        statusReport: {
          userStatusReport: {
            dateOfLastTransition: '20240304',
            mostRecentService: 'ILL-Request',
            dateOfMostRecentService: '20240304',
            initiatorOfMostRecentService: {
              personOrInstitutionSymbol: { institutionSymbol: illSbn.partner },
            },
          },
          providerStatusReport: 'IN-PROCESS',
        },
      }),
    ],
    requirements: ['status-query'],
    expect: { lender: 'requested' },
    match: [
      {
        path: 'statusReport.userStatusReport',
        rule: 'present',
        why: 'dates of the run, and as much of the history as the side keeps',
      },
    ],
    mutations: [wrongExpectation(3, 'statusReport.providerStatusReport', 'SHIPPED')],
  },
  {
    name: 'lends-conditional-accepted',
    title: 'The partner lends on a condition, which is accepted',
    partnerRole: 'lender',
    lines: [
      ...asks(illSbn, 'loan'),
      hears(
        answer({
          transactionResults: 'conditional',
          resultsExplanation: { conditionalResults: { conditions: 'no-reproduction' } },
        }),
        { type: 'conditional', condition: 'no-reproduction' },
      ),
      ...does({ type: 'conditionAnswered', isAccepted: true }, { apdu: 'Conditional-Reply', answer: true }),
      isShipped(illSbn, 'loan'),
    ],
    requirements: ['conditional-accepted'],
    expect: { borrower: 'shipped', facts: { condition: 'no-reproduction' } },
    mutations: [wrongExpectation(5, 'answer', false)],
  },
  {
    name: 'lends-lost',
    title: 'The partner gives the book up for lost',
    partnerRole: 'lender',
    lines: [
      ...asks(illSbn, 'loan'),
      isShipped(illSbn, 'loan'),
      ...receives('loan'),
      hears({ apdu: 'Lost' }, { type: 'lost', from: 'lender' }),
    ],
    requirements: ['lost'],
    expect: { borrower: 'lost' },
    mutations: [cutShort(6)],
  },
  {
    name: 'lends-locations',
    title: 'The partner names two libraries that may have the book',
    partnerRole: 'lender',
    lines: [
      ...asks(illSbn, 'loan'),
      hears(
        answer({
          transactionResults: 'locations-provided',
          resultsExplanation: {
            locationsResults: {
              reasonLocsProvided: 'lost',
              locations: [
                { locationId: institution('IT-XX0002') },
                { locationId: institution('IT-XX0003'), locationNote: 'second floor' },
              ],
            },
          },
        }),
        {
          type: 'locationsProvided',
          reason: 'lost',
          locations: [
            { library: { symbol: 'IT-XX0002' } },
            { library: { symbol: 'IT-XX0003' }, note: 'second floor' },
          ],
        },
      ),
    ],
    requirements: ['locations-estimate'],
    expect: { borrower: 'unfilled', facts: { outcome: { kind: 'locationsProvided' } } },
    mutations: [
      otherWord(3, 'resultsExplanation.locationsResults.locations.1.locationNote', 'first floor', {
        check: 'guard/turn-3',
        names: 'locations',
      }),
    ],
  },
  {
    name: 'lends-estimate',
    title: 'The partner names the cost and ends the request',
    partnerRole: 'lender',
    lines: [
      ...asks(illSbn, 'copy'),
      hears(
        answer({
          transactionResults: 'estimate',
          resultsExplanation: { estimateResults: { costEstimate: '8 EUR' } },
        }),
        { type: 'estimated', estimate: '8 EUR' },
      ),
    ],
    requirements: ['locations-estimate'],
    expect: { borrower: 'unfilled', facts: { outcome: { kind: 'estimated', estimate: '8 EUR' } } },
    mutations: [
      otherWord(3, 'resultsExplanation.estimateResults.costEstimate', '9 EUR', {
        check: 'guard/turn-3',
        names: 'estimate',
      }),
    ],
  },
  {
    name: 'lends-status-query',
    title: 'The partner is asked where the request stands',
    partnerRole: 'lender',
    lines: [
      ...asks(illSbn, 'loan'),
      ...does({ type: 'statusQueried', note: 'any news?' }, { apdu: 'Status-Query', note: 'any news?' }),
      hears(
        {
          apdu: 'Status-Or-Error-Report',
          statusReport: {
            userStatusReport: {
              dateOfLastTransition: '20240304',
              mostRecentService: 'ILL-Request',
              dateOfMostRecentService: '20240304',
              initiatorOfMostRecentService: institution(illSbn.own),
            },
            providerStatusReport: 'IN-PROCESS',
          },
        },
        { type: 'statusReported', from: 'lender', state: 'IN-PROCESS' },
      ),
      isShipped(illSbn, 'loan'),
    ],
    requirements: ['status-query'],
    expect: { borrower: 'shipped' },
    mutations: [
      wrongExpectation(4, 'note', 'no news?'),
      otherWord(5, 'statusReport.providerStatusReport', 'SHIPPED', { check: 'guard/turn-5', names: 'state' }),
    ],
  },
];
