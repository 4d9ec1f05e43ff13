/**
 * Stands in for the British Library in tests and rehearsals.
 *
 * @packageDocumentation
 */
export { BritishLibrary, type BritishLibraryOptions, type SimulatedOrder } from './british-library.js';
