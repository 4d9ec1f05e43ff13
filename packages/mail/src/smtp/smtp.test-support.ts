import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Listening, PeerAddress } from '@interlend/core';
import { formatMail } from '../format-mail.js';
import { sample } from '../mail-samples.test-support.js';
import { type ArrivedMail, listenForMail, type MailListenerOptions } from './listen.js';
import type { MailServer } from './send.js';

const open: { close(): Promise<void> }[] = [];

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const each of open.splice(0).reverse()) await each.close();
}

export const envelope = { from: 'desk@library.example', to: 'ill@partner.example' };
export const raw = formatMail(sample);
export const anywhere = { host: '127.0.0.1', port: 0 };

export async function listen(
  handle: (mail: ArrivedMail) => Promise<void>,
  options: Partial<MailListenerOptions> = {},
): Promise<Listening> {
  const listening = await listenForMail(
    anywhere,
    { isRecipient: (address) => address.endsWith('@partner.example'), ...options },
    handle,
  );
  open.push(listening);
  return listening;
}

export const to = ({ address }: { readonly address: PeerAddress }, more: Partial<MailServer> = {}) => ({
  server: { ...address, security: 'none' as const, ...more },
});

/** A mail server that says what it is told, line by line. */
export async function scripted(
  play: (socket: Socket, line: string) => void,
): Promise<{ readonly address: PeerAddress }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 ready\r\n');
    let held = '';
    socket.on('data', (chunk) => {
      held += chunk.toString('latin1');
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end);
        held = held.slice(end + 2);
        play(socket, line);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  const bound = server.address();
  return { address: { host: '127.0.0.1', port: typeof bound === 'object' && bound ? bound.port : 0 } };
}

/** Says something to a listener and gives everything that came back. */
export async function raw25({ address }: Listening, ...said: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(address.port, address.host);
    let heard = '';
    let next = 0;
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      const line = said[next++];
      if (line === undefined) socket.end();
      else socket.write(line);
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}

/** A place that speaks TLS from the first octet, and hands what is inside on to a listener. */
export async function behindTls(
  { address }: Listening,
  pem: { readonly cert: string; readonly key: string },
): Promise<{ readonly address: PeerAddress }> {
  const server = createTlsServer(pem, (outer) => {
    const inner = connect(address.port, address.host);
    outer.on('error', () => inner.destroy());
    inner.on('error', () => outer.destroy());
    outer.pipe(inner).pipe(outer);
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  return { address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port } };
}
