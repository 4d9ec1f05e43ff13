import { Casts } from './casts.js';
import {
  answer,
  asks,
  bookAsItem,
  checksIn,
  cutShort,
  does,
  hears,
  hearsNothingIn,
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
import type { ApduBody, Cast, Line, Script } from './script.js';

const asksForLoan: Line = hears(request('loan'), { type: 'requested' });
const { vdx, aleph, illSbn, ladd } = Casts;

/** What the row of VDX adds: its requester has every state of the standard, and stays Pending through will-supply and hold. */
export const vdxParticulars: readonly Script[] = [
  conditionalAccepted(vdx),
  {
    name: 'lends-conditional-refused',
    title: 'The partner lends for use in the library only, which is refused',
    partnerRole: 'lender',
    lines: [
      ...asks(vdx, 'loan'),
      hears(
        answer({
          transactionResults: 'conditional',
          resultsExplanation: {
            conditionalResults: { conditions: 'library-use-only', dateForReply: '20300115' },
          },
        }),
        { type: 'conditional', condition: 'library-use-only', replyBy: '2030-01-15' },
      ),
      ...does({ type: 'conditionAnswered', isAccepted: false }, { apdu: 'Conditional-Reply', answer: false }),
    ],
    requirements: ['conditional-refused'],
    expect: { borrower: 'unfilled', facts: { outcome: { kind: 'conditionRefused' } } },
    mutations: [wrongExpectation(5, 'answer', true)],
  },
  {
    name: 'lends-hold-then-shipped',
    title: 'The partner will supply, places a hold, and ships',
    partnerRole: 'lender',
    lines: [
      ...asks(vdx, 'loan'),
      hears(
        answer({
          transactionResults: 'will-supply',
          resultsExplanation: {
            willSupplyResults: { reasonWillSupply: 'in-use-on-loan', supplyDate: '20240320' },
          },
        }),
        { type: 'willSupply', reason: 'in-use-on-loan', supplyDate: '2024-03-20' },
      ),
      hears(
        answer({
          transactionResults: 'hold-placed',
          resultsExplanation: { holdPlacedResults: { estimatedDateAvailable: '20240318' } },
        }),
        { type: 'holdPlaced', estimatedDate: '2024-03-18' },
      ),
      isShipped(vdx, 'loan'),
    ],
    requirements: ['will-supply', 'hold-placed'],
    expect: { borrower: 'shipped', facts: { expectedOn: '2024-03-18' } },
    mutations: [cutShort(4)],
  },
  {
    name: 'lends-recall',
    title: 'The partner wants the book back',
    partnerRole: 'lender',
    lines: [
      ...asks(vdx, 'loan'),
      isShipped(vdx, 'loan'),
      ...receives('loan'),
      hears(
        { apdu: 'Recall', responderNote: 'wanted for a course' },
        { type: 'recalled', note: 'wanted for a course' },
      ),
      ...returns,
      isCheckedIn,
    ],
    requirements: ['recall'],
    expect: { borrower: 'checkedIn' },
    mutations: [cutShort(6)],
  },
  {
    name: 'lends-overdue-before-receipt',
    title: 'The partner calls a book overdue that never arrived',
    partnerRole: 'lender',
    lines: [
      ...asks(vdx, 'loan'),
      isShipped(vdx, 'loan'),
      hears(
        { apdu: 'Overdue', dateDue: { dateDueField: '20240405', renewable: false } },
        { type: 'overdue', due: '2024-04-05', isRenewable: false },
      ),
    ],
    requirements: ['overdue-before-receipt'],
    expect: { borrower: 'overdueBeforeReceipt' },
    mutations: [cutShort(4)],
  },
  {
    name: 'borrows-hold-then-retry',
    title: 'The lender places a hold, then asks to be asked again later',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...does(
        { type: 'holdPlaced', estimatedDate: '2024-05-01' },
        ownAnswer({
          transactionResults: 'hold-placed',
          resultsExplanation: { holdPlacedResults: { estimatedDateAvailable: '20240501' } },
        }),
      ),
      ...does(
        { type: 'retryLater', reason: 'at-bindery', retryDate: '2024-06-01' },
        ownAnswer({
          transactionResults: 'retry',
          resultsExplanation: { retryResults: { reasonNotAvailable: 'at-bindery', retryDate: '20240601' } },
        }),
      ),
    ],
    requirements: ['hold-placed', 'retry-later'],
    expect: { lender: 'unfilled', facts: { outcome: { kind: 'retryLater', retryDate: '2024-06-01' } } },
    mutations: [wrongExpectation(5, 'resultsExplanation.retryResults.retryDate', '20240602')],
  },
  {
    name: 'borrows-repeats-request',
    title: 'The partner sends its request a second time, octet for octet, after it was answered',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...ships(vdx, 'loan'),
      hearsNothingIn(request('loan'), 'repeat', { again: 1 }),
      says({ apdu: 'Shipped', shippedServiceType: 'loan', supplyDetails: {} }),
    ],
    requirements: ['duplicate-without-effect', 'repeat-answered-again'],
    expect: { lender: 'shipped' },
    match: [
      { path: 'supplyDetails', rule: 'present', why: 'the answer is the one that was given before' },
      { path: 'responderOptionalMessages', rule: 'any' },
      {
        path: 'serviceDateTime.dateTimeOfOriginalService',
        rule: 'present',
        why: 'a repeat names when it was first said',
      },
    ],
    mutations: [wrongExpectation(5, 'shippedServiceType', 'copy-non-returnable')],
  },
  {
    name: 'borrows-lost',
    title: 'The partner loses the book',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...ships(vdx, 'loan'),
      isReceived('loan'),
      hears({ apdu: 'Lost', note: 'not found' }, { type: 'lost', from: 'borrower', note: 'not found' }),
    ],
    requirements: ['lost'],
    expect: { lender: 'lost' },
    mutations: [otherWord(5, 'note', 'found', { check: 'guard/turn-5', names: 'note' })],
  },
];

/** What the row of Aleph adds: version 1 and plain Latin letters. */
export const alephParticulars: readonly Script[] = [
  {
    name: 'borrows-edifact-strings',
    title: 'The partner writes its texts as EDIFACTString',
    partnerRole: 'borrower',
    lines: [
      hears(
        request('loan', {
          itemId: {
            itemType: 'monograph',
            author: { edifact: 'Example, Anna' },
            title: { edifact: 'The Theory of Examples' },
          },
          requesterNote: { edifact: 'By post, please' },
        }),
        { type: 'requested' },
      ),
      ...ships(aleph, 'loan'),
    ],
    requirements: ['edifact-string'],
    expect: {
      lender: 'shipped',
      request: {
        item: { kind: 'monograph', author: 'Example, Anna', title: 'The Theory of Examples' },
        note: 'By post, please',
      },
    },
    mutations: [wrongExpectation(3, 'protocolVersionNum', 2)],
  },
  {
    name: 'borrows-renew-refused',
    title: 'The partner may not keep the book longer',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...ships(aleph, 'loan'),
      isReceived('loan'),
      hears({ apdu: 'Renew' }, { type: 'renewRequested' }),
      ...does({ type: 'renewAnswered', isAccepted: false }, { apdu: 'Renew-Answer', answer: false }),
    ],
    requirements: ['renew-refused'],
    expect: { lender: 'shipped', facts: { due: '2024-04-05' } },
    mutations: [wrongExpectation(7, 'answer', true)],
  },
  {
    name: 'borrows-damaged',
    title: 'The partner reports damage',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...ships(aleph, 'loan'),
      isReceived('loan'),
      hears(
        { apdu: 'Damaged', note: 'spine broken' },
        { type: 'damaged', from: 'borrower', note: 'spine broken' },
      ),
      isReturned,
      ...checksIn,
    ],
    requirements: ['damaged'],
    expect: { lender: 'checkedIn', facts: { isDamaged: true } },
    mutations: [otherWord(5, 'note', 'spine bent', { check: 'guard/turn-5', names: 'note' })],
  },
  {
    name: 'lends-in-ascii',
    title: 'A request with marks over its letters goes to the partner without them',
    partnerRole: 'lender',
    lines: [
      ...does(
        {
          type: 'requested',
          request: {
            borrower: { symbol: aleph.own },
            lender: { symbol: aleph.partner },
            services: ['loan'],
            item: { kind: 'monograph', author: 'Galò, Nicolò', title: 'Perché sì: città e università' },
          },
        },
        requestWithoutDates({
          itemId: { itemType: 'monograph', author: 'Galo, Nicolo', title: 'Perche si: citta e universita' },
        }),
      ),
      isShipped(aleph, 'loan'),
    ],
    requirements: ['ascii-for-aleph'],
    expect: {
      borrower: 'shipped',
      request: {
        item: { kind: 'monograph', author: 'Galò, Nicolò', title: 'Perché sì: città e università' },
      },
    },
    mutations: [wrongExpectation(2, 'itemId.author', 'Galo, Nicola')],
  },
  {
    name: 'lends-retry-later',
    title: 'The partner asks to be asked again later',
    partnerRole: 'lender',
    lines: [
      ...asks(aleph, 'loan'),
      hears(
        answer({
          transactionResults: 'retry',
          resultsExplanation: { retryResults: { reasonNotAvailable: 'at-bindery', retryDate: '20240601' } },
        }),
        { type: 'retryLater', reason: 'at-bindery', retryDate: '2024-06-01' },
      ),
    ],
    requirements: ['retry-later'],
    expect: {
      borrower: 'unfilled',
      facts: { outcome: { kind: 'retryLater', reason: 'at-bindery', retryDate: '2024-06-01' } },
    },
    mutations: [
      otherWord(3, 'resultsExplanation.retryResults.retryDate', '20240701', {
        check: 'guard/turn-3',
        names: 'retryDate',
      }),
    ],
  },
  {
    name: 'lends-overdue',
    title: 'The partner misses its book, which then comes back',
    partnerRole: 'lender',
    lines: [
      ...asks(aleph, 'loan'),
      isShipped(aleph, 'loan'),
      ...receives('loan'),
      hears(
        { apdu: 'Overdue', dateDue: { dateDueField: '20240405' } },
        { type: 'overdue', due: '2024-04-05' },
      ),
      ...returns,
      isCheckedIn,
    ],
    requirements: ['overdue'],
    expect: { borrower: 'checkedIn' },
    mutations: [wrongExpectation(8, 'dateReturned', '20240402')],
  },
];

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
];

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

/** An ILL-Request that names no day. */
function requestWithoutDates(more: Parameters<typeof request>[1]): ApduBody {
  const { searchType: _, ...body } = request('loan', more);
  return body;
}

/** Like every row, but with a condition of the lender under test in its middle. */
function conditionalAccepted(cast: Cast): Script {
  const conditional: ApduBody = ownAnswer({
    transactionResults: 'conditional',
    resultsExplanation: { conditionalResults: { conditions: 'client-signature-required' } },
  });
  return {
    name: 'borrows-conditional-accepted',
    title: 'The partner accepts the condition of the lender',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...does({ type: 'conditional', condition: 'client-signature-required' }, conditional),
      hears({ apdu: 'Conditional-Reply', answer: true }, { type: 'conditionAnswered', isAccepted: true }),
      ...ships(cast, 'loan'),
      isReceived('loan'),
    ],
    requirements: ['conditional-accepted'],
    expect: { lender: 'shipped', facts: { condition: 'client-signature-required' } },
    mutations: [
      wrongExpectation(3, 'resultsExplanation.conditionalResults.conditions', 'no-reproduction'),
      otherWord(4, 'answer', false, { check: 'guard/turn-4', names: 'isAccepted' }),
    ],
  };
}
