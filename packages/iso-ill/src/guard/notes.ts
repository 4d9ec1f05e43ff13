import type { IllApdu } from '../messages/apdus.js';
import { unmetByRequester } from './optional-messages.js';
import type { Turn } from './turn.js';

/** A requester learns with the first answer which optional messages the responder wants. */
export function noteWishes(turn: Turn, message: IllApdu): void {
  if (message.apdu !== 'ILL-Answer' && message.apdu !== 'Shipped') return;
  const wishes = message.responderOptionalMessages;
  if (!wishes) return;
  turn.guard = { ...turn.guard, partnerMessages: wishes };
  const unmet = unmetByRequester(wishes, turn.rules.requesterMessages);
  if (unmet.length === 0) return;
  const why = `the lender requires ${unmet.join(' and ')}, which this side does not send`;
  turn.warnings.push(why);
  // Once it is shipped there is nothing left to cancel.
  if (message.apdu === 'ILL-Answer') {
    turn.proposals.push({ event: { type: 'cancelRequested', from: 'borrower' }, why, isAutomatic: false });
  }
}
