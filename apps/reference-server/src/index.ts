/**
 * The reference server as a library: one process that lends and borrows for any number of libraries, keeps every
 * message before it is acknowledged, and shows staff what they may do.
 *
 * ```ts
 * import { checkSettings, createServer, defaultRegistry } from '@interlend/reference-server';
 *
 * const { settings, mistakes } = checkSettings(
 *   { data: 'loans.sqlite', libraries: [{ symbol: 'TEST:REQ', name: 'Example Library' }] },
 *   process.env,
 *   defaultRegistry,
 * );
 * if (!settings) throw new AggregateError(mistakes);
 * const server = createServer(settings);
 * await server.start();
 * console.log(server.apiUrl);
 * ```
 *
 * @packageDocumentation
 */
export type { AlmaLink } from './alma/link.js';
export type { AlmaStatus } from './alma/status.js';
export type { Accepted, Carrier, Channel, Inward, Outward, PeerLine } from './carriers/carrier.js';
export { oneWay } from './carriers/one-way/one-way.js';
export { twoWay } from './carriers/two-way/two-way.js';
export { keepHeapSmall } from './heap.js';
export { defaultRegistry } from './protocols.js';
export {
  checkSettings,
  EnvironmentVariables,
  readSettings,
  readSettingsFile,
  type SettingsResult,
} from './read-settings.js';
export { createRegistry, type ProtocolBinding, type ProtocolRegistry } from './registry.js';
export { createServer, type Server, type ServerSurroundings } from './server.js';
export type { Settings, SettingsInput } from './settings.js';
export { SqliteStore, type SqliteStoreOptions } from './store/sqlite/sqlite-store.js';
export type * from './store/store.js';
export { createTcpTransports, type Transports } from './transports.js';
