import { describe, expect, test } from 'vitest';
import { certificateFailure, connectFailure, errorCode, streamFailure } from './failures.js';

const peer = 'lender.example:1611';
const coded = (code: string): Error => Object.assign(new Error('text of the system'), { code });

describe('a failure to connect', () => {
  test.each([
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'lost'],
    ['ENOTFOUND', 'unreachable'],
    ['EAI_AGAIN', 'unreachable'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['ETIMEDOUT', 'unreachable'],
    ['EWHATEVER', 'unreachable'],
  ])('for %s is %s, is never delivered, and keeps its cause', (code, word) => {
    const cause = coded(code);
    expect(connectFailure(peer, cause)('connect', true)).toMatchObject({
      name: 'TransportError',
      code: word,
      peer,
      phase: 'connect',
      maybeDelivered: false,
      retryable: true,
      cause,
    });
  });

  test('names a code that it does not know', () => {
    expect(connectFailure(peer, coded('EWHATEVER'))('connect', false).message).toBe(
      'lender.example:1611 was not reached in phase connect: EWHATEVER',
    );
  });

  test('during the handshake is one of the handshake', () => {
    expect(connectFailure(peer, coded('ECONNRESET'))('handshake', false)).toMatchObject({
      code: 'lost',
      phase: 'handshake',
      message: expect.stringContaining('check that it speaks TLS'),
    });
  });
});

describe('a failure of a connection that stood', () => {
  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', ''])(
    'for %j is lost, in the phase of the call that met it',
    (code) => {
      expect(streamFailure(peer, coded(code))('send', true)).toMatchObject({
        code: 'lost',
        phase: 'send',
        maybeDelivered: true,
      });
    },
  );

  test.each([
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'CERT_HAS_EXPIRED',
  ])('for %s belongs to the handshake and says what to do', (code) => {
    const error = streamFailure(peer, coded(code))('receive', true);
    expect(error).toMatchObject({ code: 'tls', phase: 'handshake', maybeDelivered: true });
    expect(error.message).not.toContain('TLS broke');
  });

  test('for a word of TLS that no table knows names the word', () => {
    expect(streamFailure(peer, coded('ERR_SSL_TLSV1_ALERT_NEW_WORD'))('receive', false)).toMatchObject({
      code: 'tls',
      retryable: true,
      message: 'TLS with lender.example:1611: TLS broke: ALERT_NEW_WORD',
    });
  });

  test.each([undefined, {}, { cert: null }, { cert: {} }, { cert: { subjectaltname: 7 } }])(
    'for a name that does not fit survives a certificate like %j',
    (extra) => {
      const error = Object.assign(coded('ERR_TLS_CERT_ALTNAME_INVALID'), extra);
      expect(streamFailure(peer, error)('handshake', false).message).toContain('but to another:');
    },
  );
});

test('a certificate that is refused for an unknown reason is refused by that name', () => {
  expect(certificateFailure(peer, 'NEW_REASON')('handshake', false)).toMatchObject({
    code: 'tls',
    retryable: false,
    message: 'TLS with lender.example:1611: its certificate is not accepted: NEW_REASON',
  });
});

test.each([
  [coded('EPIPE'), 'EPIPE'],
  [new Error('x'), ''],
  [Object.assign(new Error('x'), { code: 7 }), ''],
  [{ code: 'EPIPE' }, ''],
  [undefined, ''],
])('the code of %o is %j', (error, code) => {
  expect(errorCode(error)).toBe(code);
});
