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
export { type ProtocolUnderTest, protocolsUnderTest } from './run/protocols.js';
export { loadSuite, type Suite } from './suite/load.js';
