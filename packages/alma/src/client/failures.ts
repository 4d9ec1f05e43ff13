import { type InterlendError, isInterlendError, TimeoutError, TransportError } from '@interlend/core';

interface Where {
  readonly operation: string;
  readonly peer: string;
  readonly budgetMs: number;
  readonly isTimeout: boolean;
  readonly isAborted: boolean;
}

/** What the codes of the system mean for the question whether Alma may have got the call. */
const causes: Readonly<
  Record<
    string,
    readonly [code: 'unreachable' | 'refused' | 'tls', phase: 'lookup' | 'connect' | 'handshake']
  >
> = {
  ENOTFOUND: ['unreachable', 'lookup'],
  EAI_AGAIN: ['unreachable', 'lookup'],
  ECONNREFUSED: ['refused', 'connect'],
  EHOSTUNREACH: ['unreachable', 'connect'],
  ENETUNREACH: ['unreachable', 'connect'],
  UND_ERR_CONNECT_TIMEOUT: ['unreachable', 'connect'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['tls', 'handshake'],
  SELF_SIGNED_CERT_IN_CHAIN: ['tls', 'handshake'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['tls', 'handshake'],
  CERT_HAS_EXPIRED: ['tls', 'handshake'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['tls', 'handshake'],
};

/** Why a call got no answer. The URL is left out: it may name a patron. */
export function failureOf(error: unknown, where: Where): InterlendError {
  if (isInterlendError(error)) return error;
  const { operation, peer, budgetMs } = where;
  if (where.isAborted) {
    return new TransportError(
      'aborted',
      `${operation}: stopped by the caller`,
      { peer, phase: 'receive', maybeDelivered: true },
      { cause: error },
    );
  }
  if (where.isTimeout) {
    return new TimeoutError(
      `${operation}: expected an answer of ${peer} within ${budgetMs} ms, found none`,
      { phase: 'receive', budgetMs, maybeDelivered: true },
      { cause: error },
    );
  }
  const known = causes[systemCode(error) ?? ''];
  if (known) {
    const [code, phase] = known;
    const details = { cause: error, ...(code === 'tls' && { retryable: false }) };
    return new TransportError(
      code,
      `${operation}: ${peer} cannot be reached (${systemCode(error)})`,
      { peer, phase },
      details,
    );
  }
  return new TransportError(
    'lost',
    `${operation}: the connection to ${peer} was lost`,
    { peer, phase: 'receive', maybeDelivered: true },
    { cause: error },
  );
}

/** The code stands on the error itself or on the one that led to it. */
function systemCode(error: unknown): string | undefined {
  for (let current: unknown = error, depth = 0; current instanceof Error && depth < 5; depth++) {
    if ('code' in current && typeof current.code === 'string' && Object.hasOwn(causes, current.code))
      return current.code;
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return undefined;
}
