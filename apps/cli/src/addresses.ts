import type { PeerAddress } from '@interlend/core';
import { InvalidArgumentError } from 'commander';

/**
 * `HOST:PORT`, `[IPV6]:PORT` or either behind `tcp://`.
 *
 * @throws InvalidArgumentError
 */
export function parseAddress(text: string): PeerAddress {
  const found = /^(?:tcp:\/\/)?(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})\/?$/.exec(text);
  const port = Number(found?.[3]);
  const host = found?.[1] ?? found?.[2];
  if (host === undefined || port > 65535) {
    throw new InvalidArgumentError(
      'Expected HOST:PORT, for instance 127.0.0.1:1611 or tcp://ill.example:1611.',
    );
  }
  return { host, port };
}

/** What is spoken at an endpoint, by the scheme of its URL. */
export type Scheme = 'tcp' | 'tls' | 'smtp' | 'smtps' | 'smtp+starttls';

const secured: Readonly<Record<Scheme, boolean>> = {
  tcp: false,
  tls: true,
  smtp: false,
  smtps: true,
  'smtp+starttls': true,
};

/** Where somebody listens, and whether TLS is spoken there. */
export interface Endpoint {
  readonly address: PeerAddress;
  readonly isSecured: boolean;
  /** Absent where the address stands alone. */
  readonly scheme?: Scheme;
}

/**
 * An address as {@link parseAddress} reads it, or behind `tls://`.
 *
 * @throws InvalidArgumentError
 */
export function parseEndpoint(text: string): Endpoint {
  return endpointIn(text, ['tcp', 'tls']);
}

/**
 * An address as {@link parseAddress} reads it, behind any {@link Scheme}.
 *
 * @throws InvalidArgumentError
 */
export function parsePartnerEndpoint(text: string): Endpoint {
  return endpointIn(text, Object.keys(secured).filter(isScheme));
}

function endpointIn(text: string, schemes: readonly Scheme[]): Endpoint {
  const found = /^([a-z+]+):\/\/(.*)$/.exec(text);
  const name = found?.[1];
  if (name === undefined) return { address: parseAddress(text), isSecured: false };
  const scheme = schemes.find((candidate) => candidate === name);
  if (!scheme) {
    throw new InvalidArgumentError(`Expected HOST:PORT, alone or behind ${schemes.join('://, ')}://.`);
  }
  return { address: parseAddress(found?.[2] ?? ''), isSecured: secured[scheme], scheme };
}

function isScheme(text: string): text is Scheme {
  return Object.hasOwn(secured, text);
}

/** An address as {@link parseAddress} reads it. */
export function formatAddress({ host, port }: PeerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
