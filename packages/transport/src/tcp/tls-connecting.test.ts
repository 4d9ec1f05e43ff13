import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../contract/rig.test-support.js';
import { makeCertificate } from './certificates.test-support.js';
import { createTcpConnector } from './index.js';
import {
  authority,
  cleanUp,
  foreignServer,
  hello,
  lender,
  selfSigned,
  serve,
  stranger,
  talk,
  trusting,
} from './tls-rig.test-support.js';

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
