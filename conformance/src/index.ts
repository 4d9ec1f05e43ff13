/**
 * The conformance suite as a library: its exchanges, requirements and systems, and the runner that tries them.
 *
 * ```ts
 * import { loadSuite } from '@interlend/conformance';
 *
 * const { systems, exchanges } = loadSuite();
 * console.log(systems.map(({ id }) => id), exchanges.length);
 * ```
 *
 * @packageDocumentation
 */
export {
  exchangeOf,
  type RecordedExchange,
  type RecordingHead,
  transactionsOf,
} from './recording/recorded-exchange.js';
export { recorderFor } from './recording/recorder-for.js';
export { type ProtocolUnderTest, protocolsUnderTest } from './run/protocols.js';
export { loadSuite, type Suite } from './suite/load.js';
