import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StateError } from './errors.js';
import type { LendingEvent } from './event.js';
import { sampleEvents, sampleRequest } from './events.test-support.js';
import type { LendingEventKey } from './lending-machines.js';
import {
  advance,
  allowedActions,
  isClosed,
  lendingFacts,
  newTransaction,
  type Transaction,
} from './transaction.js';

const events = sampleEvents();

function after(role: 'borrower' | 'lender', ...steps: (LendingEventKey | LendingEvent)[]): Transaction {
  return steps.reduce<Transaction>(
    (now, step) => advance(now, typeof step === 'string' ? events[step] : step),
    newTransaction(role, sampleRequest()),
  );
}

describe('the facts', () => {
  test('of a whole loan are what was said', () => {
    expect(
      after('borrower', 'requested', 'willSupply', 'shipped', 'received', 'returned', 'checkedIn').facts,
    ).toEqual({
      expectedOn: '2031-02-03',
      service: 'loan',
      isShipmentSaid: true,
      shippedOn: '2031-02-06',
      due: '2031-03-06',
      isRenewable: true,
      receivedOn: '2031-02-07',
      returnedOn: '2031-02-20',
      checkedInOn: '2031-02-22',
    });
  });

  test('of a request that waits are its condition and its dates', () => {
    expect(after('lender', 'requested', 'holdPlaced').facts).toEqual({ expectedOn: '2031-02-04' });
    expect(after('lender', 'requested', 'conditional').facts).toEqual({
      condition: 'charges',
      replyBy: '2031-02-05',
    });
  });

  test('hold no property for what was not said', () => {
    const shipped = after('lender', 'requested', { type: 'shipped', from: 'lender', service: 'copy' });
    expect(Object.keys(shipped.facts).sort()).toEqual(['isShipmentSaid', 'service']);
    expect(after('lender', 'requested', { type: 'holdPlaced', from: 'lender' }).facts).toEqual({});
  });

  test('follow a renewal only when it is granted', () => {
    const asked = ['requested', 'shipped', 'received', 'renewRequested'] as const;
    expect(after('borrower', ...asked, 'renewAnswered:yes').facts).toMatchObject({
      due: '2031-04-01',
      isRenewable: false,
    });
    expect(after('borrower', ...asked, 'renewAnswered:no').facts).toMatchObject({
      due: '2031-03-06',
      isRenewable: true,
    });
  });

  test('do not take the date of a renewal that is refused', () => {
    const refused = { type: 'renewAnswered', from: 'lender', isAccepted: false, due: '2031-05-05' } as const;
    expect(after('lender', 'requested', 'shipped', 'renewRequested', refused).facts.due).toBe('2031-03-06');
  });

  test('keep an earlier date that a later word does not name', () => {
    const again = after('borrower', 'requested', 'received', {
      type: 'shipped',
      from: 'lender',
      service: 'loan',
    });
    expect(again.facts).toMatchObject({ receivedOn: '2031-02-07', isShipmentSaid: true });
  });

  test('take the service that was shipped for the one that was asked for', () => {
    const copied = after('borrower', 'requested', { type: 'shipped', from: 'lender', service: 'copy' });
    expect(lendingFacts(copied)).toEqual({ service: 'copy', isShipmentSaid: true });
    expect(() => advance(copied, events.renewRequested)).toThrow(StateError);
  });

  test.each([
    [['copy', 'loan'], 'copy'],
    [['loan', 'copy'], 'loan'],
    [['locations'], 'loan'],
    [['estimate', 'copy'], 'loan'],
  ] as const)('for a request of %j begin as a %s', (services, service) => {
    expect(lendingFacts(newTransaction('lender', { ...sampleRequest(), services }))).toEqual({
      service,
      isShipmentSaid: false,
    });
  });

  test('remember damage', () => {
    expect(after('lender', 'requested', 'shipped', 'damaged').facts.isDamaged).toBe(true);
  });
});

describe('the outcome', () => {
  test.each([
    [['unfilled'], { kind: 'unfilled', reason: 'not-owned' }],
    [['retryLater'], { kind: 'retryLater', reason: 'at-bindery', retryDate: '2031-03-01' }],
    [['locationsProvided'], { kind: 'locationsProvided' }],
    [['estimated'], { kind: 'estimated', estimate: '12.50 EUR' }],
    [['expired'], { kind: 'expired' }],
    [['conditional', 'conditionAnswered:no'], { kind: 'conditionRefused' }],
    [['cancelRequested', 'expired'], { kind: 'expired' }],
  ] as const)('after %j is kept on both sides', (steps, outcome) => {
    for (const role of ['borrower', 'lender'] as const) {
      const now = after(role, 'requested', ...steps);
      expect(now.state).toBe('unfilled');
      expect(now.facts.outcome).toEqual(outcome);
    }
  });

  test('has a number for a reason that no table knows', () => {
    expect(
      after('borrower', 'requested', { type: 'unfilled', from: 'lender', reason: 99 }).facts.outcome,
    ).toEqual({
      kind: 'unfilled',
      reason: 99,
    });
  });

  test('is not taken from an answer that crossed the cancel', () => {
    const cancelled = after('borrower', 'requested', 'cancelRequested', 'cancelAnswered:yes', 'unfilled');
    expect(cancelled.state).toBe('cancelled');
    expect(cancelled.facts).not.toHaveProperty('outcome');
  });

  test('is the first one: a late expiry does not replace it', () => {
    expect(after('borrower', 'requested', 'unfilled', 'expired').facts.outcome).toEqual({
      kind: 'unfilled',
      reason: 'not-owned',
    });
  });

  test('is none while the request is open or supplied', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('borrower', 'lender' as const),
        fc.array(fc.constantFrom(...(Object.keys(events) as LendingEventKey[])), { maxLength: 12 }),
        (role, steps) => {
          let now = after(role, 'requested');
          for (const step of steps) {
            try {
              now = advance(now, events[step]);
            } catch (error) {
              expect(error).toBeInstanceOf(StateError);
            }
            expect(now.facts.outcome !== undefined).toBe(now.state === 'unfilled');
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('an advance', () => {
  test('changes nothing of what it was given', () => {
    const before = after('lender', 'requested');
    const copy = structuredClone(before);
    advance(before, events.shipped);
    expect(before).toEqual(copy);
  });

  test('that is refused says what is allowed', () => {
    expect(() => after('borrower', 'shipped')).toThrow(
      expect.objectContaining({
        name: 'StateError',
        state: 'idle',
        event: 'shipped',
        allowed: ['requested'],
      }),
    );
  });

  test('gives plain data', () => {
    const now = after('borrower', 'requested', 'conditional', 'conditionAnswered:yes', 'shipped');
    expect(JSON.parse(JSON.stringify(now))).toEqual(now);
  });
});

describe('the actions of a desk', () => {
  const conversation = ['message', 'statusQueried', 'statusReported', 'errorReported'];

  test('are only what its side says', () => {
    expect(allowedActions(newTransaction('borrower', sampleRequest()))).toEqual(['requested']);
    expect(allowedActions(newTransaction('lender', sampleRequest()))).toEqual([]);
    expect(allowedActions(after('borrower', 'requested'))).toEqual([
      'cancelRequested',
      'received',
      'lost',
      ...conversation,
    ]);
    expect(allowedActions(after('lender', 'requested'))).toEqual([
      'conditional',
      'retryLater',
      'unfilled',
      'locationsProvided',
      'estimated',
      'expired',
      'willSupply',
      'holdPlaced',
      'shipped',
      'forwarded',
      'overdue',
      'recalled',
      'lost',
      ...conversation,
    ]);
    expect(allowedActions(after('borrower', 'requested', 'conditional'))).toEqual([
      'conditionAnswered:yes',
      'conditionAnswered:no',
      'cancelRequested',
      ...conversation,
    ]);
    expect(allowedActions(after('lender', 'requested', 'shipped', 'renewRequested'))).toEqual([
      'renewAnswered:yes',
      'renewAnswered:no',
      'overdue',
      'recalled',
      'checkedIn',
      'lost',
      ...conversation,
      'damaged',
    ]);
  });

  test('for a copy do not speak of its return', () => {
    const copy = after('borrower', 'requested', { type: 'shipped', from: 'lender', service: 'copy' });
    expect(allowedActions(copy)).toEqual(['received', 'lost', ...conversation, 'damaged']);
  });
});

describe('a transaction is closed', () => {
  test.each([
    ['borrower', ['requested'], false],
    ['borrower', ['requested', 'unfilled'], true],
    ['borrower', ['requested', 'cancelRequested', 'cancelAnswered:yes'], true],
    ['borrower', ['requested', 'shipped', 'received'], false],
    ['borrower', ['requested', 'shipped', 'received', 'returned'], false],
    ['borrower', ['requested', 'shipped', 'received', 'returned', 'checkedIn'], true],
    ['borrower', ['requested', 'shipped', 'lost'], true],
    ['lender', ['requested', 'forwarded'], true],
    ['lender', ['requested', 'shipped'], false],
    ['lender', ['requested', 'shipped', 'checkedIn'], true],
  ] as const)('or not for the %s after %j: %s', (role, steps, closed) => {
    expect(isClosed(after(role, ...steps))).toBe(closed);
  });

  test('with the receipt of a copy, and for its lender with the shipment', () => {
    const copied: LendingEvent = { type: 'shipped', from: 'lender', service: 'copy' };
    expect(isClosed(after('borrower', 'requested', copied))).toBe(false);
    expect(
      isClosed(
        after('borrower', 'requested', copied, {
          type: 'received',
          from: 'borrower',
          service: 'copy',
          receivedOn: '2031-02-07',
        }),
      ),
    ).toBe(true);
    expect(isClosed(after('lender', 'requested', copied))).toBe(true);
  });
});
