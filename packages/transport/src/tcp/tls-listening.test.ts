import { once } from 'node:events';
import { connect as dialPlain } from 'node:net';
import { connect as dialTls, type TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { gone, receiveAll } from '../octets.test-support.js';
import { makeCertificate } from './certificates.test-support.js';
import { createTcpConnector } from './index.js';
import {
  authority,
  borrower,
  echo,
  hello,
  lender,
  mutual,
  selfSigned,
  serve,
  stranger,
  talk,
  trusting,
} from './tls-rig.test-support.js';

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
    await expect
      .poll(() => listening.counts, { timeout: 10_000 })
      .toMatchObject({ open: 0, failedHandshakes: 1 });
  });

  test('resumes no session: every connection shows its certificate', async () => {
    const { listening, handled } = await serve(mutual);
    let session: Buffer | undefined;
    const attempt = async (): Promise<boolean> => {
      const socket: TLSSocket = dialTls({
        ...listening.address,
        ca: authority.cert,
        ...borrower,
        ...(session ? { session } : {}),
      });
      socket.on('session', (ticket) => {
        session = ticket;
      });
      await once(socket, 'secureConnect');
      const isReused = socket.isSessionReused();
      socket.end('hello');
      await once(socket.resume(), 'close');
      return isReused;
    };
    expect([await attempt(), session === undefined]).toEqual([false, false]);
    expect(await attempt()).toBe(false);
    expect(handled).toHaveLength(2);
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
      .poll(() => errors, { timeout: 10_000 })
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
      .poll(() => errors, { timeout: 10_000 })
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
      .poll(() => errors, { timeout: 10_000 })
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
      await expect.poll(() => listening.counts.open, { timeout: 10_000 }).toBe(1);
      socket[leave]();
      await expect.poll(() => errors.length, { timeout: 10_000 }).toBe(1);
      await expect.poll(() => listening.counts.open, { timeout: 10_000 }).toBe(0);
      expect(await talk(listening.address, trusting)).toEqual(hello);
    },
  );

  test('closes while handshakes are going on', async () => {
    const { listening, errors } = await serve(lender);
    const socket = dialPlain(listening.address.port, '127.0.0.1');
    socket.on('error', () => {});
    await expect.poll(() => listening.counts.open, { timeout: 10_000 }).toBe(1);
    const closed = gone(socket);
    socket.resume();
    await listening.close();
    await closed;
    await expect.poll(() => listening.counts.open, { timeout: 10_000 }).toBe(0);
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
    await expect.poll(() => listening.counts.open, { timeout: 10_000 }).toBe(0);
  });
});
