/**
 * Something that behaves like Alma as publicly known: its REST interface over a real port, protocol endpoints bound to its
 * partner records, and what its staff do as HTTP, with a clock that can be put forward. For rehearsing whole loans.
 *
 * ```ts
 * import { startSimulator } from '@interlend/alma-simulator';
 *
 * const alma = await startSimulator({ port: 0, ports: { 'iso-ill': 0 } });
 * console.log(alma.url, alma.listeners.get('iso-ill')?.port);
 * await alma.close();
 * ```
 *
 * @packageDocumentation
 */
export { type Behaviour, Behaviours } from './behaviours.js';
export type { AnyProtocol, BindingOptions, OpenBinding, ProtocolBinding } from './bindings/binding.js';
export { SimulatorClock } from './clock.js';
export type { SimulatorSettingsInput } from './settings.js';
export { type Simulator, type SimulatorSurroundings, startSimulator } from './simulator.js';
