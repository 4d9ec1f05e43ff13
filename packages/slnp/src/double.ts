/**
 * A double of the regional central server (ZFL): rota, order states, both ways in which a lender says no, time limits, and
 * faults on demand. It stands in for a partner in tests; it keeps nothing.
 *
 * ```ts
 * import { HubDouble } from '@interlend/slnp/double';
 * import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
 *
 * const connector = createTcpConnector();
 * const hub = new HubDouble({
 *   acceptor: createTcpAcceptor({ allow: ['127.0.0.0/8'] }),
 *   libraries: { 'DE-B1': { connector, address: { host: '127.0.0.1', port: 1 } } },
 *   patience: { attempts: 1, pauseMs: 0 },
 * });
 * await hub.listen({ host: '127.0.0.1', port: 0 });
 *
 * const id = hub.submitOrder({
 *   borrower: 'DE-B1',
 *   rota: ['DE-L1', 'DE-L2'],
 *   fields: { BenutzerNummer: '4711', Titel: 'Lebensansichten des Katers Murr' },
 * });
 * const { state } = await hub.reached(id, 'Sign');
 * console.log(id, state, hub.turns);
 * await hub.close();
 * ```
 *
 * @packageDocumentation
 */
export type { HubFault, IncomingFault, OutgoingFault } from './double/faults.js';
export { HubDouble, type HubDoubleOptions, type HubTurn, type SubmittedOrder } from './double/hub.js';
export {
  type HubOrder,
  type OrderEvent,
  OrderMachine,
  type OrderState,
  presentLender,
  stepOrder,
} from './double/order.js';
export type { LibraryLine, Patience } from './double/speak.js';
