import { describe, expect, it } from 'vitest';
import { encode } from '../codec.js';
import { begin } from './guard.js';
import { apduOf, at, eventOf, guardAt, illRequest, lenient } from './guard-at.test-support.js';
import { receive } from './receive.js';
import { expire, say } from './say.js';

const opening = { borrower: 'TEST:REQ', lender: 'TEST:RSP', group: 'G-1', qualifier: 'Q-1' };

describe('saying', () => {
  it('begins with an ILL-Request that names both libraries and carries the transaction-id of the caller', () => {
    const step = say(begin(opening), eventOf('ILL-Request', 'requester'), lenient);
    expect(step).toMatchObject({
      verdict: 'accepted',
      guard: { state: 'PENDING', role: 'requester' },
      losses: [],
    });
    expect(step.replies).toMatchObject([
      {
        apdu: 'ILL-Request',
        protocolVersionNum: 2,
        transactionId: {
          initialRequesterId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:REQ' } },
          transactionGroupQualifier: 'G-1',
          transactionQualifier: 'Q-1',
        },
        serviceDateTime: { dateTimeOfThisService: { date: '20260105', time: '100000' } },
        requesterId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:REQ' } },
        responderId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:RSP' } },
        requesterOptionalMessages: { canSendReceived: true, requesterShipped: 'desires' },
      },
    ]);
  });

  it('gives two services of one second different seconds, and a later one its own', () => {
    const first = say(begin(opening), eventOf('ILL-Request', 'requester'), lenient);
    const second = say(first.guard, eventOf('Message', 'requester'), lenient);
    const third = say(second.guard, eventOf('Message', 'requester'), {
      ...lenient,
      now: new Date('2026-01-05T10:00:30Z'),
    });
    const earlier = say(third.guard, eventOf('Message', 'requester'), lenient);
    expect(
      [first, second, third, earlier].map(
        ({ replies }) => replies[0]?.serviceDateTime.dateTimeOfThisService.time,
      ),
    ).toEqual(['100000', '100001', '100030', '100031']);
  });

  it('writes dates and times in the zone of the library', () => {
    const evening = { ...lenient, now: new Date('2026-01-05T23:30:00Z'), timeZone: 'Europe/Vienna' };
    const { replies } = say(guardAt('requester', 'PENDING'), eventOf('Cancel', 'requester'), evening);
    expect(replies[0]?.serviceDateTime.dateTimeOfThisService).toEqual({ date: '20260106', time: '003000' });
  });

  it('says again what may be repeated, with the first moment as that of the original, and has no event', () => {
    const first = say(guardAt('responder', 'SHIPPED'), eventOf('Overdue', 'responder'), lenient);
    const again = say(first.guard, eventOf('Overdue', 'responder'), lenient);
    expect(again).toMatchObject({ verdict: 'repeat', guard: { state: 'OVERDUE' } });
    expect(again).not.toHaveProperty('event');
    expect(again.replies[0]?.serviceDateTime).toEqual({
      dateTimeOfThisService: { date: '20260105', time: '100001' },
      dateTimeOfOriginalService: { date: '20260105', time: '100000' },
    });
  });

  it('does not take another answer for a repeat of the first', () => {
    const { guard } = say(
      guardAt('responder', 'IN-PROCESS'),
      eventOf('ILL-Answer unfilled', 'responder'),
      lenient,
    );
    expect(say(guard, eventOf('ILL-Answer unfilled', 'responder'), lenient).verdict).toBe('repeat');
    expect(() => say(guard, eventOf('ILL-Answer retry', 'responder'), lenient)).toThrow(
      expect.objectContaining({ name: 'StateError', state: 'NOT-SUPPLIED' }),
    );
  });

  it('does not repeat what only the other side has said', () => {
    const heard = receive(guardAt('requester', 'SHIPPED'), apduOf('Lost'), lenient);
    if (!heard.guard) throw new Error('no guard');
    const { guard } = heard;
    expect(() => say(guard, eventOf('Lost', 'requester'), lenient)).toThrow(
      expect.objectContaining({ name: 'StateError' }),
    );
  });

  it('refuses with what may be said now', () => {
    expect(() => say(guardAt('requester', 'CONDITIONAL'), eventOf('Received', 'requester'), lenient)).toThrow(
      expect.objectContaining({
        state: 'CONDITIONAL',
        event: 'out Received',
        allowed: [
          'out Conditional-Reply yes',
          'out Conditional-Reply no',
          'out Cancel',
          'out Message',
          'out Status-Query',
          'out Status-Or-Error-Report',
        ],
      }),
    );
  });

  it('refuses the words of the other side', () => {
    expect(() =>
      say(guardAt('requester', 'PENDING'), { type: 'message', from: 'lender', note: 'x' }, lenient),
    ).toThrow(expect.objectContaining({ name: 'StateError' }));
  });

  it('leaves answers to crossed questions to the guard, but lets the desk say them again', () => {
    const refusal = { type: 'cancelAnswered', from: 'lender', isAccepted: false } as const;
    const shipped = guardAt('responder', 'SHIPPED', { isShippedSaid: true });
    expect(() => say(shipped, refusal, lenient)).toThrow(expect.objectContaining({ name: 'StateError' }));
    const crossed = receive(shipped, apduOf('Cancel'), lenient);
    if (!crossed.guard) throw new Error('no guard');
    expect(say(crossed.guard, refusal, lenient)).toMatchObject({ verdict: 'repeat' });
  });

  it('warns when the partner is not known to have a word for it', () => {
    const alma = { ...lenient, profile: 'alma' };
    const guard = guardAt('responder', 'IN-PROCESS');
    expect(say(guard, eventOf('ILL-Answer conditional', 'responder'), alma).warnings).toEqual([
      expect.stringContaining('ILL-Answer conditional'),
    ]);
    expect(say(guard, eventOf('ILL-Answer unfilled', 'responder'), alma).warnings).toEqual([]);
    expect(say(guard, eventOf('ILL-Answer conditional', 'responder'), lenient).warnings).toEqual([]);
  });

  it('reports where the transaction stands without being asked', () => {
    const { guard } = receive(undefined, illRequest, lenient);
    if (!guard) throw new Error('no guard');
    expect(say(guard, { type: 'statusReported', from: 'lender' }, lenient).replies).toMatchObject([
      {
        statusReport: {
          providerStatusReport: 'IN-PROCESS',
          userStatusReport: { mostRecentService: 'ILL-Request' },
        },
      },
    ]);
  });
});

describe('the expiry timer', () => {
  it.each(['IN-PROCESS', 'CONDITIONAL', 'CANCEL-PENDING'] as const)('ends a request in %s', (state) => {
    const step = expire(guardAt('responder', state, { expiresOn: '20260104' }), lenient);
    expect(step).toMatchObject({
      verdict: 'accepted',
      event: { type: 'expired', from: 'lender' },
      replies: [{ apdu: 'Expired' }],
      wakeAt: null,
      guard: { state: 'NOT-SUPPLIED' },
    });
    expect(step.guard).not.toHaveProperty('expiresOn');
    expect(encode(step.replies[0] ?? illRequest).length).toBeGreaterThan(0);
  });

  it('does nothing when the request was answered, or does not expire', () => {
    for (const guard of [
      guardAt('responder', 'SHIPPED', { expiresOn: '20260104' }),
      guardAt('responder', 'IN-PROCESS'),
      guardAt('requester', 'PENDING'),
    ]) {
      const step = expire(guard, lenient);
      expect(step).toMatchObject({ verdict: 'noted', replies: [], wakeAt: null });
      expect(step).not.toHaveProperty('event');
    }
  });

  it('is set again when it rings too early', () => {
    const step = expire(guardAt('responder', 'IN-PROCESS', { expiresOn: '20260105' }), lenient);
    expect(step).toMatchObject({ verdict: 'noted', replies: [], wakeAt: new Date('2026-01-06T00:00:00Z') });
  });

  it('lets Expired be said again, and be answered to a late reply', () => {
    const { guard } = expire(guardAt('responder', 'CONDITIONAL', { expiresOn: '20260104' }), lenient);
    expect(say(guard, { type: 'expired', from: 'lender' }, lenient)).toMatchObject({
      verdict: 'repeat',
      replies: [{ apdu: 'Expired' }],
    });
    const late = receive(guard, apduOf('Conditional-Reply yes', at(1)), lenient);
    expect(late).toMatchObject({
      verdict: 'accepted',
      replies: [{ apdu: 'Expired' }],
      guard: { state: 'NOT-SUPPLIED' },
    });
  });
});
