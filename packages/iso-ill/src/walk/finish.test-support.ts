import type { LendingEventKey } from '@interlend/core';
import type { World } from './desk.test-support.js';
import type { Dice } from './random.test-support.js';
import type { Side } from './side.test-support.js';

/**
 * What a desk does to bring a loan to its end, best first: what it can do about the item, else it reminds the other side by
 * saying again what it waits for an answer to.
 */
export function finishingActions(
  side: Side,
  world: World,
  dice: Dice,
  isSilent: boolean,
): readonly LendingEventKey[] {
  return side.role === 'lender' ? lender(side, world, dice, isSilent) : borrower(side, world, dice);
}

function lender(side: Side, world: World, dice: Dice, isSilent: boolean): readonly LendingEventKey[] {
  const { place } = world;
  const isOut = place !== 'shelf' || isSilent;
  const end: readonly LendingEventKey[] =
    place === 'to-lender' ? ['checkedIn'] : place === 'gone' ? ['lost'] : [];
  switch (side.transaction.state) {
    case 'requested':
      return isOut || dice.chance(0.5) ? ['shipped'] : ['unfilled'];
    case 'conditional':
      return ['conditional'];
    case 'cancelRequested':
      return isOut ? ['cancelAnswered:no'] : ['cancelAnswered:yes'];
    case 'renewRequested':
    case 'overdueRenewRequested':
      return dice.chance(0.5) ? ['renewAnswered:yes'] : ['renewAnswered:no'];
    case 'shipped':
      return world.service === 'copy' ? (place === 'gone' ? ['lost'] : ['shipped']) : [...end, 'shipped'];
    case 'overdue':
      return [...end, 'overdue'];
    case 'recalled':
      return [...end, 'recalled'];
    // A terminal word that the other side has not understood is said again.
    case 'lost':
      return ['lost'];
    case 'checkedIn':
      return ['checkedIn'];
    case 'unfilled':
      return ['unfilled', 'retryLater', 'locationsProvided', 'estimated', 'expired'];
    default:
      return [];
  }
}

function borrower(side: Side, world: World, dice: Dice): readonly LendingEventKey[] {
  const { place } = world;
  const isHere = place === 'to-borrower' || place === 'borrower';
  switch (side.transaction.state) {
    case 'requested':
      if (place === 'gone') return ['lost'];
      return isHere ? ['received'] : ['requested'];
    case 'conditional':
      return dice.chance(0.5) ? ['conditionAnswered:yes'] : ['conditionAnswered:no'];
    case 'cancelRequested':
      return ['cancelRequested'];
    case 'shipped':
      if (place === 'gone') return ['lost'];
      return isHere ? ['received'] : ['returned'];
    case 'received':
    case 'overdueBeforeReceipt':
    case 'overdue':
    case 'recalled':
    case 'renewRequested':
    case 'overdueRenewRequested':
      if (place === 'gone') return ['lost'];
      return ['returned'];
    case 'returned':
    case 'checkedIn':
      return place === 'gone' ? ['lost', 'returned'] : ['returned'];
    case 'lost':
      return ['lost'];
    default:
      return [];
  }
}
