import { describe, expect, it } from 'vitest';
import type { IllApdu, StatusOrErrorReport } from '../messages/apdus.js';
import type { ProviderErrorReport, UserErrorReport } from '../messages/types.js';
import { mostHeard } from './guard.js';
import {
  apduOf,
  at,
  firstMoment,
  guardAt,
  head,
  illRequest,
  lenient,
  requesterId,
  responderId,
  strict,
  transactionId,
} from './guard-at.test-support.js';
import { noteWishes } from './notes.js';
import { receive } from './receive.js';
import { noteRequirements } from './receive-request.js';
import { say } from './say.js';
import { finish, newTurn } from './turn.js';

/** The only report among the replies. */
function reportIn(replies: readonly IllApdu[]): StatusOrErrorReport {
  expect(replies).toHaveLength(1);
  const [report] = replies;
  if (report?.apdu !== 'Status-Or-Error-Report') throw new Error(`expected a report, found ${report?.apdu}`);
  return report;
}

function problemIn(replies: readonly IllApdu[]): ProviderErrorReport | UserErrorReport | undefined {
  const { errorReport } = reportIn(replies);
  return errorReport?.providerErrorReport ?? errorReport?.userErrorReport;
}

/** A responder that has taken `illRequest`. */
function opened() {
  const { guard } = receive(undefined, illRequest, lenient);
  if (!guard) throw new Error('the request was refused');
  return guard;
}

const unknownExtension = (critical: boolean, directReference = '1.2.3.4') => ({
  extensions: [
    { identifier: 1, critical, item: { external: { directReference, content: { singleAsn1Type: '0500' } } } },
  ],
});

describe('a request', () => {
  it('begins a transaction at the responder and echoes its ids octet for octet', () => {
    const odd = {
      ...illRequest,
      transactionId: { transactionGroupQualifier: { edifact: 'G-1' }, transactionQualifier: { latin1: 'é' } },
    };
    const step = receive(undefined, odd, lenient);
    expect(step).toMatchObject({ verdict: 'accepted', replies: [], warnings: [] });
    expect(step.event).toMatchObject({ type: 'requested', request: { item: { title: 'On Examples' } } });
    const { replies } = receive(step.guard, { ...apduOf('Status-Query', at(5)) }, lenient);
    expect(replies[0]?.transactionId).toEqual(odd.transactionId);
    expect(replies[0]?.transactionId).not.toHaveProperty('initialRequesterId');
    expect(replies[0]).toMatchObject({ requesterId, responderId });
  });

  it.each([
    ['chained', { problem: { unableToPerform: 'not-available' } }],
    ['partitioned', { problem: { unableToPerform: 'not-available' } }],
  ] as const)('is refused when it is %s', (transactionType, { problem }) => {
    const step = receive(undefined, { ...illRequest, transactionType }, lenient);
    expect(step).toMatchObject({ verdict: 'refused', guard: undefined });
    expect(problemIn(step.replies)).toEqual(problem);
    expect(receive(undefined, { ...illRequest, transactionType: 'simple' }, lenient).verdict).toBe(
      'accepted',
    );
  });

  it('is refused with unable-to-perform when it has a critical extension that is unknown', () => {
    const step = receive(undefined, { ...illRequest, ...unknownExtension(true) }, lenient);
    expect(problemIn(step.replies)).toEqual({ unableToPerform: 'other' });
    expect(receive(undefined, { ...illRequest, ...unknownExtension(false) }, lenient).verdict).toBe(
      'accepted',
    );
  });

  it('is refused with security-problem when the critical extension is an authentication', () => {
    const auth = '1.2.840.10003.8.1';
    const step = receive(undefined, { ...illRequest, ...unknownExtension(true, auth) }, lenient);
    expect(problemIn(step.replies)).toHaveProperty('securityProblem');
    expect(receive(undefined, { ...illRequest, ...unknownExtension(false, auth) }, lenient).verdict).toBe(
      'accepted',
    );
  });

  it('with the same transaction-id for another item is a duplicate-transaction-id', () => {
    const other = { ...illRequest, itemId: { title: 'Something else' } };
    for (const context of [lenient, strict]) {
      const step = receive(opened(), other, context);
      expect(step.verdict).toBe('refused');
      expect(problemIn(step.replies)).toEqual({ transactionIdProblem: 'duplicate-transaction-id' });
      expect(step.guard?.state).toBe('IN-PROCESS');
      expect(receive(opened(), illRequest, context).verdict).toBe('repeat');
    }
  });

  it('with the same transaction-id and another original date-time is a duplicate-transaction-id', () => {
    const later = { ...illRequest, serviceDateTime: at(0) };
    expect(problemIn(receive(opened(), later, lenient).replies)).toEqual({
      transactionIdProblem: 'duplicate-transaction-id',
    });
    const repeat = { ...illRequest, serviceDateTime: at(0, firstMoment) };
    expect(receive(opened(), repeat, lenient).verdict).toBe('repeat');
  });

  it('is answered again with the last answer when it is repeated', () => {
    const answered = say(opened(), { type: 'unfilled', from: 'lender', reason: 'not-owned' }, lenient);
    const again = receive(answered.guard, { ...illRequest, serviceDateTime: at(9, firstMoment) }, lenient);
    expect(again).toMatchObject({ verdict: 'repeat', guard: { state: 'NOT-SUPPLIED' } });
    expect(again.replies).toMatchObject([
      {
        apdu: 'ILL-Answer',
        transactionResults: 'unfilled',
        serviceDateTime: {
          dateTimeOfOriginalService: answered.replies[0]?.serviceDateTime.dateTimeOfThisService,
        },
      },
    ]);
    const willSupply = say(opened(), { type: 'willSupply', from: 'lender' }, lenient);
    const conditional = say(
      willSupply.guard,
      { type: 'conditional', from: 'lender', condition: 'charges' },
      lenient,
    );
    const resumed = receive(conditional.guard, apduOf('Conditional-Reply yes', at(3)), lenient);
    // A condition that was agreed to is not said again.
    expect(
      receive(resumed.guard, { ...illRequest, serviceDateTime: at(9, firstMoment) }, lenient).replies,
    ).toEqual([]);
  });

  it('of version 1 is answered in version 1', () => {
    const { guard } = receive(undefined, { ...illRequest, protocolVersionNum: 1 }, lenient);
    expect(
      guard && say(guard, { type: 'shipped', from: 'lender', service: 'loan' }, lenient).replies,
    ).toMatchObject([{ protocolVersionNum: 1 }]);
  });
});

describe('expiry', () => {
  const withSearch = (searchType: NonNullable<typeof illRequest.searchType>) =>
    receive(undefined, { ...illRequest, searchType }, lenient);

  it.each([
    ['need-before-date', { expiryFlag: 'need-before-date', needBeforeDate: '20260110' }],
    ['other-date', { expiryFlag: 'other-date', expiryDate: '20260110', needBeforeDate: '20260131' }],
  ] as const)('wakes at the end of the day that flag %s names', (_, searchType) => {
    expect(withSearch(searchType).wakeAt).toEqual(new Date('2026-01-11T00:00:00Z'));
    const inVienna = receive(
      undefined,
      { ...illRequest, searchType },
      { ...lenient, timeZone: 'Europe/Vienna' },
    );
    expect(inVienna.wakeAt).toEqual(new Date('2026-01-10T23:00:00Z'));
  });

  it('does not wake without a flag', () => {
    expect(withSearch({ needBeforeDate: '20260110' })).not.toHaveProperty('wakeAt');
    expect(withSearch({ expiryFlag: 'no-expiry' })).not.toHaveProperty('wakeAt');
    expect(receive(undefined, illRequest, lenient)).not.toHaveProperty('wakeAt');
  });

  it.each([
    ['need-before-date without its date', { expiryFlag: 'need-before-date' }],
    ['other-date without its date', { expiryFlag: 'other-date', needBeforeDate: '20260110' }],
  ] as const)('cannot act upon %s', (_, searchType) => {
    const step = withSearch(searchType);
    expect(step).toMatchObject({ verdict: 'refused', guard: undefined });
    expect(problemIn(step.replies)).toEqual({ generalProblem: 'badly-structured-APDU' });
  });

  it('leaves a date without its flag aside, unless it is strict', () => {
    const message = { ...illRequest, searchType: { expiryDate: '20260110' } };
    const step = receive(undefined, message, lenient);
    expect(step.verdict).toBe('accepted');
    expect(step.warnings).toEqual([expect.stringContaining('does not count')]);
    expect(step).not.toHaveProperty('wakeAt');
    expect(problemIn(receive(undefined, message, strict).replies)).toEqual({
      generalProblem: 'badly-structured-APDU',
    });
  });

  it('switches the timer off when the request leaves the processing phase, and not before', () => {
    const { guard } = withSearch({ expiryFlag: 'need-before-date', needBeforeDate: '20260110' });
    if (!guard) throw new Error('the request was refused');
    const kept = say(guard, { type: 'willSupply', from: 'lender' }, lenient);
    expect(kept).not.toHaveProperty('wakeAt');
    const shipped = say(kept.guard, { type: 'shipped', from: 'lender', service: 'loan' }, lenient);
    expect(shipped.wakeAt).toBeNull();
    expect(shipped.guard).not.toHaveProperty('expiresOn');
  });
});

describe('optional messages', () => {
  const requiring = {
    ...illRequest,
    requesterOptionalMessages: {
      ...illRequest.requesterOptionalMessages,
      requesterShipped: 'requires' as const,
    },
  };

  it('are no matter when this side can send what is required', () => {
    const step = receive(undefined, requiring, lenient);
    expect(step).toMatchObject({ verdict: 'accepted', warnings: [] });
    expect(step).not.toHaveProperty('proposals');
  });

  it.each(['propose', 'automatic'] as const)(
    'that cannot be sent lead to unfilled, reason 21: %s',
    (unmetRequirement) => {
      const turn = newTurn(guardAt('responder', 'IN-PROCESS'), lenient);
      const unable = { ...turn.rules.responderMessages, canSendShipped: false };
      const mute = { ...turn, rules: { ...turn.rules, responderMessages: unable, unmetRequirement } };
      noteRequirements(mute, illRequest);
      expect(finish(mute, 'accepted')).not.toHaveProperty('proposals');
      noteRequirements(mute, requiring);
      expect(finish(mute, 'accepted')).toMatchObject({
        warnings: ['the borrower requires Shipped, which this side does not send'],
        proposals: [
          {
            event: { type: 'unfilled', reason: 'mandatory-messaging-not-supported' },
            isAutomatic: unmetRequirement === 'automatic',
          },
        ],
      });
      const [proposal] = mute.proposals;
      if (!proposal) throw new Error('nothing was proposed');
      expect(say(mute.guard, proposal.event, lenient).replies).toMatchObject([
        { resultsExplanation: { unfilledResults: { reasonUnfilled: 'mandatory-messaging-not-supported' } } },
      ]);
    },
  );

  it('that a responder requires and a requester cannot send lead to a warning and the proposal to cancel', () => {
    const wishes = {
      canSendShipped: true,
      canSendCheckedIn: true,
      responderReceived: 'requires',
      responderReturned: 'neither',
    } as const;
    const answer = { ...apduOf('ILL-Answer will-supply'), responderOptionalMessages: wishes } as IllApdu;
    const able = receive(guardAt('requester', 'PENDING'), answer, lenient);
    expect(able).toMatchObject({ warnings: [], guard: { partnerMessages: wishes } });
    expect(able).not.toHaveProperty('proposals');

    const turn = newTurn(guardAt('requester', 'PENDING'), lenient);
    const unable = { ...turn.rules.requesterMessages, canSendReceived: false };
    const mute = { ...turn, rules: { ...turn.rules, requesterMessages: unable } };
    noteWishes(mute, { ...apduOf('Shipped'), responderOptionalMessages: wishes } as IllApdu);
    expect(finish(mute, 'accepted')).not.toHaveProperty('proposals');
    noteWishes(mute, answer);
    expect(finish(mute, 'accepted')).toMatchObject({ proposals: [{ event: { type: 'cancelRequested' } }] });
    expect(mute.warnings[0]).toBe('the lender requires Received, which this side does not send');
  });
});

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

describe('duplicates and repeats', () => {
  it('have no effect and no error, in either mode', () => {
    for (const context of [lenient, strict]) {
      const shipped = receive(guardAt('requester', 'PENDING'), apduOf('Shipped'), context);
      expect(shipped).toMatchObject({ verdict: 'accepted', guard: { state: 'SHIPPED' } });
      const moved = { ...(shipped.guard ?? guardAt('requester', 'SHIPPED')), state: 'OVERDUE' as const };
      for (const moment of [at(0), at(40, at(0).dateTimeOfThisService)]) {
        const again = receive(moved, apduOf('Shipped', moment), context);
        expect(again).toMatchObject({ verdict: 'repeat', replies: [], guard: { state: 'OVERDUE' } });
        expect(again).not.toHaveProperty('event');
      }
      expect(receive(moved, apduOf('Shipped', at(41)), strict).verdict).toBe('refused');
    }
  });

  it('of a question are answered again with the first answer', () => {
    const asked = receive(guardAt('responder', 'SHIPPED'), apduOf('Renew'), strict);
    expect(asked).toMatchObject({ verdict: 'accepted', replies: [] });
    if (!asked.guard) throw new Error('no guard');
    expect(receive(asked.guard, apduOf('Renew'), strict).replies).toEqual([]);
    const answered = say(
      asked.guard,
      { type: 'renewAnswered', from: 'lender', isAccepted: true, due: '2026-02-01' },
      strict,
    );
    const again = receive(answered.guard, apduOf('Renew'), strict);
    expect(again).toMatchObject({
      verdict: 'repeat',
      replies: [
        {
          apdu: 'Renew-Answer',
          answer: true,
          dateDue: { dateDueField: '20260201' },
          serviceDateTime: {
            dateTimeOfOriginalService: answered.replies[0]?.serviceDateTime.dateTimeOfThisService,
          },
        },
      ],
      guard: { state: 'SHIPPED' },
    });
  });

  it('of a condition are answered with the reply that was given', () => {
    const asked = receive(guardAt('requester', 'PENDING'), apduOf('ILL-Answer conditional'), lenient);
    if (!asked.guard) throw new Error('no guard');
    expect(receive(asked.guard, apduOf('ILL-Answer conditional'), lenient).replies).toEqual([]);
    const replied = say(
      asked.guard,
      { type: 'conditionAnswered', from: 'borrower', isAccepted: true },
      lenient,
    );
    const again = receive(replied.guard, apduOf('ILL-Answer conditional'), lenient);
    expect(again).toMatchObject({
      verdict: 'repeat',
      guard: { state: 'PENDING' },
      replies: [{ apdu: 'Conditional-Reply', answer: true }],
    });
  });

  it('are told apart by their contents where there is no time', () => {
    const untimed = (note: string): IllApdu => ({
      apdu: 'Message',
      ...head({ dateTimeOfThisService: { date: '20260105' } }),
      note,
    });
    const first = receive(guardAt('requester', 'PENDING'), untimed('one'), strict);
    expect(receive(first.guard, untimed('two'), strict).verdict).toBe('accepted');
    expect(receive(first.guard, untimed('one'), strict).verdict).toBe('repeat');
  });

  it('are remembered up to a bound', () => {
    let guard = guardAt('requester', 'PENDING');
    for (let second = 0; second < mostHeard + 9; second++) {
      guard = receive(guard, apduOf('Message', at(second)), lenient).guard ?? guard;
    }
    expect(guard.heard).toHaveLength(mostHeard);
    expect(receive(guard, apduOf('Message', at(mostHeard)), lenient).verdict).toBe('repeat');
  });

  it('of what had no effect have it once the state allows', () => {
    const noted = receive(guardAt('requester', 'CANCEL-PENDING'), apduOf('Lost'), lenient);
    expect(noted.verdict).toBe('noted');
    const refused = receive(noted.guard, apduOf('Cancel-Reply no', at(1)), lenient);
    expect(refused.guard?.state).toBe('PENDING');
    // The same octets are a copy on the network; a repeat says that it still holds.
    expect(receive(refused.guard, apduOf('Lost'), lenient)).toMatchObject({ guard: { state: 'PENDING' } });
    const again = receive(refused.guard, apduOf('Lost', at(9, at(0).dateTimeOfThisService)), lenient);
    expect(again).toMatchObject({ verdict: 'accepted', event: { type: 'lost' }, guard: { state: 'LOST' } });
  });
});

describe('crossed and late APDUs', () => {
  it('keep a condition that came late from undoing the answer to a cancel', () => {
    const answered = receive(
      guardAt('requester', 'CANCEL-PENDING'),
      apduOf('Cancel-Reply no', at(10)),
      lenient,
    );
    const late = receive(answered.guard, apduOf('ILL-Answer conditional', at(5)), lenient);
    expect(late).toMatchObject({ verdict: 'noted', guard: { state: 'PENDING' } });
    const fresh = receive(answered.guard, apduOf('ILL-Answer conditional', at(11)), lenient);
    expect(fresh).toMatchObject({ verdict: 'accepted', guard: { state: 'CONDITIONAL' } });
    const repeat = receive(
      late.guard,
      apduOf('ILL-Answer conditional', at(12, at(5).dateTimeOfThisService)),
      lenient,
    );
    expect(repeat.guard?.state).toBe('CONDITIONAL');
  });

  it('keep an Overdue that came late from undoing a renewal', () => {
    const renewed = receive(
      guardAt('requester', 'RENEW-PENDING'),
      apduOf('Renew-Answer yes', at(10)),
      lenient,
    );
    expect(receive(renewed.guard, apduOf('Overdue', at(5)), lenient).guard?.state).toBe('RECEIVED');
    expect(receive(renewed.guard, apduOf('Overdue', at(11)), lenient).guard?.state).toBe('OVERDUE');
  });

  it('keep a reply that came late from answering the next condition', () => {
    const cancelled = receive(guardAt('responder', 'CONDITIONAL'), apduOf('Cancel', at(10)), lenient);
    const conditional = {
      ...(cancelled.guard ?? guardAt('responder', 'IDLE')),
      state: 'CONDITIONAL' as const,
    };
    const late = receive(conditional, apduOf('Conditional-Reply yes', at(5)), lenient);
    expect(late).toMatchObject({ verdict: 'noted', guard: { state: 'CONDITIONAL' } });
    expect(receive(conditional, apduOf('Conditional-Reply yes', at(15)), lenient).guard?.state).toBe(
      'IN-PROCESS',
    );
  });

  it('answer a cancel that met a shipment at once', () => {
    const step = receive(guardAt('responder', 'SHIPPED'), apduOf('Cancel'), strict);
    expect(step).toMatchObject({
      verdict: 'accepted',
      event: { type: 'cancelRequested' },
      replies: [{ apdu: 'Cancel-Reply', answer: false }],
    });
  });

  it('let Shipped be said after a Received that came first', () => {
    const early = receive(guardAt('responder', 'IN-PROCESS'), apduOf('Received'), lenient);
    expect(early.guard).toMatchObject({ state: 'SHIPPED', isReceivedSeen: true });
    if (!early.guard) throw new Error('no guard');
    const shipped = say(early.guard, { type: 'shipped', from: 'lender', service: 'loan' }, lenient);
    expect(shipped).toMatchObject({ verdict: 'accepted', event: { type: 'shipped' } });
    const again = say(shipped.guard, { type: 'shipped', from: 'lender', service: 'loan' }, lenient);
    expect(again.verdict).toBe('repeat');
  });

  it('send a cancel again to the library that the request was passed on to', () => {
    const cancelled = say(
      guardAt('requester', 'PENDING'),
      { type: 'cancelRequested', from: 'borrower' },
      lenient,
    );
    const step = receive(cancelled.guard, apduOf('Forward-Notification'), lenient);
    const third = { personOrInstitutionSymbol: { institutionSymbol: 'TEST:THIRD' } };
    expect(step.replies).toMatchObject([{ apdu: 'Cancel', responderId: third }]);
    expect(step.guard).toMatchObject({ state: 'CANCEL-PENDING', responderId: third });
    expect(step.event).toMatchObject({ type: 'forwarded', to: { symbol: 'TEST:THIRD' } });
  });

  it('warn about other ids and go on', () => {
    const alias = { personOrInstitutionSymbol: { institutionSymbol: 'OTHER:SYMBOL' } };
    const step = receive(opened(), { ...apduOf('Cancel'), requesterId: alias }, strict);
    expect(step).toMatchObject({ verdict: 'accepted' });
    expect(step.warnings).toEqual(['requester-id is OTHER:SYMBOL, expected TEST:REQ']);
    const lower = { personOrInstitutionSymbol: { institutionSymbol: 'test:req' } };
    expect(receive(opened(), { ...apduOf('Cancel'), requesterId: lower }, strict).warnings).toEqual([]);
  });
});

describe('a request that was passed on', () => {
  const permitting = { ...illRequest, thirdPartyInfoType: { permissionToForward: true } };
  const third = { personOrInstitutionSymbol: { institutionSymbol: 'TEST:THIRD' } };
  const forward = { type: 'forwarded', from: 'lender', to: { symbol: 'TEST:THIRD' } } as const;

  function forwarded() {
    const { guard } = receive(undefined, permitting, lenient);
    if (!guard) throw new Error('the request was refused');
    return say(guard, forward, lenient);
  }

  it('tells the requester who has it now', () => {
    const step = forwarded();
    expect(step.guard.state).toBe('FORWARD');
    expect(step.replies).toMatchObject([
      { apdu: 'Forward-Notification', responderId: third, intermediaryId: responderId },
    ]);
  });

  it('is not passed on without permission', () => {
    expect(() => say(opened(), forward, lenient)).toThrow(expect.objectContaining({ name: 'StateError' }));
  });

  it('answers later APDUs with already-forwarded, and a repeated request with the notification', () => {
    const { guard } = forwarded();
    const step = receive(guard, apduOf('Cancel'), lenient);
    expect(step).toMatchObject({ verdict: 'refused', guard: { state: 'FORWARD' } });
    expect(step).not.toHaveProperty('event');
    expect(problemIn(step.replies)).toEqual({ alreadyForwarded: { responderId: third } });
    expect(receive(step.guard, apduOf('Cancel'), lenient)).toMatchObject({ verdict: 'repeat', replies: [] });
    expect(receive(guard, permitting, lenient).replies).toMatchObject([{ apdu: 'Forward-Notification' }]);
    expect(receive(guard, apduOf('Status-Or-Error-Report'), lenient).replies).toEqual([]);
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
