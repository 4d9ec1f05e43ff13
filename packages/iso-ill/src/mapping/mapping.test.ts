import type { LendingEvent, LendingEventType, LendingRequest } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { decode, encode, randomApdu } from '../codec.js';
import { serviceOf } from '../describe.js';
import type { IllApdu } from '../messages/apdus.js';
import { type ApduName, ApduNumbers } from '../messages/enumerations.js';
import { rulesFor } from '../profiles/index.js';
import { createDice } from '../walk/random.test-support.js';
import { fromEvent, type SayingContext } from './from-event.js';
import type { ApduHead } from './head.js';
import { toRequest } from './read-request.js';
import { toEvent } from './to-event.js';

const head: ApduHead = {
  protocolVersionNum: 2,
  transactionId: { transactionGroupQualifier: 'G-1', transactionQualifier: 'Q-1' },
  serviceDateTime: { dateTimeOfThisService: { date: '20260105', time: '100000' } },
  requesterId: {
    personOrInstitutionSymbol: { institutionSymbol: 'TEST:REQ' },
    nameOfPersonOrInstitution: { nameOfInstitution: 'Borrowing Library' },
  },
  responderId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:RSP' } },
};
const rules = { ...rulesFor('ipig'), sendsRequesterInformation: true };
const reporting: NonNullable<SayingContext['reporting']> = {
  state: 'SHIPPED',
  history: {
    dateOfLastTransition: '20260105',
    mostRecentService: 'Shipped',
    dateOfMostRecentService: '20260105',
    initiatorOfMostRecentService: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:RSP' } },
  },
};
const context: SayingContext = { head, rules, reporting };

const postal = {
  name: 'Library',
  extended: 'Desk 2',
  street: 'Example Street 1',
  postOfficeBox: '7',
  city: 'Zürich',
  region: 'ZH',
  country: 'CH',
  postalCode: '8001',
};
const request: LendingRequest = {
  borrower: { symbol: 'TEST:REQ', name: 'Borrowing Library' },
  lender: { symbol: 'TEST:RSP' },
  services: ['loan', 'copy', 'locations', 'estimate'],
  item: {
    kind: 'serial',
    title: 'Journal of Examples',
    subTitle: 'A subtitle',
    author: 'Doe, J.',
    sponsoringBody: 'Society',
    publisher: 'Press',
    placeOfPublication: 'Bern',
    publicationDate: '1999',
    edition: '2nd',
    series: 'Series 4',
    volumeIssue: '12(3)',
    component: { title: 'On examples', author: 'Roe, R.', date: 'March', pages: '1-10' },
    isbn: '978-3-16-148410-0',
    issn: '12345678',
    callNumber: 'QA 76',
    additionalNumbers: 'OCLC 1',
    verificationSource: 'myself',
  },
  patron: { name: 'Rossi, Maria', status: 'staff', identifier: 'U-1' },
  deliverTo: { postal, electronic: { service: 'SMTP', address: 'ill@library.example' } },
  billTo: { postal },
  deliveryMethod: 'courier',
  levelOfService: 'R',
  needBefore: '2026-02-01',
  expiry: { rule: 'date', date: '2026-01-20' },
  placeOnHold: 'yes',
  maximumCost: { currency: 'EUR', value: '12,50' },
  accountNumber: 'A-1',
  willPayFee: true,
  isReciprocal: false,
  isPaymentProvided: false,
  copyrightCompliance: 'CCG',
  note: 'Please hurry',
  isRetry: true,
};

const borrower = { from: 'borrower', note: 'A note' } as const;
const lender = { from: 'lender', note: 'A note' } as const;
const location = {
  library: { symbol: 'TEST:THIRD', name: 'Third Library' },
  address: { service: 'TCP/IP', address: 'third.example:1611' },
  note: 'on the shelf',
};

/** Every neutral event with everything it can hold, and the APDU that says it. */
const whole: readonly (readonly [service: string, event: LendingEvent])[] = [
  ['ILL-Request', { type: 'requested', from: 'borrower', request }],
  [
    'ILL-Answer will-supply',
    { type: 'willSupply', ...lender, reason: 'being-processed-for-supply', supplyDate: '2026-01-09' },
  ],
  ['ILL-Answer hold-placed', { type: 'holdPlaced', ...lender, estimatedDate: '2026-03-01' }],
  [
    'ILL-Answer conditional',
    { type: 'conditional', ...lender, condition: 'client-signature-required', replyBy: '2026-01-12' },
  ],
  ['Conditional-Reply yes', { type: 'conditionAnswered', ...borrower, isAccepted: true }],
  ['Conditional-Reply no', { type: 'conditionAnswered', ...borrower, isAccepted: false }],
  ['ILL-Answer retry', { type: 'retryLater', ...lender, reason: 'at-bindery', retryDate: '2026-06-01' }],
  [
    'ILL-Answer unfilled',
    { type: 'unfilled', ...lender, reason: 'expiry-not-supported', locations: [location] },
  ],
  [
    'ILL-Answer locations-provided',
    { type: 'locationsProvided', ...lender, reason: 'not-owned', locations: [location] },
  ],
  ['ILL-Answer estimate', { type: 'estimated', ...lender, estimate: 'EUR 12' }],
  ['Expired', { type: 'expired', from: 'lender' }],
  ['Forward-Notification', { type: 'forwarded', ...lender, to: location.library, address: location.address }],
  [
    'Shipped',
    {
      type: 'shipped',
      ...lender,
      service: 'loan',
      shippedOn: '2026-01-05',
      due: '2026-02-05',
      isRenewable: false,
      condition: 'no-reproduction',
      cost: { currency: 'CHF', value: '5.00' },
      insuredFor: { value: '100' },
      chargeableUnits: 3,
      method: 'courier',
      returnTo: postal,
    },
  ],
  ['Cancel', { type: 'cancelRequested', ...borrower }],
  ['Cancel-Reply yes', { type: 'cancelAnswered', ...lender, isAccepted: true }],
  ['Cancel-Reply no', { type: 'cancelAnswered', ...lender, isAccepted: false }],
  ['Received', { type: 'received', ...borrower, service: 'copy', receivedOn: '2026-01-08' }],
  [
    'Returned',
    {
      type: 'returned',
      ...borrower,
      returnedOn: '2026-01-30',
      method: 'post',
      insuredFor: { currency: 'EUR', value: '50' },
    },
  ],
  ['Checked-In', { type: 'checkedIn', ...lender, checkedInOn: '2026-02-02' }],
  ['Renew', { type: 'renewRequested', ...borrower, desiredDue: '2026-03-05' }],
  [
    'Renew-Answer yes',
    { type: 'renewAnswered', ...lender, isAccepted: true, due: '2026-03-01', isRenewable: true },
  ],
  ['Renew-Answer no', { type: 'renewAnswered', ...lender, isAccepted: false }],
  ['Recall', { type: 'recalled', ...lender }],
  ['Overdue', { type: 'overdue', ...lender, due: '2026-02-05', isRenewable: true }],
  ['Lost', { type: 'lost', ...borrower }],
  ['Lost', { type: 'lost', ...lender }],
  ['Damaged', { type: 'damaged', ...lender, units: [1, 4] }],
  ['Message', { type: 'message', ...borrower }],
  ['Status-Query', { type: 'statusQueried', ...lender }],
  ['Status-Or-Error-Report', { type: 'statusReported', ...lender, state: 'SHIPPED' }],
  ['Status-Or-Error-Report', { type: 'statusReported', ...borrower, noReport: 'permanent' }],
  ...[
    'unrecognized-APDU',
    'general-problem other',
    'unknown-transaction-id',
    'cannot-send-onward',
    'resource-limitation',
    'unable-to-perform other',
    'security-problem',
  ].map((problem): readonly [string, LendingEvent] => [
    'Status-Or-Error-Report',
    { type: 'errorReported', ...lender, problem, about: 'Cancel 20260105T100000' },
  ]),
  [
    'Status-Or-Error-Report',
    {
      type: 'errorReported',
      ...borrower,
      problem: 'state-transition-prohibited',
      about: 'Cancel-Reply 20260105T100000',
    },
  ],
];

const everyType: readonly LendingEventType[] = [...new Set(whole.map(([, { type }]) => type))];

describe('the mapping', () => {
  it('has an APDU for every event and an event for every APDU', () => {
    expect(everyType).toHaveLength(27);
    expect(new Set(whole.map(([, event]) => fromEvent(event, context).message.apdu))).toEqual(
      new Set(Object.keys(ApduNumbers)),
    );
  });

  it.each(whole)('says %s, loses nothing and hears the same event', (service, event) => {
    const { message, losses } = fromEvent(event, context);
    expect(serviceOf(message)).toBe(service);
    expect(losses).toEqual([]);
    const { message: read, deviations } = decode(encode(message));
    expect(deviations.filter(({ code }) => code !== 'string-length')).toEqual([]);
    expect(toEvent(read, { from: event.from })).toEqual(event);
  });

  it.each(everyType)('says and hears %s without anything optional', (type) => {
    const [, event] = whole.find(([, candidate]) => candidate.type === type) ?? [];
    if (!event) throw new Error(`no sample of ${type}`);
    const bare = bareOf(event);
    const { message, losses } = fromEvent(bare, context);
    expect(losses).toEqual([]);
    const heard = toEvent(decode(encode(message)).message, { from: event.from });
    expect(heard).toEqual(type === 'statusReported' ? { ...bare, state: 'SHIPPED' } : bare);
  });

  it('says what any APDU was heard to say, and is heard to say the same again', () => {
    const dice = createDice(17);
    let without = 0;
    for (const apdu of Object.keys(ApduNumbers) as ApduName[]) {
      for (let round = 0; round < 60; round++) {
        const original = randomApdu(dice.next, apdu);
        const event = toEvent(original, { from: 'lender' });
        if (!event || event.type === 'errorReported') continue;
        const said = fromEvent(event, { ...context, head: headOf(original) });
        if (said.losses.length > 0) continue;
        without += 1;
        const read = decode(encode(said.message)).message;
        const again = toEvent(read, { from: 'lender' });
        if (event.type !== 'statusReported') expect(again, apdu).toEqual(event);
      }
    }
    expect(without).toBeGreaterThan(800);
  });
});

function headOf({
  protocolVersionNum,
  transactionId,
  serviceDateTime,
  requesterId,
  responderId,
}: IllApdu): ApduHead {
  return {
    protocolVersionNum: protocolVersionNum === 1 ? 1 : 2,
    transactionId,
    serviceDateTime,
    ...(requesterId && { requesterId }),
    ...(responderId && { responderId }),
  };
}

/** The same event with nothing but what its type requires. */
function bareOf(event: LendingEvent): LendingEvent {
  const { from, type } = event;
  switch (event.type) {
    case 'requested':
      return {
        type: 'requested',
        from: 'borrower',
        request: { borrower: request.borrower, lender: request.lender, services: ['copy'], item: {} },
      };
    case 'conditional':
      return { type: 'conditional', from: 'lender', condition: event.condition };
    case 'locationsProvided':
      return { type: 'locationsProvided', from: 'lender', locations: [] };
    case 'estimated':
      return { type: 'estimated', from: 'lender', estimate: event.estimate };
    case 'forwarded':
      return { type: 'forwarded', from: 'lender', to: { symbol: 'TEST:THIRD' } };
    case 'shipped':
      return { type: 'shipped', from: 'lender', service: 'copy' };
    case 'received':
      return { type: 'received', from: 'borrower', service: 'loan', receivedOn: event.receivedOn };
    case 'returned':
      return { type: 'returned', from: 'borrower', returnedOn: event.returnedOn };
    case 'checkedIn':
      return { type: 'checkedIn', from: 'lender', checkedInOn: event.checkedInOn };
    case 'overdue':
      return { type: 'overdue', from: 'lender', due: event.due };
    case 'conditionAnswered':
    case 'cancelAnswered':
    case 'renewAnswered':
      return { type: event.type, from, isAccepted: false } as LendingEvent;
    case 'message':
      return event;
    case 'errorReported':
      return { type: 'errorReported', from, problem: 'not-available', about: 'Renew' };
    default:
      return { type, from } as LendingEvent;
  }
}

describe('losses', () => {
  const lossesOf = (event: LendingEvent, more: Partial<SayingContext> = {}): readonly string[] =>
    fromEvent(event, { ...context, ...more }).losses.map(({ path }) => path);

  it.each<readonly [path: string, event: LendingEvent]>([
    ['reason', { type: 'unfilled', from: 'lender', reason: 'responder-specific' }],
    ['reason', { type: 'unfilled', from: 'lender', locations: [location] }],
    ['reason', { type: 'willSupply', from: 'lender', supplyDate: '2026-01-09' }],
    ['reason', { type: 'conditional', from: 'lender', condition: 'responder-specific' }],
    ['estimate', { type: 'estimated', from: 'lender', estimate: ' ' }],
    ['note', { type: 'expired', from: 'lender', note: 'too late' }],
    ['note', { type: 'requested', from: 'borrower', request, note: 'beside the request' }],
    ['isRenewable', { type: 'renewAnswered', from: 'lender', isAccepted: true, isRenewable: true }],
    ['isRenewable', { type: 'shipped', from: 'lender', service: 'loan', isRenewable: true }],
    ['state', { type: 'statusReported', from: 'lender', state: 'RECEIVED' }],
    [
      'request.services',
      { type: 'requested', from: 'borrower', request: { ...request, services: Array(6).fill('loan') } },
    ],
    [
      'request.services',
      { type: 'requested', from: 'borrower', request: { ...request, services: ['other'] } },
    ],
    [
      'request.levelOfService',
      { type: 'requested', from: 'borrower', request: { ...request, levelOfService: 'rush' } },
    ],
  ])('name %s of what the wire has no place for', (path, event) => {
    expect(lossesOf(event)).toEqual([path]);
    expect(encode(fromEvent(event, context).message).length).toBeGreaterThan(0);
  });

  it('name what a version 1 partner cannot read, and only for it', () => {
    const event = { type: 'damaged', from: 'lender', units: [2] } as const;
    expect(lossesOf(event, { head: { ...head, protocolVersionNum: 1 } })).toEqual(['units']);
    expect(lossesOf(event)).toEqual([]);
  });

  it('name the reader when the partner does not get information about readers', () => {
    const event = { type: 'requested', from: 'borrower', request } as const;
    const secretive = { ...rules, sendsRequesterInformation: false };
    expect(lossesOf(event, { rules: secretive })).toEqual(['request.patron']);
    expect(JSON.stringify(fromEvent(event, { ...context, rules: secretive }).message)).not.toContain('Rossi');
    expect(lossesOf(event)).toEqual([]);
  });

  it('name every text that ASCII cannot say', () => {
    const ascii = { ...rules, charset: 'ascii' } as const;
    const event = { type: 'message', from: 'lender', note: 'Größe 日本 – naïve' } as const;
    const { message, losses } = fromEvent(event, { ...context, rules: ascii });
    expect(losses.map(({ path }) => path)).toEqual(['note']);
    expect(message).toMatchObject({ note: 'Grosse ?? - naive' });
    expect(lossesOf({ type: 'message', from: 'lender', note: 'plain' }, { rules: ascii })).toEqual([]);
  });

  it('name charge units that a partner does not take', () => {
    const ladd = rulesFor('ladd');
    const shipped = { type: 'shipped', from: 'lender', service: 'copy' } as const;
    expect(fromEvent(shipped, { ...context, rules: ladd }).message).toMatchObject({
      supplyDetails: { chargeableUnits: 1 },
    });
    expect(lossesOf({ ...shipped, chargeableUnits: 0 }, { rules: ladd })).toEqual(['chargeableUnits']);
    expect(fromEvent(shipped, context).message).toMatchObject({ supplyDetails: {} });
  });
});

describe('what cannot be said', () => {
  it.each<readonly [code: string, event: LendingEvent]>([
    ['missing', { type: 'message', from: 'lender', note: '  ' }],
    ['invalid-value', { type: 'overdue', from: 'lender', due: 'tomorrow' }],
    ['unsayable-event', { type: 'errorReported', from: 'lender', problem: 'no such word' }],
    ['unsayable-event', { type: 'errorReported', from: 'lender', problem: 'already-forwarded' }],
    ['unsayable-event', { type: 'errorReported', from: 'lender', problem: 'state-transition-prohibited' }],
  ])('is an error: %s', (code, event) => {
    expect(() => fromEvent(event, context)).toThrow(expect.objectContaining({ name: 'EncodeError', code }));
  });
});

describe('expiry of a request', () => {
  const bare: LendingRequest = { ...request, expiry: { rule: 'never' } };
  const { expiry: _, needBefore: __, ...silent } = bare;
  const searchOf = (asked: LendingRequest, expiry: (typeof rules)['expiry'] = { kind: 'none' }) => {
    const { message } = fromEvent(
      { type: 'requested', from: 'borrower', request: { ...asked, levelOfService: '' } },
      { ...context, rules: { ...rules, expiry } },
    );
    return message.apdu === 'ILL-Request' ? message.searchType : undefined;
  };

  it.each([
    [
      'the desk',
      { ...silent, expiry: { rule: 'never' } },
      { kind: 'days', days: 3 },
      { expiryFlag: 'no-expiry' },
    ],
    [
      'the desk, by the day of need',
      { ...silent, needBefore: '2026-02-01', expiry: { rule: 'need-before' } },
      { kind: 'none' },
      { needBeforeDate: '20260201', expiryFlag: 'need-before-date' },
    ],
    ['nobody', silent, { kind: 'none' }, undefined],
    [
      'INTEREST_DATE of the profile',
      { ...silent, needBefore: '2026-02-01' },
      { kind: 'need-before' },
      { needBeforeDate: '20260201', expiryFlag: 'need-before-date' },
    ],
    ['INTEREST_DATE without such a day', silent, { kind: 'need-before' }, undefined],
    [
      'EXPIRY_TIME of the profile',
      silent,
      { kind: 'days', days: 30 },
      { expiryFlag: 'other-date', expiryDate: '20260204' },
    ],
  ] as const)('is set by %s', (_, asked, rule, expected) => {
    expect(searchOf(asked as LendingRequest, rule)).toEqual(expected);
  });
});

describe('toRequest', () => {
  it('reads ids by their symbols, and takes a name for a name', () => {
    const { message } = fromEvent({ type: 'requested', from: 'borrower', request }, context);
    const named = { ...message, responderId: { nameOfPersonOrInstitution: { nameOfInstitution: 'Lender' } } };
    expect(toRequest(named as IllApdu).lender).toEqual({ symbol: '', name: 'Lender' });
    const { requesterId: _, ...anonymous } = message;
    const initial = {
      ...message.transactionId,
      initialRequesterId: { personOrInstitutionSymbol: { personSymbol: 'P' } },
    };
    expect(toRequest({ ...anonymous, transactionId: initial } as IllApdu).borrower).toEqual({ symbol: 'P' });
  });

  it('trims texts and keeps codes that have no name', () => {
    const { message } = fromEvent({ type: 'requested', from: 'borrower', request }, context);
    const odd = { ...message, itemId: { title: ' \r\nOn Examples ', itemType: 9 }, illServiceType: [1, 9] };
    expect(toRequest(odd as IllApdu)).toMatchObject({
      item: { title: 'On Examples' },
      services: ['other', 'other'],
    });
    expect(toRequest(odd as IllApdu).item).not.toHaveProperty('kind');
  });

  it('refuses any other APDU', () => {
    const { message } = fromEvent({ type: 'cancelRequested', from: 'borrower' }, context);
    expect(() => toRequest(message)).toThrow(expect.objectContaining({ code: 'badly-structured' }));
  });
});

describe('toEvent', () => {
  it('keeps reasons without a name as numbers', () => {
    const { message } = fromEvent({ type: 'unfilled', from: 'lender', reason: 99 }, context);
    expect(toEvent(message, { from: 'lender' })).toMatchObject({ reason: 99 });
  });

  it('takes what was asked for where a shipped service has no name', () => {
    const { message } = fromEvent({ type: 'shipped', from: 'lender', service: 'loan' }, context);
    const odd = { ...message, shippedServiceType: 9 } as IllApdu;
    expect(toEvent(odd, { from: 'lender', service: 'copy' })).toMatchObject({ service: 'copy' });
    expect(toEvent(message, { from: 'lender', service: 'copy' })).toMatchObject({ service: 'loan' });
  });

  it('has no event for results without a name', () => {
    const { message } = fromEvent({ type: 'unfilled', from: 'lender' }, context);
    expect(toEvent({ ...message, transactionResults: 9 } as IllApdu, { from: 'lender' })).toBeUndefined();
  });
});
