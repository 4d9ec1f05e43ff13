import { once } from 'node:events';
import { createServer, connect as dialPlain } from 'node:net';
import {
  createServer as createTlsServer,
  connect as dialTls,
  type TLSSocket,
  type TlsOptions,
} from 'node:tls';
import type { Connection, PeerAddress } from '@interlend/core';
import { afterEach, describe, expect, test } from 'vitest';
import { gone, receiveAll } from '../octets.test-support.js';
import type { Handle } from '../sessions.js';
import { outcomeOf } from '../transport-contract.test-support.js';
import { makeAuthority, makeCertificate } from './certificates.test-support.js';
import {
  type AcceptorTls,
  type ConnectorTls,
  createTcpAcceptor,
  createTcpConnector,
  type TcpListening,
} from './index.js';

const authority = await makeAuthority('Test Authority');
const stranger = await makeAuthority('Another Authority');
const lender = await makeCertificate('lender', { authority });
const borrower = await makeCertificate('borrower', { authority });
const selfSigned = await makeCertificate('self');
const trusting: ConnectorTls = { ca: authority.cert };
const mutual: AcceptorTls = { ...lender, clientCa: authority.cert };

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

const anywhere: PeerAddress = { host: '127.0.0.1', port: 0 };
const hello = new TextEncoder().encode('hello');
const echo: Handle = async (connection) => connection.send(await receiveAll(connection));

interface Served {
  readonly listening: TcpListening;
  readonly errors: unknown[];
  readonly handled: Connection[];
}

async function serve(tls: AcceptorTls, handle = echo, handshakeMs = 5_000): Promise<Served> {
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

async function talk(address: PeerAddress, tls: ConnectorTls): Promise<Uint8Array> {
  const connection = await createTcpConnector({ tls, limits: { closeGraceMs: 100 } }).open(address, {
    timeoutMs: 5_000,
  });
  cleanUp.push(() => connection.close());
  await connection.send(hello);
  await connection.end();
  return receiveAll(connection);
}

/** A TLS server that is not ours. */
async function foreignServer(options: TlsOptions): Promise<PeerAddress> {
  const server = createTlsServer(options, (socket) => socket.on('error', () => {}).pipe(socket));
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
  return { host: '127.0.0.1', port: address.port };
}

describe('the connecting side', () => {
  const wrongServers = [
    {
      title: 'has expired',
      tls: trusting,
      certificate: () => makeCertificate('lender', { authority, isExpired: true }),
      says: 'its certificate has expired: its owner must renew it',
      retryable: true,
    },
    {
      title: 'is self-signed',
      tls: trusting,
      certificate: async () => selfSigned,
      says: 'is self-signed and not trusted here: add the certificate itself',
      retryable: false,
    },
    {
      title: 'comes from an authority that is not trusted',
      tls: { ca: stranger.cert },
      certificate: async () => lender,
      says: 'the authority of its certificate is not known here: add it (ca)',
      retryable: false,
    },
    {
      title: 'brings an authority of its own along',
      tls: trusting,
      certificate: async () => {
        const foreign = await makeCertificate('lender', { authority: stranger });
        return { key: foreign.key, cert: `${foreign.cert}\n${stranger.cert}` };
      },
      says: 'comes from an authority that is not trusted here: add that authority',
      retryable: false,
    },
    {
      title: 'is made out to another name',
      tls: trusting,
      certificate: () => makeCertificate('other', { authority, names: ['other.example'] }),
      says: 'is not made out to that name but to DNS:other.example: connect by such a name, or set tls.serverName',
      retryable: false,
    },
    {
      title: 'is not made out to the wanted name',
      tls: { ...trusting, serverName: 'lender.example' },
      certificate: async () => lender,
      says: 'is not made out to that name but to DNS:localhost, IP Address:127.0.0.1',
      retryable: false,
    },
  ] as const;

  test.each(wrongServers)(
    'refuses a peer whose certificate $title',
    async ({ tls, certificate, says, retryable }) => {
      const { listening, handled } = await serve(await certificate());
      await expect(talk(listening.address, tls)).rejects.toMatchObject({
        name: 'TransportError',
        code: 'tls',
        phase: 'handshake',
        message: expect.stringContaining(says),
        retryable,
        maybeDelivered: false,
      });
      for (const connection of handled) expect(await outcomeOf(connection)).not.toBe('unexpected');
    },
  );

  test('accepts a self-signed certificate that it was given to trust', async () => {
    const { listening } = await serve(selfSigned);
    expect(await talk(listening.address, { ca: selfSigned.cert })).toEqual(hello);
  });

  test('accepts a certificate with the wanted name, wherever it connected to', async () => {
    const { listening } = await serve(await makeCertificate('x', { authority, names: ['lender.example'] }));
    expect(await talk(listening.address, { ...trusting, serverName: 'lender.example' })).toEqual(hello);
  });

  test('shows what the peer proved to be', async () => {
    const { listening } = await serve(lender);
    const connection = await createTcpConnector({ tls: trusting }).open(listening.address);
    expect(connection.peerCertificate).toEqual({
      subject: 'CN=lender',
      fingerprint256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
    });
    await connection.end();
    await connection.close();
  });

  test.each(['TLSv1.3', 'TLSv1.2'] as const)(
    'says that the peer requires a client certificate (%s)',
    async (maxVersion) => {
      const address = await foreignServer({ ...lender, ca: authority.cert, requestCert: true, maxVersion });
      await expect(talk(address, trusting)).rejects.toMatchObject({
        name: 'TransportError',
        code: 'tls',
        phase: 'handshake',
        message: expect.stringMatching(/require.* a client certificate.*tls\.cert/),
        retryable: false,
      });
    },
  );

  test('speaks no TLS older than 1.2', async () => {
    const address = await foreignServer({
      ...lender,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await expect(talk(address, trusting)).rejects.toMatchObject({ code: 'tls', phase: 'handshake' });
  });

  test('says that the peer does not speak TLS when it speaks before TLS is complete', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('220 lender.example ready\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUp.push(() => server.close());
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
    await expect(talk({ host: '127.0.0.1', port: address.port }, trusting)).rejects.toMatchObject({
      code: 'tls',
      phase: 'handshake',
      message: expect.stringContaining('it does not speak TLS here: check the port'),
      maybeDelivered: false,
    });
  });

  test('says that a plain peer went away during the handshake', async () => {
    const server = createServer((socket) =>
      socket.on('error', () => {}).once('data', () => socket.destroy()),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUp.push(() => server.close());
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
    await expect(talk({ host: '127.0.0.1', port: address.port }, trusting)).rejects.toMatchObject({
      code: 'lost',
      phase: 'handshake',
      message: expect.stringContaining('check that it speaks TLS at this port'),
      maybeDelivered: false,
    });
  });
});

describe('the listening side', () => {
  test('knows who connected', async () => {
    const { listening, handled } = await serve(mutual);
    expect(await talk(listening.address, { ...trusting, ...borrower })).toEqual(hello);
    expect(handled).toMatchObject([
      { peerAddress: '127.0.0.1', peerCertificate: { subject: 'CN=borrower' } },
    ]);
    expect(listening.counts).toMatchObject({ accepted: 1, failedHandshakes: 0 });
  });

  test('asks for no certificate when none is required', async () => {
    const { listening, handled } = await serve(lender);
    expect(await talk(listening.address, { ...trusting, ...borrower })).toEqual(hello);
    expect(handled[0]).not.toHaveProperty('peerCertificate');
  });

  const wrongClients = [
    {
      title: 'shows no certificate',
      client: async () => ({}),
      says: 'it showed no client certificate, which is required here',
    },
    {
      title: 'shows a certificate of another authority',
      client: () => makeCertificate('borrower', { authority: stranger }),
      says: 'the authority of its certificate is not known here',
    },
    {
      title: 'shows a certificate that has expired',
      client: () => makeCertificate('borrower', { authority, isExpired: true }),
      says: 'its certificate has expired',
    },
    { title: 'shows a certificate signed by itself', client: async () => selfSigned, says: 'self-signed' },
  ];

  test.each(wrongClients)('lets nobody in who $title, and resets', async ({ client, says }) => {
    const { listening, errors, handled } = await serve(mutual);
    await expect(talk(listening.address, { ...trusting, ...(await client()) })).rejects.toMatchObject({
      name: 'TransportError',
      code: 'lost',
    });
    expect(errors).toMatchObject([
      { name: 'TransportError', code: 'tls', phase: 'handshake', message: expect.stringContaining(says) },
    ]);
    expect(handled).toEqual([]);
    await expect.poll(() => listening.counts).toMatchObject({ open: 0, failedHandshakes: 1 });
  });

  test('lets nobody in who resumes a session without a certificate', async () => {
    const { listening, handled } = await serve(mutual);
    const sessions: Buffer[] = [];
    const attempt = async (session?: Buffer): Promise<void> => {
      const socket: TLSSocket = dialTls({
        ...listening.address,
        ca: authority.cert,
        ...(session ? { session } : {}),
      });
      socket.on('session', (ticket) => sessions.push(ticket));
      socket.on('error', () => {});
      await gone(socket);
    };
    await attempt();
    await attempt(sessions[0]);
    expect(handled).toEqual([]);
    expect(listening.counts.failedHandshakes).toBe(2);
  });

  test('takes plain octets before TLS for an error', async () => {
    const { listening, errors, handled } = await serve(lender);
    const socket = dialPlain(listening.address.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write('a1 80 02 01 02');
    await gone(socket);
    await expect
      .poll(() => errors)
      .toMatchObject([
        { code: 'tls', phase: 'handshake', message: expect.stringContaining('it does not speak TLS here') },
      ]);
    expect(handled).toEqual([]);
  });

  test('says that it got an HTTP request', async () => {
    const { listening, errors } = await serve(lender);
    const socket = dialPlain(listening.address.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await gone(socket);
    await expect
      .poll(() => errors)
      .toMatchObject([{ code: 'tls', message: expect.stringContaining('HTTP request') }]);
  });

  test('speaks no TLS older than 1.2', async () => {
    const { listening, errors } = await serve(lender);
    const socket = dialTls({
      ...listening.address,
      ca: authority.cert,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    socket.on('error', () => {});
    await gone(socket);
    await expect
      .poll(() => errors)
      .toMatchObject([{ code: 'tls', message: expect.stringContaining('TLS 1.2') }]);
  });

  test('gives a handshake so much time and no more, however its octets drip', async () => {
    const { listening, errors } = await serve(lender, echo, 80);
    const socket = dialPlain(listening.address.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    // The head of a record of 512 octets, which never come.
    socket.write(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00));
    const drip = setInterval(() => socket.write(Uint8Array.of(1)), 10);
    await gone(socket);
    clearInterval(drip);
    expect(errors).toMatchObject([
      { name: 'TimeoutError', phase: 'handshake', budgetMs: 80, maybeDelivered: false },
    ]);
  });

  test.each(['resetAndDestroy', 'destroy'] as const)(
    'survives a client that goes away during the handshake (%s)',
    async (leave) => {
      const { listening, errors } = await serve(lender);
      const socket = dialPlain(listening.address.port, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(Uint8Array.of(0x16, 0x03));
      await expect.poll(() => listening.counts.open).toBe(1);
      socket[leave]();
      await expect.poll(() => errors.length).toBe(1);
      await expect.poll(() => listening.counts.open).toBe(0);
      expect(await talk(listening.address, trusting)).toEqual(hello);
    },
  );

  test('closes while handshakes are going on', async () => {
    const { listening, errors } = await serve(lender);
    const socket = dialPlain(listening.address.port, '127.0.0.1');
    socket.on('error', () => {});
    await expect.poll(() => listening.counts.open).toBe(1);
    const closed = gone(socket);
    socket.resume();
    await listening.close();
    await closed;
    expect(errors).toEqual([]);
  });

  test('survives connections that break in the middle of what they say', async () => {
    const { listening } = await serve(mutual, async (connection) => {
      await Promise.all([connection.send(new Uint8Array(2_000_000)), receiveAll(connection)]);
    });
    const connector = createTcpConnector({ tls: { ...trusting, ...borrower }, limits: { closeGraceMs: 20 } });
    const breakOff = async (index: number): Promise<void> => {
      const connection = await connector.open(listening.address, { timeoutMs: 20 + index });
      await Promise.allSettled([connection.send(new Uint8Array(2_000_000)), connection.receive()]);
      await connection.close();
    };
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 8 }, (_, index) => breakOff(index * 5).catch(() => {})));
    }
    await expect.poll(() => listening.counts.open).toBe(0);
  });
});

describe('settings', () => {
  const encrypted = makeCertificate('locked', { authority, passphrase: 'open sesame' });
  const accept = (tls: AcceptorTls): unknown => createTcpAcceptor({ tls });
  const connect = (tls: ConnectorTls): unknown => createTcpConnector({ tls });

  test.each([
    ['tls.cert', () => accept({ cert: 'x', key: lender.key })],
    ['tls.cert', () => connect({ key: lender.key })],
    ['tls.key', () => connect({ cert: lender.cert })],
    ['tls.key', () => accept({ cert: lender.cert, key: 'x' })],
    ['tls.key', () => accept({ cert: lender.cert, key: borrower.key })],
    ['tls.ca', () => connect({ ca: 'x' })],
    ['tls.ca', () => connect({ ca: [] })],
    ['tls.clientCa', () => accept({ ...lender, clientCa: [authority.cert, 'x'] })],
    ['tls.clientCa', () => accept({ ...lender, clientCa: [] })],
  ])('that are wrong are named at once: %s', (key, make) => {
    expect(make).toThrow(expect.objectContaining({ name: 'ConfigError', key }));
  });

  test('never show a key', async () => {
    const secret = lender.key.slice(40, 80);
    try {
      accept({ cert: lender.cert, key: lender.key.replace('BEGIN', 'BEGUN') });
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain(secret);
    }
  });

  test('may have an encrypted key with its passphrase, and need the right one', async () => {
    const { cert, key } = await encrypted;
    const { listening } = await serve({ cert, key, passphrase: 'open sesame' });
    expect(await talk(listening.address, trusting)).toEqual(hello);
    expect(() => accept({ cert, key, passphrase: 'wrong' })).toThrow(
      expect.objectContaining({ key: 'tls.key' }),
    );
    expect(() => accept({ cert, key })).toThrow(expect.objectContaining({ key: 'tls.key' }));
  });
});
