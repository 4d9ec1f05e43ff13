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

/** An address as {@link parseAddress} reads it. */
export function formatAddress({ host, port }: PeerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
