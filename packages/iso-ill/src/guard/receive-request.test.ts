import { describe, expect, it } from 'vitest';
import type { IllApdu } from '../messages/apdus.js';
import {
  apduOf,
  at,
  firstMoment,
  guardAt,
  illRequest,
  lenient,
  requesterId,
  responderId,
  strict,
} from './guard-at.test-support.js';
import { noteWishes } from './notes.js';
import { receive } from './receive.js';
import { noteRequirements } from './receive-request.js';
import { opened, problemIn, unknownExtension } from './receiving.test-support.js';
import { say } from './say.js';
import { finish, newTurn } from './turn.js';

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
