import { Casts } from './casts.js';
import {
  answer,
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
  receives,
  request,
  returns,
  ships,
  wrongExpectation,
} from './lines.js';
import type { ApduBody, Script } from './script.js';

const { aleph } = Casts;

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
  {
    name: 'borrows-latin-1',
    title: 'The partner writes marks over its letters in ISO 8859-1, and they are written again as they came',
    partnerRole: 'borrower',
    lines: [
      hears(
        request('loan', {
          itemId: { itemType: 'monograph', title: { latin1: 'Perché sì' } },
          requesterNote: { latin1: 'in città' },
        }),
        { type: 'requested' },
      ),
      ...ships(aleph, 'loan'),
    ],
    requirements: ['latin-1'],
    expect: {
      lender: 'shipped',
      request: { item: { kind: 'monograph', title: 'Perché sì' }, note: 'in città' },
    },
    mutations: [cutShort(1)],
  },
  {
    name: 'borrows-asked-again',
    title: 'The partner asks a second time, on the day that it was told to',
    partnerRole: 'borrower',
    lines: [
      hears(request('loan', { retryFlag: true }), { type: 'requested' }),
      ...ships(aleph, 'loan'),
      isReceived('loan'),
    ],
    requirements: ['asked-again'],
    expect: { lender: 'shipped', request: { isRetry: true } },
    mutations: [otherWord(1, 'retryFlag', false, { check: 'guard/end', names: 'isRetry' })],
  },
  {
    name: 'lends-asked-again',
    title: 'The partner is asked a second time and lends',
    partnerRole: 'lender',
    lines: [
      ...does(
        {
          type: 'requested',
          request: {
            borrower: { symbol: aleph.own },
            lender: { symbol: aleph.partner },
            services: ['loan'],
            item: { kind: 'monograph', title: 'The Theory of Examples' },
            isRetry: true,
          },
        },
        requestWithoutDates({
          itemId: { itemType: 'monograph', title: 'The Theory of Examples' },
          retryFlag: true,
        }),
      ),
      isShipped(aleph, 'loan'),
    ],
    requirements: ['asked-again'],
    expect: { borrower: 'shipped', request: { isRetry: true } },
    mutations: [wrongExpectation(2, 'retryFlag', false)],
  },
  {
    name: 'lends-unfilled-unknown-reason',
    title: 'The partner refuses for a reason whose code is in no list',
    partnerRole: 'lender',
    lines: [
      ...asks(aleph, 'loan'),
      hears(
        answer({
          transactionResults: 'unfilled',
          resultsExplanation: { unfilledResults: { reasonUnfilled: 99 } },
        }),
        { type: 'unfilled', reason: 99 },
      ),
    ],
    requirements: ['unknown-codes'],
    expect: { borrower: 'unfilled', facts: { outcome: { kind: 'unfilled', reason: 99 } } },
    mutations: [
      otherWord(3, 'resultsExplanation.unfilledResults.reasonUnfilled', 98, {
        check: 'guard/turn-3',
        names: 'reason',
      }),
    ],
  },
];

/** An ILL-Request that names no day. */
function requestWithoutDates(more: Parameters<typeof request>[1]): ApduBody {
  const { searchType: _, ...body } = request('loan', more);
  return body;
}
