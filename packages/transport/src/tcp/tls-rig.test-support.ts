import { once } from 'node:events';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Connection, PeerAddress } from '@interlend/core';
import { afterEach } from 'vitest';
import { receiveAll } from '../octets.test-support.js';
import type { Handle } from '../sessions.js';
import { makeAuthority, makeCertificate } from './certificates.test-support.js';
import {
  type AcceptorTls,
  type ConnectorTls,
  createTcpAcceptor,
  createTcpConnector,
  type TcpListening,
} from './index.js';

export const authority = await makeAuthority('Test Authority');
export const stranger = await makeAuthority('Another Authority');
export const lender = await makeCertificate('lender', { authority });
export const borrower = await makeCertificate('borrower', { authority });
export const selfSigned = await makeCertificate('self');
/** A borrower that trusts the authority. */
export const trusting: ConnectorTls = { ca: authority.cert };
/** A lender that wants to see certificates of the authority. */
export const mutual: AcceptorTls = { ...lender, clientCa: authority.cert };

/** Undone after the test, last first. */
export const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

const anywhere: PeerAddress = { host: '127.0.0.1', port: 0 };
export const hello = new TextEncoder().encode('hello');
export const echo: Handle = async (connection) => connection.send(await receiveAll(connection));

/** A listener, what its owner heard, and whom it served. */
export interface Served {
  readonly listening: TcpListening;
  readonly errors: unknown[];
  readonly handled: Connection[];
}

/** Listens; closed after the test. */
export async function serve(tls: AcceptorTls, handle = echo, handshakeMs = 5_000): Promise<Served> {
  const errors: unknown[] = [];
  const handled: Connection[] = [];
  const acceptor = createTcpAcceptor({
    tls,
    limits: { handshakeMs, closeGraceMs: 100 },
    onError: (error) => errors.push(error),
  });
  const listening = await acceptor.listen(anywhere, (connection, options) => {
    handled.push(connection);
    return handle(connection, options);
  });
  cleanUp.push(() => listening.close());
  return { listening, errors, handled };
}

/** Says hello, and gives what comes back. */
export async function talk(address: PeerAddress, tls: ConnectorTls): Promise<Uint8Array> {
  const connection = await createTcpConnector({ tls, limits: { closeGraceMs: 100 } }).open(address, {
    timeoutMs: 5_000,
  });
  cleanUp.push(() => connection.close());
  await connection.send(hello);
  await connection.end();
  return receiveAll(connection);
}

/** A TLS server that is not ours. */
export async function foreignServer(options: TlsOptions): Promise<PeerAddress> {
  const server = createTlsServer(options, (socket) => socket.on('error', () => {}).pipe(socket));
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
  return { host: '127.0.0.1', port: address.port };
}
