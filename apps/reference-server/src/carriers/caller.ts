import type { Connection } from '@interlend/core';
import type { NewIncoming } from '../store/store.js';
import type { Inward } from './carrier.js';

/** Who is at the other end of a connection, for the journal. */
export function callerOf({
  peer,
  peerCertificate,
}: Pick<Connection, 'peer' | 'peerCertificate'>): Pick<NewIncoming, 'from' | 'certificate'> {
  return peerCertificate === undefined
    ? { from: peer }
    : { from: peer, certificate: peerCertificate.fingerprint256 };
}

/** Octets that came in on a connection, as the journal keeps them. */
export function incomingOn(
  { settings, clock }: Inward,
  connection: Connection,
  raw: Uint8Array,
): NewIncoming {
  const { protocol, transport } = settings;
  return { protocol, transport, ...callerOf(connection), at: clock.now(), raw };
}
