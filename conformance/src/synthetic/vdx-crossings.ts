import { Casts } from './casts.js';
import {
  asks,
  asksForLoan,
  bookAsItem,
  checksIn,
  does,
  hears,
  hearsNothingIn,
  institution,
  isReceived,
  isReturned,
  isShipped,
  otherWord,
  ownAnswer,
  ships,
  wrongExpectation,
} from './lines.js';
import type { ApduBody, Line, Script } from './script.js';

const { vdx } = Casts;

/** Further of VDX: repeats, requests that end without an item, and what is kept from the partner. */
export const vdxCrossings: readonly Script[] = [
  {
    name: 'borrows-repeats-message',
    title: 'A Received and a Returned of the partner come twice, octet for octet',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...ships(vdx, 'loan'),
      isReceived('loan'),
      hearsNothingIn({ apdu: 'Message', note: 'again' }, 'repeat', { again: 4 }),
      isReturned,
      hearsNothingIn({ apdu: 'Message', note: 'again' }, 'repeat', { again: 6 }),
      ...checksIn,
    ],
    requirements: ['duplicate-without-effect'],
    expect: { lender: 'checkedIn', facts: { receivedOn: '2024-03-08', returnedOn: '2024-04-01' } },
    mutations: [otherWord(6, 'dateReturned', '20240402', { check: 'guard/turn-6', names: 'returnedOn' })],
  },
  {
    name: 'borrows-locations',
    title: 'The lender names another library and ends the request',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...does(
        {
          type: 'locationsProvided',
          reason: 'in-use-on-loan',
          locations: [{ library: { symbol: 'NLA:XELSE' }, note: 'open stacks' }],
        },
        ownAnswer({
          transactionResults: 'locations-provided',
          resultsExplanation: {
            locationsResults: {
              reasonLocsProvided: 'in-use-on-loan',
              locations: [{ locationId: institution('NLA:XELSE'), locationNote: 'open stacks' }],
            },
          },
        }),
      ),
    ],
    requirements: ['locations-estimate'],
    expect: { lender: 'unfilled', facts: { outcome: { kind: 'locationsProvided' } } },
    mutations: [
      wrongExpectation(3, 'resultsExplanation.locationsResults.locations.0.locationNote', 'closed stacks'),
    ],
  },
  {
    name: 'borrows-estimate',
    title: 'The lender names the cost and ends the request',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      ...does(
        { type: 'estimated', estimate: '12 AUD' },
        ownAnswer({
          transactionResults: 'estimate',
          resultsExplanation: { estimateResults: { costEstimate: '12 AUD' } },
        }),
      ),
    ],
    requirements: ['locations-estimate'],
    expect: { lender: 'unfilled', facts: { outcome: { kind: 'estimated', estimate: '12 AUD' } } },
    mutations: [wrongExpectation(3, 'resultsExplanation.estimateResults.costEstimate', '13 AUD')],
  },
  {
    name: 'lends-without-reader',
    title: 'Staff names the reader, and the partner is not told',
    partnerRole: 'lender',
    lines: [
      ...does(
        {
          type: 'requested',
          request: {
            borrower: { symbol: vdx.own },
            lender: { symbol: vdx.partner },
            services: ['loan'],
            item: bookAsItem,
            needBefore: '2030-02-01',
            patron: { name: 'Invented Reader', identifier: 'CARD-0001' },
          },
        },
        requestOf(asks(vdx, 'loan')),
      ),
      isShipped(vdx, 'loan'),
    ],
    requirements: ['reader-kept-private'],
    expect: { borrower: 'shipped', request: { patron: { name: 'Invented Reader' } } },
    mutations: [wrongExpectation(2, 'itemId.title', 'The Practice of Examples')],
  },
  {
    name: 'lends-forwarded',
    title: 'The partner passes the request on and says to whom',
    partnerRole: 'lender',
    lines: [
      ...asks(vdx, 'loan'),
      hears(
        {
          apdu: 'Forward-Notification',
          responderId: institution('NLA:XELSE'),
          intermediaryId: institution(vdx.partner),
          notificationNote: 'they have two copies',
        },
        { type: 'forwarded', to: { symbol: 'NLA:XELSE' }, note: 'they have two copies' },
      ),
    ],
    requirements: ['forwarded-heard'],
    expect: { borrower: 'requested' },
    mutations: [
      otherWord(3, 'notificationNote', 'they have one copy', { check: 'guard/turn-3', names: 'note' }),
    ],
  },
];

/** With VDX as a partner that is taken strictly: what may not be said now is answered with an error report. */
export const vdxStrictly: readonly Script[] = [
  {
    name: 'borrows-renew-out-of-place',
    title: 'The partner asks to keep a book that it does not have',
    partnerRole: 'borrower',
    lines: [
      asksForLoan,
      hearsNothingIn({ apdu: 'Renew' }, 'refused'),
      {
        kind: 'own',
        body: {
          apdu: 'Status-Or-Error-Report',
          errorReport: {
            correlationInformation: 'Renew 20240304T100100',
            reportSource: 'provider',
            providerErrorReport: {
              stateTransitionProhibited: { apduType: 'Renew', currentState: 'IN-PROCESS' },
            },
          },
        },
      },
      ...ships(Casts.vdxStrict, 'loan'),
    ],
    requirements: ['error-reports'],
    expect: { lender: 'shipped' },
    mutations: [
      wrongExpectation(
        3,
        'errorReport.providerErrorReport.stateTransitionProhibited.currentState',
        'SHIPPED',
      ),
    ],
  },
  {
    name: 'lends-checked-in-out-of-place',
    title: 'The partner checks a book in that it has not shipped',
    partnerRole: 'lender',
    lines: [
      ...asks(Casts.vdxStrict, 'loan'),
      hearsNothingIn({ apdu: 'Checked-In', dateCheckedIn: '20240403' }, 'refused'),
      {
        kind: 'own',
        body: {
          apdu: 'Status-Or-Error-Report',
          errorReport: {
            correlationInformation: 'Checked-In 20240304T100200',
            reportSource: 'provider',
            providerErrorReport: {
              stateTransitionProhibited: { apduType: 'Checked-In', currentState: 'PENDING' },
            },
          },
        },
      },
      isShipped(Casts.vdxStrict, 'loan'),
    ],
    requirements: ['error-reports'],
    expect: { borrower: 'shipped' },
    mutations: [
      wrongExpectation(
        4,
        'errorReport.providerErrorReport.stateTransitionProhibited.currentState',
        'SHIPPED',
      ),
    ],
  },
];

/** The ILL-Request that follows what staff asks for. */
function requestOf(lines: readonly Line[]): ApduBody {
  const said = lines.find((line) => line.kind === 'own');
  if (said?.kind !== 'own') throw new Error('nothing was said');
  return said.body;
}
