import { isInterlendError, PeerError, TimeoutError, TransportError } from '@interlend/core';
import { networkCode } from '../network-failure.js';

/** Why a mailbox is not watched at the moment. */
export type MailboxFailure = TransportError | TimeoutError | PeerError;

interface ImapFailure {
  readonly code?: string;
  readonly authenticationFailed?: boolean;
  readonly responseText?: string;
  readonly tlsFailed?: boolean;
}

/** A failure of the library in our words: what the server refuses, and what is wrong with the way to it. */
export function mailboxFailure(cause: unknown, peer: string): MailboxFailure {
  if (isInterlendError(cause) && (cause.name === 'PeerError' || cause.name === 'TransportError'))
    return cause as PeerError | TransportError;
  const { code = '', authenticationFailed, responseText = '', tlsFailed } = (cause ?? {}) as ImapFailure;
  if (authenticationFailed === true)
    return new PeerError(`${peer} did not let us in`, { wireCode: responseText.slice(0, 300) }, { cause });
  if (/TIMEOUT|ETIMEDOUT/i.test(code))
    return new TimeoutError(
      `${peer} did not answer in time`,
      { phase: 'connect', budgetMs: 0, maybeDelivered: false },
      { cause },
    );
  return new TransportError(
    networkCode(code) ?? (tlsFailed === true ? 'tls' : 'lost'),
    `connection to ${peer} failed`,
    { peer, phase: 'connect', maybeDelivered: false },
    { cause },
  );
}
