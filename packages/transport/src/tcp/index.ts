/**
 * Connections over TCP: plain, TLS and mutual TLS, with deadlines, back pressure and limits. Implements the `Connector`
 * and `Acceptor` seams of `@interlend/core`.
 *
 * ```ts
 * import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
 *
 * const acceptor = createTcpAcceptor({ allow: ['127.0.0.0/8'] });
 * const listening = await acceptor.listen({ host: '127.0.0.1', port: 0 }, async (connection, { signal }) => {
 *   const question = await connection.receive({ signal });
 *   if (question) await connection.send(question, { signal });
 * });
 *
 * const connection = await createTcpConnector().open(listening.address, { timeoutMs: 5_000 });
 * await connection.send(new TextEncoder().encode('anybody there?'));
 * console.log(new TextDecoder().decode(await connection.receive()));
 * await connection.close();
 * await listening.close();
 * ```
 *
 * TLS is version 1.2 or later. A peer that ends the TCP stream without the closing words of TLS looks like one that ended
 * in good order: protocols have to notice by their framing that a message is incomplete.
 *
 * @packageDocumentation
 */
export {
  type AcceptorLimits,
  type ConnectorLimits,
  defaultAcceptorLimits,
  defaultConnectorLimits,
} from '../limits.js';
export {
  createTcpAcceptor,
  type TcpAcceptor,
  type TcpAcceptorOptions,
  type TcpListening,
} from './acceptor.js';
export type { TcpCounts } from './admission.js';
export { createTcpConnector, type TcpConnectorOptions } from './connector.js';
export type { AcceptorTls, ConnectorTls } from './tls-settings.js';
