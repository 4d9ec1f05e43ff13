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
  timerRings,
  wrongExpectation,
} from './lines.js';
import type { ApduBody, Cast, Line, Script } from './script.js';

const { vdx } = Casts;

/** What was shipped, said a second time. */
const shippedAgain: Line = ships(vdx, 'loan').reduce((line, each) => {
  if (each.kind !== 'own') return line;
  const moment = { date: '20240304', time: '100400' };
  return says(each.body, {
    serviceDateTime: { dateTimeOfThisService: moment, dateTimeOfOriginalService: moment },
  });
}, timerRings);

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
      shippedAgain,
    ],
    requirements: ['duplicate-without-effect', 'repeat-answered-again'],
    expect: { lender: 'shipped' },
    match: [
      {
        path: 'serviceDateTime.dateTimeOfOriginalService',
        rule: 'present',
        turn: 5,
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
  {
    name: 'borrows-renew-twice',
    title: 'The partner may keep the book longer twice, and it comes back damaged',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...ships(vdx, 'loan'),
      isReceived('loan'),
      hears({ apdu: 'Renew' }, { type: 'renewRequested' }),
      ...does(
        { type: 'renewAnswered', isAccepted: true, due: '2024-05-01' },
        { apdu: 'Renew-Answer', answer: true, dateDue: { dateDueField: '20240501' } },
      ),
      hears({ apdu: 'Renew' }, { type: 'renewRequested' }),
      ...does(
        { type: 'renewAnswered', isAccepted: true, due: '2024-06-01' },
        { apdu: 'Renew-Answer', answer: true, dateDue: { dateDueField: '20240601' } },
      ),
      isReturned,
      ...does({ type: 'damaged', note: 'spine broken' }, { apdu: 'Damaged', note: 'spine broken' }),
      ...checksIn,
    ],
    requirements: ['renew-again', 'damaged'],
    expect: { lender: 'checkedIn', facts: { due: '2024-06-01' } },
    mutations: [wrongExpectation(10, 'dateDue.dateDueField', '20240501')],
  },
];

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
