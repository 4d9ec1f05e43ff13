import { describe, expect, test } from 'vitest';
import { makeCertificate } from './certificates.test-support.js';
import { type AcceptorTls, type ConnectorTls, createTcpAcceptor, createTcpConnector } from './index.js';
import { authority, borrower, hello, lender, serve, talk, trusting } from './tls-rig.test-support.js';

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
