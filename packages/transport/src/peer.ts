import type { PeerAddress } from '@interlend/core';

/** `host:port`, with brackets around an IPv6 address. */
export function formatPeer(address: PeerAddress): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
