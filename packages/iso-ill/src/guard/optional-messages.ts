import type { RequesterOptionalMessages, ResponderOptionalMessages } from '../messages/types.js';

/** What becomes of an optional message between one side's wish and the other side's ability. */
export type OptionalMessageOutcome =
  /** It must be sent. */
  | 'must-send'
  | 'sends'
  | 'does-not-send'
  /** It may be left out. */
  | 'may-omit'
  /** Required and not possible. */
  | 'unmet';

type Wish = RequesterOptionalMessages['requesterShipped'];

/** The table of the standard; a wish without a name counts as `desires`. */
export function optionalMessageOutcome(wish: Wish, canSend: boolean): OptionalMessageOutcome {
  switch (wish) {
    case 'requires':
      return canSend ? 'must-send' : 'unmet';
    case 'neither':
      return 'may-omit';
    default:
      return canSend ? 'sends' : 'does-not-send';
  }
}

/** Messages of a responder that the requester requires and the responder cannot send. */
export function unmetByResponder(
  wishes: RequesterOptionalMessages,
  own: ResponderOptionalMessages,
): readonly ('Shipped' | 'Checked-In')[] {
  const unmet: ('Shipped' | 'Checked-In')[] = [];
  if (optionalMessageOutcome(wishes.requesterShipped, own.canSendShipped) === 'unmet') unmet.push('Shipped');
  if (optionalMessageOutcome(wishes.requesterCheckedIn, own.canSendCheckedIn) === 'unmet') {
    unmet.push('Checked-In');
  }
  return unmet;
}

/** Messages of a requester that the responder requires and the requester cannot send. */
export function unmetByRequester(
  wishes: ResponderOptionalMessages,
  own: RequesterOptionalMessages,
): readonly ('Received' | 'Returned')[] {
  const unmet: ('Received' | 'Returned')[] = [];
  if (optionalMessageOutcome(wishes.responderReceived, own.canSendReceived) === 'unmet')
    unmet.push('Received');
  if (optionalMessageOutcome(wishes.responderReturned, own.canSendReturned) === 'unmet')
    unmet.push('Returned');
  return unmet;
}
