import { TransportError, type TransportErrorCode, type TransportPhase } from '@interlend/core';
import { type Failure, lost } from '../failure.js';

interface TlsAdvice {
  readonly says: string;
  /** Whether it can pass without a change on this side. */
  readonly retryable: boolean;
}

/**
 * What Node and OpenSSL say about handshakes, and what to do. Alerts stand here without the name of the protocol version
 * in front, which differs from release to release.
 */
const TlsFailures: Readonly<Record<string, TlsAdvice>> = {
  CERT_HAS_EXPIRED: { says: 'its certificate has expired: its owner must renew it', retryable: true },
  CERT_NOT_YET_VALID: {
    says: 'its certificate is not valid yet: compare the clocks of both sides',
    retryable: true,
  },
  CERT_REVOKED: { says: 'its certificate is revoked: its owner must replace it', retryable: true },
  CERT_SIGNATURE_FAILURE: { says: 'its certificate has a wrong signature: check tls.ca', retryable: false },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    says: 'its certificate is self-signed and not trusted here: add the certificate itself to the trusted ones (ca)',
    retryable: false,
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    says: 'its certificate comes from an authority that is not trusted here: add that authority to the trusted ones (ca)',
    retryable: false,
  },
  UNABLE_TO_GET_ISSUER_CERT: {
    says: 'the authority of its certificate is not known here: add it (ca)',
    retryable: false,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    says: 'the authority of its certificate is not known here: add it (ca), or have the peer send its whole chain',
    retryable: false,
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    says: 'the authority of its certificate is not known here: add it (ca), or have the peer send its whole chain',
    retryable: false,
  },
  INVALID_PURPOSE: {
    says: 'its certificate is not meant for this use: check its extended key usage',
    retryable: false,
  },
  PEER_DID_NOT_RETURN_A_CERTIFICATE: {
    says: 'it showed no client certificate, which is required here: it must be given one',
    retryable: true,
  },
  UNSUPPORTED_PROTOCOL: {
    says: 'it offers nothing newer than TLS 1.1; at least TLS 1.2 is required here',
    retryable: false,
  },
  NO_SHARED_CIPHER: { says: 'the two sides have no cipher in common', retryable: false },
  WRONG_VERSION_NUMBER: { says: 'it does not speak TLS here: check the port', retryable: false },
  HTTP_REQUEST: {
    says: 'it sent an HTTP request in place of a TLS handshake: check the port',
    retryable: false,
  },
  PACKET_LENGTH_TOO_LONG: { says: 'it does not speak TLS here: check the port', retryable: false },
  ALERT_CERTIFICATE_REQUIRED: {
    says: 'it requires a client certificate: set tls.cert and tls.key',
    retryable: false,
  },
  ALERT_HANDSHAKE_FAILURE: {
    says: 'it refused the handshake: it may require a client certificate (tls.cert, tls.key) or another cipher',
    retryable: false,
  },
  ALERT_UNKNOWN_CA: {
    says: "it does not know the authority of this side's certificate: check tls.cert, or have the peer add the authority",
    retryable: false,
  },
  ALERT_BAD_CERTIFICATE: { says: "it refused this side's certificate: check tls.cert", retryable: false },
  ALERT_UNSUPPORTED_CERTIFICATE: {
    says: "it refused the kind of this side's certificate: check tls.cert",
    retryable: false,
  },
  ALERT_CERTIFICATE_UNKNOWN: { says: "it refused this side's certificate: check tls.cert", retryable: false },
  ALERT_CERTIFICATE_REVOKED: {
    says: "it holds this side's certificate for revoked: replace tls.cert",
    retryable: false,
  },
  ALERT_CERTIFICATE_EXPIRED: {
    says: "this side's certificate has expired: renew tls.cert",
    retryable: false,
  },
  ALERT_PROTOCOL_VERSION: {
    says: 'it speaks none of the TLS versions allowed here (1.2 and later)',
    retryable: false,
  },
  ALERT_ACCESS_DENIED: { says: "it does not admit the owner of this side's certificate", retryable: false },
};

interface SystemFailure {
  readonly code: TransportErrorCode;
  readonly says: string;
}

/** What the system says before a connection stands. */
const ConnectFailures: Readonly<Record<string, SystemFailure>> = {
  ECONNREFUSED: { code: 'refused', says: 'nothing listens there, or a firewall refuses' },
  ENOTFOUND: { code: 'unreachable', says: 'the name is not known' },
  EAI_AGAIN: { code: 'unreachable', says: 'the name service does not answer' },
  ECONNRESET: { code: 'lost', says: 'the peer, or something before it, closed the connection at once' },
  EHOSTUNREACH: { code: 'unreachable', says: 'no way to this host' },
  ENETUNREACH: { code: 'unreachable', says: 'no way to this network' },
  ETIMEDOUT: { code: 'unreachable', says: 'no answer' },
};

/** The code of an error of Node, or an empty string. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Why no connection came about. */
export function connectFailure(peer: string, error: unknown): Failure {
  const known = ConnectFailures[errorCode(error)];
  return (phase, maybeDelivered) => {
    if (phase === 'handshake') return streamFailure(peer, error)(phase, maybeDelivered);
    const says = known?.says ?? (errorCode(error) || 'unknown reason');
    return new TransportError(
      known?.code ?? 'unreachable',
      `${peer} was not reached in phase ${phase}: ${says}`,
      { peer, phase },
      { cause: error },
    );
  };
}

/** Why a connection broke, during its handshake or after. */
export function streamFailure(peer: string, error: unknown): Failure {
  const tls = tlsFailure(peer, error);
  if (tls) return tls;
  const code = errorCode(error);
  return (phase, maybeDelivered) => {
    const how =
      phase === 'handshake'
        ? 'the peer went away during the TLS handshake: check that it speaks TLS at this port and accepts the certificate of this side'
        : code || 'unknown reason';
    return lost(peer, how, error)(phase, maybeDelivered);
  };
}

/** Translates what went wrong with TLS; `undefined` when it is something else. */
function tlsFailure(peer: string, error: unknown): Failure | undefined {
  const code = errorCode(error);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return tlsError(
      peer,
      `its certificate is not made out to that name but to ${namesOf(error)}: connect by such a name, or set tls.serverName`,
      false,
      error,
    );
  }
  const word = code.replace(/^ERR_SSL_(?:SSLV3_|TLSV1_|TLSV13_|SSL\/TLS_)?/, '');
  if (word in TlsFailures) return certificateFailure(peer, word, error);
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')
    ? tlsError(peer, `TLS broke: ${word}`, true, error)
    : undefined;
}

/** Why a peer's certificate is not accepted, by the code of Node for it. */
export function certificateFailure(peer: string, code: string, cause?: unknown): Failure {
  const advice = TlsFailures[code];
  return tlsError(
    peer,
    advice?.says ?? `its certificate is not accepted: ${code}`,
    advice?.retryable ?? false,
    cause,
  );
}

/** Alerts about the handshake may arrive with the first octets after it, and still belong to it. */
function tlsError(peer: string, says: string, retryable: boolean, cause: unknown): Failure {
  return (_phase: TransportPhase, maybeDelivered) =>
    new TransportError(
      'tls',
      `TLS with ${peer}: ${says}`,
      { peer, phase: 'handshake', maybeDelivered },
      { cause, retryable },
    );
}

function namesOf(error: unknown): string {
  if (!(error instanceof Error) || !('cert' in error)) return 'another';
  const { cert } = error;
  if (typeof cert !== 'object' || cert === null || !('subjectaltname' in cert)) return 'another';
  return typeof cert.subjectaltname === 'string' ? cert.subjectaltname : 'another';
}
