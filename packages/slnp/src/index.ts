/**
 * SLNP for interlibrary loan: the commands between a regional central server (ZFL) and the library systems of its region, a
 * line each, answered on the same connection. There is no public specification; every table says how well it is founded.
 *
 * ```ts
 * import { decode, describe, encode, dataReply, FLBestellung } from '@interlend/slnp';
 *
 * const order = FLBestellung.create({
 *   BsTyp: 'AFL',
 *   BestellId: '20260000001',
 *   SigelNB: 'DE-B1',
 *   SigelGB: 'DE-L1',
 *   BenutzerNummer: 'NB-1',
 *   Titel: 'Lebensansichten des Katers Murr',
 *   ExternReferenz: 'PFL-1',
 * });
 * const { message } = decode(encode(order));
 * console.log(describe(message));
 *
 * const reply = dataReply('SLNPFLBestellung', { PFLNummer: 'PFL-1', OKMsg: 'Bestellung angenommen' });
 * console.log(new TextDecoder().decode(encode(reply)));
 * ```
 *
 * @packageDocumentation
 */
export { capabilities } from './capabilities.js';
export { type AskOptions, askOnce, type ReceivedReply, type SessionOptions, SlnpSession } from './client.js';
export { type DecodeOptions, decode, type EncodeOptions, encode } from './codec.js';
export { borrowerKey, correlate, lenderKey } from './correlate.js';
export { describe } from './describe.js';
export { replyToFault, replyToUnreadable } from './faults.js';
export { createFramer, type StreamSide } from './framer.js';
export type { BorrowerGuard, LenderGuard, SlnpGuard, SlnpStep } from './guard/guard.js';
export { patronReply, patronUnknown } from './guard/patron.js';
export { defaultSessionLimits, type SessionLimits, type SlnpLimits, slnpLimits } from './limits.js';
export { isLogin, type Login, matchesLogin } from './login.js';
export {
  BorrowerSideMachine,
  type BorrowerSideState,
  LenderSideMachine,
  type LenderSideState,
} from './machine.js';
export { fromEvent, type ReportContext } from './mapping/from-event.js';
export { toRequest } from './mapping/read-request.js';
export { reasonOf, wordsOf } from './mapping/reasons.js';
export { BorrowerStateOf, LenderStateOf } from './mapping/states.js';
export { type HearingContext, toEvent } from './mapping/to-event.js';
export * from './messages/index.js';
export { personalFields } from './personal-fields.js';
export { rulesFor, type SlnpProfile, type SlnpRules } from './profiles/index.js';
export {
  type ArrivedCommand,
  type CommandOptions,
  createSlnpServer,
  type SlnpServer,
  type SlnpServerOptions,
} from './server.js';
export { type ServingOptions, serveSession } from './serving.js';
export { createSlnp, slnp } from './slnp.js';
