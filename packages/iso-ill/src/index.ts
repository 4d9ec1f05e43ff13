/**
 * ISO 10160/10161 (ISO ILL): the 20 APDUs of versions 1 and 2, both protocol machines, the mapping to the words of the
 * lending desk, and the ways APDUs travel.
 *
 * ```ts
 * import { decode, describe, encode } from '@interlend/iso-ill';
 *
 * const cancel = Buffer.from(
 *   '664b3049800102a10ea1051b03472d31a2051b03512d31a214a012800832303234303130338106313031313132' +
 *     'a30ea00ca10a1b08544553543a524551a40ea00ca10a1b08544553543a525350',
 *   'hex',
 * );
 * const { message } = decode(cancel);
 * console.log(describe(message), message.transactionId.transactionQualifier);
 *
 * const serviceDateTime = { dateTimeOfThisService: { date: '20240103', time: '111213' } };
 * const bytes = encode({ ...message, apdu: 'Cancel-Reply', serviceDateTime, answer: true });
 * console.log(Buffer.from(bytes).toString('hex'));
 * ```
 *
 * @packageDocumentation
 */
export {
  type After,
  createMemoryJournal,
  defaultPausesMs,
  type OutboundEntry,
  OutboundQueue,
  type OutboundQueueOptions,
  type PendingEntry,
  type QueueEvent,
  type QueueJournal,
  type SendEntry,
  type SendOutcome,
} from '@interlend/transport/queue';
export { formatSystemAddress, parseSystemAddress, type ReachableAddress } from './addresses.js';
export { capabilities } from './capabilities.js';
export { type OneWayDelivery, type OneWayOptions, type StrayOctets, sendOneWay } from './client.js';
export {
  createFramer,
  type DecodeOptions,
  decode,
  decodeAll,
  type EncodeOptions,
  encode,
  randomApdu,
} from './codec.js';
export { correlate } from './correlate.js';
export { describe } from './describe.js';
export { errorReportFor, type GeneralProblem, GeneralProblemOf } from './error-report.js';
export { type Forwarding, forwardRequest } from './forward.js';
export type { IsoIllGuard, IsoIllStep } from './guard/guard.js';
export { type OptionalMessageOutcome, optionalMessageOutcome } from './guard/optional-messages.js';
export { isoIll } from './iso-ill.js';
export { type ConversationLimits, defaultConversationLimits, illLimits } from './limits.js';
export { RequesterMachine, ResponderMachine, type WireMachine, type WireRow } from './machine.js';
export { fromEvent, type SayingContext, type SayingRules } from './mapping/from-event.js';
export type { ApduHead } from './mapping/head.js';
export { toRequest } from './mapping/read-request.js';
export { BorrowerStateOf, LenderStateOf, toNeutralState } from './mapping/states.js';
export { type HearingContext, toEvent } from './mapping/to-event.js';
export { type ExpiryRule, fromRequest, type RequestRules } from './mapping/write-request.js';
export { isMatchingEnd, isResting } from './matching-states.js';
export * from './messages/index.js';
export { personalFields } from './personal-fields.js';
export type { OutgoingApdu, ReceivedApdu } from './received.js';
export { type SalvagedHead, salvage } from './salvage.js';
export {
  type ArrivedApdu,
  type CommonServerOptions,
  createIllServer,
  type HandlerOptions,
  type IllServer,
  type IllServerOptions,
  type Sender,
  type TwoWayHandlerOptions,
  type UnreadableOctets,
} from './server.js';
export type {
  RequesterState,
  ResponderState,
  Service,
  WireEvent,
  WireRole,
  WireState,
} from './state-tables.js';
export { openTwoWay, type ReadableApdu, TwoWayConnection, type TwoWayOptions } from './two-way.js';
