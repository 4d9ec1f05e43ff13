/**
 * Recorded conversations between library systems: their file format, a recorder that stands between two systems, and
 * redaction that keeps every length.
 *
 * @packageDocumentation
 */
export {
  type ConnectionEnd,
  type ConnectionReader,
  framedReader,
  type Passage,
  type PassedMessage,
} from './connection-reader.js';
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
export {
  formatHttpExchange,
  type HttpCall,
  type HttpExchange,
  HttpExchangeSchema,
  httpDigest,
  httpExchangeJsonSchema,
  parseHttpExchange,
} from './http/format.js';
export { type HttpRecorder, type HttpRecorderOptions, recordHttp } from './http/record-http.js';
export type { KeepsName, TextRules } from './http/redact-body.js';
export { type HttpRedactionRules, type RedactedCalls, redactCalls } from './http/redact-calls.js';
export { type HttpReplay, replayHttp } from './http/replay-http.js';
export { type Difference, differences, type MatchRule, shortfalls } from './matching.js';
export {
  type KeptForm,
  type RecordedRoute,
  type Recorder,
  type RecorderOptions,
  type Recording,
  record,
} from './recorder.js';
export { isFilled, type RedactedMessage, type RedactionRules, redactMessage } from './redaction.js';
export { SmtpReader } from './smtp-reader.js';
export {
  type CheckedYaml,
  checkYaml,
  formatMistake,
  type Mistake,
  mistakesError,
  type YamlDocument,
} from './yaml-document.js';
