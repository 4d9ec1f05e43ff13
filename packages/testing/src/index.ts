/**
 * Recorded conversations between library systems: their file format, a recorder that stands between two systems, and
 * redaction that keeps every length.
 *
 * @packageDocumentation
 */
export {
  type DeskTurn,
  type Exchange,
  ExchangeSchema,
  exchangeJsonSchema,
  type MessageTurn,
  messageTurns,
  Origins,
  type Turn,
} from './exchange/format.js';
export { exchangeDigest, formatExchange, parseExchange, turnBytes } from './exchange/load.js';
export { type Recorder, type RecorderOptions, record } from './recorder.js';
export { redact } from './redaction.js';
