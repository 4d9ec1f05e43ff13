import type { PeerAddress } from '@interlend/core';
import type { Transports } from './transports.js';

/**
 * Lets servers on free ports find each other: each peer is reached where the book says at that moment, whatever address
 * its settings name.
 */
export function withAddressBook(transports: Transports, book: ReadonlyMap<string, PeerAddress>): Transports {
  return {
    acceptorFor: (listener) => transports.acceptorFor(listener),
    connectorFor(peer) {
      const connector = transports.connectorFor(peer);
      return { open: (address, options) => connector.open(book.get(peer.symbol) ?? address, options) };
    },
  };
}
