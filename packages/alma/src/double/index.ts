/**
 * A stand-in for the REST interface of an Alma: a function from `Request` to `Response` over a small state, with the ways
 * of Alma that surprise clients, each of which can be switched.
 *
 * ```ts
 * import { createAlmaClient } from '@interlend/alma';
 * import { createAlmaDouble } from '@interlend/alma/double';
 *
 * const double = createAlmaDouble({ quirks: { singleObjects: true } });
 * const alma = createAlmaClient({
 *   server: 'https://alma.example',
 *   apiKey: 'a-key',
 *   fetch: (...args) => double.handle(new Request(...args)),
 * });
 * await alma.check('read');
 * console.log(double.calls.length, alma.remaining);
 * ```
 *
 * @packageDocumentation
 */
export { type AlmaDouble, type AlmaDoubleOptions, createAlmaDouble, type DoubleCall } from './double.js';
export { type QuirkName, type QuirkSwitches, Quirks } from './quirks.js';
export { type AlmaSeed, AlmaState, type BorrowingRequest, defaultCodeTables } from './state.js';
export type { ThresholdOptions } from './thresholds.js';
export type { DoubleHooks } from './world.js';
