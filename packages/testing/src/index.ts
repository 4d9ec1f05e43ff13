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
  type Mutation,
  messageTurns,
  Origins,
  type TimerTurn,
  type Turn,
} from './exchange/format.js';
export { checkExchange, exchangeDigest, formatExchange, parseExchange, turnBytes } from './exchange/load.js';
export { freePort } from './free-port.js';
export { type Difference, differences, type MatchRule, shortfalls } from './matching.js';
export {
  type RecordedRoute,
  type Recorder,
  type RecorderOptions,
  type Recording,
  record,
} from './recorder.js';
export { type RedactedMessage, type RedactionRules, redactMessage } from './redaction.js';
export {
  type CheckedYaml,
  checkYaml,
  formatMistake,
  type Mistake,
  mistakesError,
  type YamlDocument,
} from './yaml-document.js';
