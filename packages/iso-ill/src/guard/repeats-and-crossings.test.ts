import { describe, expect, it } from 'vitest';
import type { IllApdu } from '../messages/apdus.js';
import { mostHeard } from './guard.js';
import { apduOf, at, guardAt, head, lenient, strict } from './guard-at.test-support.js';
import { receive } from './receive.js';
import { opened } from './receiving.test-support.js';
import { say } from './say.js';

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
