import { constants, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ConfigError } from '@interlend/core';

/** TLS as the connecting side. All keys and certificates are PEM text. */
export interface ConnectorTls {
  /** Authorities to trust in place of the platform's. */
  readonly ca?: string | readonly string[];
  /** This side's certificate, with its chain, for peers that require one. Needs {@link ConnectorTls.key}. */
  readonly cert?: string;
  readonly key?: string;
  /** Opens an encrypted key. */
  readonly passphrase?: string;
  /** The name that the peer's certificate must carry, when it is not the host that is connected to. */
  readonly serverName?: string;
}

/** TLS as the listening side. All keys and certificates are PEM text. */
export interface AcceptorTls {
  /** This side's certificate, with its chain. */
  readonly cert: string;
  readonly key: string;
  /** Opens an encrypted key. */
  readonly passphrase?: string;
  /** Mutual TLS: every peer must show a certificate from one of these authorities. */
  readonly clientCa?: string | readonly string[];
}

/** The settings in the words of Node, checked one by one. @throws ConfigError naming the setting */
export function secureContextOptions(tls: ConnectorTls | AcceptorTls): SecureContextOptions {
  const options: SecureContextOptions = { minVersion: 'TLSv1.2' };
  const trusted = 'clientCa' in tls ? tls.clientCa : 'ca' in tls ? tls.ca : undefined;
  if (trusted !== undefined) {
    const key = 'clientCa' in tls ? 'tls.clientCa' : 'tls.ca';
    options.ca = [trusted].flat().map((pem) => {
      certificate(key, pem);
      return pem;
    });
    if (options.ca.length === 0) throw notPem(key, 'at least one certificate');
  }
  if ('clientCa' in tls) {
    // Without tickets no session is resumed, so that every connection has to show its certificate anew.
    options.secureOptions = constants.SSL_OP_NO_TICKET;
  }
  if (tls.cert !== undefined || tls.key !== undefined) {
    if (tls.cert === undefined) throw notPem('tls.cert', 'a certificate beside tls.key');
    if (tls.key === undefined) throw notPem('tls.key', 'the private key of tls.cert');
    const own = certificate('tls.cert', tls.cert);
    if (!own.checkPrivateKey(privateKey(tls.key, tls.passphrase)))
      throw notPem('tls.key', 'the private key of tls.cert');
    options.cert = tls.cert;
    options.key = tls.key;
    if (tls.passphrase !== undefined) options.passphrase = tls.passphrase;
  }
  try {
    createSecureContext(options);
  } catch (cause) {
    throw notPem('tls', 'a key and certificates that OpenSSL can use', cause);
  }
  return options;
}

function certificate(key: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw notPem(key, 'a certificate as PEM text (-----BEGIN CERTIFICATE-----)', cause);
  }
}

function privateKey(pem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
  } catch (cause) {
    throw notPem('tls.key', 'a private key as PEM text, with tls.passphrase when it is encrypted', cause);
  }
}

function notPem(key: string, accepted: string, cause?: unknown): ConfigError {
  return new ConfigError(`${key} is not usable; expected ${accepted}`, { key, accepted }, { cause });
}
