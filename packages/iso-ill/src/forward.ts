import type { Party } from '@interlend/core';
import { fromParty } from './mapping/words.js';
import type { IllRequest } from './messages/apdus.js';
import type { SystemAddress, SystemId } from './messages/system-id.js';
import type { ServiceDateTime } from './messages/types.js';

/** Who passes a request on, to whom and when. */
export interface Forwarding {
  readonly to: Party;
  /** The library that passes it on: it joins the list of those already tried. */
  readonly by: SystemId;
  /** Where the requester is reached, for the new responder. */
  readonly requesterAddress?: SystemAddress;
  readonly at: ServiceDateTime;
  readonly note?: string;
}

/**
 * The ILL-Request that the FORWARD service sends onward: the transaction-id unchanged, forward-flag TRUE, the new responder
 * in responder-id. The Forward-Notification for the requester is what the guard says to `forwarded`.
 */
export function forwardRequest(request: IllRequest, forwarding: Forwarding): IllRequest {
  const { thirdPartyInfoType: info } = request;
  return {
    ...request,
    serviceDateTime: forwarding.at,
    responderId: fromParty(forwarding.to),
    forwardFlag: true,
    thirdPartyInfoType: {
      ...info,
      ...(forwarding.requesterAddress && { initialRequesterAddress: forwarding.requesterAddress }),
      alreadyTriedList: [...(info?.alreadyTriedList ?? []), forwarding.by],
    },
    ...(forwarding.note !== undefined && { forwardNote: forwarding.note }),
  };
}
