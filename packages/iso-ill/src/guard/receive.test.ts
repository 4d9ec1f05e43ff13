import { describe, expect, it } from 'vitest';
import type { IllApdu } from '../messages/apdus.js';
import {
  apduOf,
  at,
  guardAt,
  head,
  illRequest,
  lenient,
  requesterId,
  responderId,
  strict,
  transactionId,
} from './guard-at.test-support.js';
import { receive } from './receive.js';
import { opened, problemIn, reportIn, unknownExtension } from './receiving.test-support.js';
import { say } from './say.js';

describe('the order of checks', () => {
  it('reports a version that is neither 1 nor 2 first', () => {
    const message = {
      ...apduOf('Cancel'),
      protocolVersionNum: 3,
      transactionId: { ...transactionId, transactionQualifier: '' },
    };
    const version = { generalProblem: 'protocol-version-not-supported' };
    expect(problemIn(receive(undefined, message, lenient).replies)).toEqual(version);
    expect(problemIn(receive(opened(), message, lenient).replies)).toEqual(version);
    expect(reportIn(receive(undefined, message, lenient).replies).protocolVersionNum).toBe(2);
  });

  it.each([
    ['an empty group qualifier', { ...transactionId, transactionGroupQualifier: '' }],
    ['a qualifier of blanks', { ...transactionId, transactionQualifier: { edifact: ' ' } }],
    [
      'a sub-transaction without initial-requester-id',
      { transactionGroupQualifier: 'G', transactionQualifier: 'Q', subTransactionQualifier: 'S' },
    ],
  ])('reports %s as invalid-transaction-id, before it asks whether the transaction is known', (_, id) => {
    const step = receive(undefined, { ...apduOf('Cancel'), transactionId: id }, lenient);
    expect(problemIn(step.replies)).toEqual({ transactionIdProblem: 'invalid-transaction-id' });
    expect(reportIn(step.replies).transactionId).toEqual(id);
    const whole = { ...transactionId, subTransactionQualifier: 'S' };
    expect(receive(undefined, { ...illRequest, transactionId: whole }, lenient).verdict).toBe('accepted');
  });

  it('reports any APDU but a request as unknown-transaction-id when there is no transaction', () => {
    const step = receive(undefined, apduOf('Cancel', at(72)), strict);
    expect(step).toMatchObject({ verdict: 'refused', guard: undefined });
    expect(reportIn(step.replies)).toEqual({
      apdu: 'Status-Or-Error-Report',
      protocolVersionNum: 2,
      transactionId,
      serviceDateTime: { dateTimeOfThisService: { date: '20260105', time: '100000' } },
      requesterId,
      responderId,
      errorReport: {
        correlationInformation: 'Cancel 20260105T090112',
        reportSource: 'provider',
        providerErrorReport: { transactionIdProblem: 'unknown-transaction-id' },
      },
    });
    const idle = guardAt('requester', 'IDLE');
    expect(receive(idle, apduOf('Shipped'), lenient)).toMatchObject({ verdict: 'refused', guard: idle });
  });

  it('never answers a report with a report', () => {
    const report = apduOf('Status-Or-Error-Report');
    expect(receive(undefined, report, strict)).toMatchObject({ verdict: 'noted', replies: [] });
    expect(receive(undefined, { ...report, protocolVersionNum: 9 }, strict).replies).toEqual([]);
    expect(receive(opened(), { ...report, protocolVersionNum: 9 }, strict).replies).toEqual([]);
  });

  it('looks at critical extensions last: what is not allowed now is refused for that', () => {
    const cancel = { ...apduOf('Received', at(3)), ...unknownExtension(true) } as IllApdu;
    const conditional = guardAt('responder', 'CONDITIONAL');
    expect(problemIn(receive(conditional, cancel, strict).replies)).toHaveProperty(
      'stateTransitionProhibited',
    );
    const step = receive(opened(), cancel, strict);
    expect(problemIn(step.replies)).toEqual({ unableToPerform: 'other' });
    expect(step.guard?.state).toBe('IN-PROCESS');
  });
});

describe('what the tables do not list', () => {
  it('is a state-transition-prohibited in strict mode, with the APDU and the own state', () => {
    const step = receive(guardAt('requester', 'SHIPPED'), apduOf('ILL-Answer unfilled'), strict);
    expect(step).toMatchObject({ verdict: 'refused', guard: { state: 'SHIPPED' } });
    expect(step).not.toHaveProperty('event');
    expect(problemIn(step.replies)).toEqual({
      stateTransitionProhibited: { apduType: 'ILL-Answer', currentState: 'SHIPPED' },
    });
  });

  it('is noted and not answered in lenient mode', () => {
    const step = receive(guardAt('requester', 'SHIPPED'), apduOf('ILL-Answer unfilled'), lenient);
    expect(step).toMatchObject({ verdict: 'noted', replies: [], guard: { state: 'SHIPPED' } });
    expect(step.warnings).toEqual([expect.stringContaining('ILL-Answer unfilled of 20260105T090000')]);
  });

  it.each([
    ['Cancel', 'OVERDUE', { apdu: 'Cancel-Reply', answer: false }],
    ['Cancel', 'LOST', { apdu: 'Cancel-Reply', answer: false }],
    ['Renew', 'IN-PROCESS', { apdu: 'Renew-Answer', answer: false }],
    ['Conditional-Reply no', 'IN-PROCESS', { statusReport: { providerStatusReport: 'IN-PROCESS' } }],
  ] as const)('is answered from the present state when it asks: %s in %s', (service, state, answer) => {
    const guard = guardAt('responder', state, { isShippedSaid: true });
    expect(receive(guard, apduOf(service), lenient)).toMatchObject({
      verdict: 'noted',
      guard: { state },
      replies: [answer],
    });
    expect(problemIn(receive(guard, apduOf(service), strict).replies)).toHaveProperty(
      'stateTransitionProhibited',
    );
  });

  it('gets no second answer when the desk owes the first', () => {
    expect(receive(guardAt('responder', 'RENEW-PENDING'), apduOf('Renew'), lenient).replies).toEqual([]);
    expect(receive(guardAt('responder', 'CANCEL-PENDING'), apduOf('Cancel'), lenient).replies).toEqual([]);
  });

  it('is not answered by the side that is not asked', () => {
    const step = receive(guardAt('requester', 'PENDING'), apduOf('Cancel'), lenient);
    expect(step).toMatchObject({ verdict: 'noted', replies: [] });
    expect(step.warnings).toEqual([expect.stringContaining('not for the requester')]);
  });

  it('asks for a person when it cannot be true together with the own state', () => {
    const step = receive(guardAt('responder', 'NOT-SUPPLIED'), apduOf('Received'), lenient);
    expect(step).toMatchObject({ verdict: 'noted', needsReview: true });
    const harmless = receive(guardAt('responder', 'CHECKED-IN'), apduOf('Received'), lenient);
    expect(harmless).toMatchObject({ verdict: 'noted' });
    expect(harmless).not.toHaveProperty('needsReview');
  });
});

describe('reports', () => {
  it('answer a status query with state and history', () => {
    const shipped = say(opened(), { type: 'shipped', from: 'lender', service: 'loan' }, lenient);
    const { replies, event } = receive(shipped.guard, apduOf('Status-Query'), lenient);
    expect(event).toEqual({ type: 'statusQueried', from: 'borrower' });
    expect(reportIn(replies).statusReport).toEqual({
      providerStatusReport: 'SHIPPED',
      userStatusReport: {
        dateRequested: '20260102',
        title: 'On Examples',
        dateOfLastTransition: '20260105',
        mostRecentService: 'Shipped',
        dateOfMostRecentService: '20260105',
        initiatorOfMostRecentService: responderId,
        shippedServiceType: 'loan',
      },
    });
  });

  it('name the last service that the enumeration lists', () => {
    const shipped = say(opened(), { type: 'shipped', from: 'lender', service: 'loan' }, lenient);
    const overdue = say(shipped.guard, { type: 'overdue', from: 'lender', due: '2026-01-04' }, lenient);
    const { replies } = receive(overdue.guard, apduOf('Status-Query'), lenient);
    expect(reportIn(replies).statusReport).toMatchObject({
      providerStatusReport: 'OVERDUE',
      userStatusReport: { mostRecentService: 'Shipped' },
    });
  });

  it('that say the two sides disagree ask for a person, and change nothing', () => {
    const report = (generalProblem: 'other' | undefined): IllApdu => ({
      apdu: 'Status-Or-Error-Report',
      ...head(at(generalProblem ? 1 : 2)),
      errorReport: {
        correlationInformation: 'Cancel 20260105T090112',
        reportSource: 'provider',
        providerErrorReport: generalProblem
          ? { generalProblem }
          : { stateTransitionProhibited: { apduType: 'Cancel', currentState: 'SHIPPED' } },
      },
    });
    const guard = guardAt('requester', 'CANCEL-PENDING');
    const step = receive(guard, report(undefined), lenient);
    expect(step).toMatchObject({
      verdict: 'accepted',
      needsReview: true,
      replies: [],
      guard: { state: 'CANCEL-PENDING' },
      event: {
        type: 'errorReported',
        from: 'lender',
        problem: 'state-transition-prohibited',
        about: 'Cancel 20260105T090112',
      },
    });
    expect(receive(guard, report('other'), lenient)).not.toHaveProperty('needsReview');
    if (!step.guard) throw new Error('no guard');
    const spoken = say(step.guard, { type: 'message', from: 'borrower', note: 'What now?' }, lenient);
    expect(spoken).not.toHaveProperty('needsReview');
  });

  it('warn when the state of the other side does not go with the own', () => {
    const report = (providerStatusReport: 'SHIPPED' | 'CHECKED-IN'): IllApdu => ({
      apdu: 'Status-Or-Error-Report',
      ...head(),
      statusReport: {
        providerStatusReport,
        userStatusReport: {
          dateOfLastTransition: '20260105',
          mostRecentService: 'Shipped',
          dateOfMostRecentService: '20260105',
          initiatorOfMostRecentService: responderId,
        },
      },
    });
    const guard = guardAt('requester', 'RECEIVED');
    expect(receive(guard, report('CHECKED-IN'), lenient).warnings).toEqual([
      expect.stringContaining('stands at CHECKED-IN'),
    ]);
    const agreed = receive(guard, report('SHIPPED'), lenient);
    expect(agreed.warnings).toEqual([]);
    expect(agreed.event).toEqual({ type: 'statusReported', from: 'lender', state: 'SHIPPED' });
  });
});
