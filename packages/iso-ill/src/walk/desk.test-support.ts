import { allowedActions, type LendingEvent, type LendingEventKey, type ServiceType } from '@interlend/core';
import type { Dice } from './random.test-support.js';
import type { Side } from './side.test-support.js';

/** Where the item is. A desk that keeps to the truth says only what this allows. */
export type Place = 'shelf' | 'to-borrower' | 'borrower' | 'to-lender' | 'gone';

/** What both desks can see of the world, and the calendar day. */
export interface World {
  place: Place;
  readonly service: ServiceType;
  today: string;
}

/** The event that an allowed action says. */
export function eventFor(key: LendingEventKey, side: Side, world: World, dice: Dice): LendingEvent {
  const { role } = side;
  const { service, today } = world;
  switch (key) {
    case 'requested':
      return { type: 'requested', from: 'borrower', request: side.transaction.request };
    case 'willSupply':
      return { type: key, from: 'lender', reason: 'being-processed-for-supply' };
    case 'holdPlaced':
      return { type: key, from: 'lender', estimatedDate: today };
    case 'conditional':
      return { type: key, from: 'lender', condition: 'library-use-only' };
    case 'retryLater':
      return { type: key, from: 'lender', reason: 'in-use-on-loan', retryDate: today };
    case 'unfilled':
      return { type: key, from: 'lender', reason: 'not-on-shelf' };
    case 'locationsProvided':
      return { type: key, from: 'lender', locations: [{ library: { symbol: 'TEST:THIRD' } }] };
    case 'estimated':
      return { type: key, from: 'lender', estimate: 'EUR 5' };
    case 'expired':
      return { type: key, from: 'lender' };
    case 'forwarded':
      return { type: key, from: 'lender', to: { symbol: 'TEST:THIRD' } };
    case 'shipped':
      return { type: key, from: 'lender', service, ...(service === 'loan' && { due: today }) };
    case 'cancelRequested':
      return { type: key, from: 'borrower' };
    case 'received':
      return { type: key, from: 'borrower', service, receivedOn: today };
    case 'returned':
      return { type: key, from: 'borrower', returnedOn: today };
    case 'checkedIn':
      return { type: key, from: 'lender', checkedInOn: today };
    case 'renewRequested':
      return { type: key, from: 'borrower', desiredDue: today };
    case 'recalled':
      return { type: key, from: 'lender' };
    case 'overdue':
      return { type: key, from: 'lender', due: today };
    case 'lost':
    case 'damaged':
    case 'statusQueried':
    case 'statusReported':
      return { type: key, from: role };
    case 'errorReported':
      return { type: key, from: role, problem: 'general-problem other', about: 'a test' };
    case 'message':
      return { type: key, from: role, note: `note ${dice.below(1000)}` };
    case 'conditionAnswered:yes':
    case 'conditionAnswered:no':
      return { type: 'conditionAnswered', from: 'borrower', isAccepted: key.endsWith('yes') };
    case 'cancelAnswered:yes':
    case 'cancelAnswered:no':
      return { type: 'cancelAnswered', from: 'lender', isAccepted: key.endsWith('yes') };
    case 'renewAnswered:yes':
    case 'renewAnswered:no':
      return {
        type: 'renewAnswered',
        from: 'lender',
        isAccepted: key.endsWith('yes'),
        ...(key.endsWith('yes') && { due: today }),
      };
    default:
      return key satisfies never;
  }
}

const lendersAnswers: readonly LendingEventKey[] = [
  'willSupply',
  'holdPlaced',
  'conditional',
  'retryLater',
  'unfilled',
  'locationsProvided',
  'estimated',
  'forwarded',
  'cancelAnswered:yes',
];

/** Whether a desk that keeps to the truth would say this now. */
export function isTrue(key: LendingEventKey, side: Side, world: World): boolean {
  const { place } = world;
  const { role, transaction } = side;
  const isOnTheWay = place === 'to-borrower' || place === 'borrower';
  if (role === 'lender') {
    if (lendersAnswers.includes(key)) return place === 'shelf';
    switch (key) {
      case 'shipped':
        return true;
      case 'overdue':
      case 'recalled':
        return place !== 'shelf' && world.service === 'loan';
      case 'checkedIn':
        return place === 'to-lender';
      case 'lost':
        return place !== 'shelf' || transaction.state === 'requested';
      case 'expired':
        // The timer's word; the walk lets it ring.
        return false;
      default:
        return true;
    }
  }
  switch (key) {
    case 'received':
    case 'renewRequested':
      return isOnTheWay;
    case 'returned':
      return isOnTheWay || place === 'to-lender';
    case 'lost':
      return place === 'gone' || place === 'borrower';
    default:
      return true;
  }
}

/** What saying it does to the item. */
export function move(key: LendingEventKey, side: Side, world: World): void {
  switch (key) {
    case 'shipped':
      if (world.place === 'shelf') world.place = 'to-borrower';
      break;
    case 'received':
      if (world.place === 'to-borrower') world.place = 'borrower';
      break;
    case 'returned':
      if (world.place !== 'gone') world.place = 'to-lender';
      break;
    case 'checkedIn':
      world.place = 'shelf';
      break;
    case 'lost':
      if (side.role === 'borrower' || world.place !== 'borrower') world.place = 'gone';
      break;
    default:
  }
}

/** Events of no consequence are rarer than the others. */
function weight(key: LendingEventKey): number {
  switch (key) {
    case 'message':
    case 'statusQueried':
    case 'damaged':
      return 0.15;
    case 'statusReported':
    case 'errorReported':
      return 0.05;
    case 'lost':
    case 'forwarded':
    case 'expired':
      return 0.25;
    default:
      return 1;
  }
}

/** Something this desk may say now, in so far as it is true; `undefined` when there is nothing. */
export function chooseAction(
  side: Side,
  world: World,
  dice: Dice,
  isTruthful: boolean,
): LendingEventKey | undefined {
  const actions = allowedActions(side.transaction).filter((key) => !isTruthful || isTrue(key, side, world));
  let total = 0;
  for (const key of actions) total += weight(key);
  let at = dice.next() * total;
  for (const key of actions) {
    at -= weight(key);
    if (at < 0) return key;
  }
  return undefined;
}
