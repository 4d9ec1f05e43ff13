import { describe, expect, it } from 'vitest';
import { decode, encode, randomApdu } from '../codec.js';
import type { IllApdu } from '../messages/apdus.js';
import { type ApduName, ApduNumbers } from '../messages/enumerations.js';
import { RequesterStates, ResponderStates, type Service } from '../state-tables.js';
import { createDice, type Dice } from '../walk/random.test-support.js';
import type { IsoIllGuard } from './guard.js';
import { eventOf, guardAt, lenient, strict, transactionId } from './guard-at.test-support.js';
import { receive } from './receive.js';
import { expire, say } from './say.js';

const names = Object.keys(ApduNumbers) as ApduName[];
const services: readonly Service[] = [
  'ILL-Request',
  'Forward-Notification',
  'Shipped',
  'ILL-Answer conditional',
  'ILL-Answer unfilled',
  'Conditional-Reply yes',
  'Cancel',
  'Cancel-Reply no',
  'Received',
  'Recall',
  'Returned',
  'Checked-In',
  'Overdue',
  'Renew',
  'Renew-Answer yes',
  'Lost',
  'Damaged',
  'Message',
  'Status-Query',
  'Status-Or-Error-Report',
  'Expired',
];

/** Read leniently, and not to be written. */
const oddId = { personOrInstitutionSymbol: { institutionSymbol: { edifact: 'TEST_RSP' } } };

/** Any APDU of the tables, often of the transaction and of a few moments, sometimes with what lenient reading lets pass. */
function anyApdu(dice: Dice): IllApdu {
  const message = randomApdu(dice.next, dice.pick(names));
  const moment = { date: '20260105', time: `0900${10 + dice.below(9)}` };
  return {
    ...message,
    ...(dice.chance(0.8) && { transactionId }),
    ...(dice.chance(0.7) && {
      serviceDateTime: {
        dateTimeOfThisService: dice.chance(0.1) ? { date: 'yesterday', time: '12' } : moment,
        ...(dice.chance(0.3) && { dateTimeOfOriginalService: moment }),
      },
    }),
    ...(dice.chance(0.05) && { protocolVersionNum: dice.below(5) }),
    ...(dice.chance(0.05) && { transactionResults: 9, shippedServiceType: 7 }),
    ...(dice.chance(0.05) && { requesterId: {}, responderId: oddId }),
    ...(dice.chance(0.05) && {
      transactionId: {
        initialRequesterId: oddId,
        transactionGroupQualifier: { edifact: 'ö' },
        transactionQualifier: '\t',
      },
    }),
  } as IllApdu;
}

function anyGuard(dice: Dice): IsoIllGuard | undefined {
  const chance = dice.next();
  if (chance < 0.1) return undefined;
  return chance < 0.55
    ? guardAt('requester', dice.pick(RequesterStates))
    : guardAt('responder', dice.pick(ResponderStates), { isShippedSaid: true });
}

describe('the guard among strangers', () => {
  it('throws nothing but a refusal to its own desk, and owes only what can be written', {
    timeout: 60_000,
  }, () => {
    const dice = createDice(20260105);
    const verdicts = new Map<string, number>();
    let refusals = 0;
    for (let sequence = 0; sequence < 350; sequence++) {
      let guard = anyGuard(dice);
      for (let step = 0; step < 12; step++) {
        const context = dice.chance(0.5) ? lenient : strict;
        if (guard && dice.chance(0.2)) {
          try {
            guard = say(guard, eventOf(dice.pick(services), guard.role), context).guard;
          } catch (error) {
            expect(error).toMatchObject({ name: 'StateError' });
            refusals += 1;
          }
          continue;
        }
        const message = anyApdu(dice);
        const outcome: ReturnType<typeof receive> =
          guard && dice.chance(0.05) ? expire(guard, context) : receive(guard, message, context);
        verdicts.set(outcome.verdict, (verdicts.get(outcome.verdict) ?? 0) + 1);
        for (const reply of outcome.replies) {
          if (message.apdu === 'Status-Or-Error-Report')
            expect(reply.apdu).not.toBe('Status-Or-Error-Report');
          expect(decode(encode(reply)).message.apdu).toBe(reply.apdu);
        }
        expect(JSON.parse(JSON.stringify(outcome.guard ?? null))).toEqual(outcome.guard ?? null);
        guard = outcome.guard;
      }
    }
    expect([...verdicts.keys()].sort()).toEqual(['accepted', 'noted', 'refused', 'repeat']);
    expect(Math.min(...verdicts.values(), refusals)).toBeGreaterThan(25);
  });
});
