import type { Acceptor, Connector, Listening, PeerAddress } from '@interlend/core';
import type { ProtocolUnderTest } from '../../run/protocols.js';
import type { Arrival, Arrivals } from './arrivals.js';

/** How the mails of a verification travel beyond plain SMTP. */
export interface MailSecurity {
  /** To the mail server of the partner; plain where absent. */
  readonly to?: 'implicit' | 'starttls';
  /** Authorities of its certificate, as PEM, and its name there. */
  readonly ca?: string;
  readonly serverName?: string;
  /** Our certificate for STARTTLS where mails come in; plain where absent. */
  readonly own?: { readonly cert: string; readonly key: string };
}

/** How a partner is reached and heard. */
export interface Reach {
  readonly connector: Connector;
  readonly acceptor: Acceptor;
  readonly target: PeerAddress;
  /** Whether the connections to the partner are over TLS. */
  readonly isSecured: boolean;
  readonly mail?: MailSecurity;
  readonly put: ProtocolUnderTest;
  /** How long the partner's software, in which nobody has to act, may take to take a message. */
  readonly takesWithinMs: number;
}

/** Where a carrier brings what it has heard. */
export interface Ears {
  readonly arrivals: Arrivals;
  /** A connection came to nothing. */
  noteTrouble(what: string): void;
  /** The partner showed that somebody is there. */
  noteLife(): void;
  /** Aborts when this conversation ends. */
  readonly ending: AbortSignal;
}

/** How messages travel both ways in one manner of transport. */
export interface Carrier {
  /** @throws TransportError */
  listen(at: PeerAddress): Promise<Listening>;
  /** Sees whether somebody is there, and leaves. @throws TransportError @throws TimeoutError @throws HarnessError */
  knock(): Promise<void>;
  /**
   * Says a message.
   *
   * @param taken what came last
   * @throws TransportError @throws TimeoutError @throws PeerError @throws CheckFailure when the partner cannot be known to have it
   */
  say(bytes: Uint8Array, taken: Arrival | undefined): Promise<void>;
  /** Whether something can come now without a listener. */
  readonly hearsWithoutListener: boolean;
  /** The conversation is over. */
  reset(): void;
}

/** A begun message is complete within this time. */
export const maxFrameAgeMs = 30_000;
/** No software takes longer for the acknowledgement of a message, whatever time its staff has. */
export const mostTakesWithinMs = 15_000;
