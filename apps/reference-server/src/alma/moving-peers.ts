import type { Connector, PeerAddress } from '@interlend/core';

/** Connects to where a peer is at that moment: the address of an imported one may change while the server runs. */
export function followAddress(connector: Connector, now: () => PeerAddress | undefined): Connector {
  return { open: (address, options) => connector.open(now() ?? address, options) };
}
