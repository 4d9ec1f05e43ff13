import type { TransportErrorCode } from '@interlend/core';

const codes: readonly (readonly [pattern: RegExp, code: TransportErrorCode])[] = [
  [/^(ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/, 'unreachable'],
  [/^ECONNREFUSED$/, 'refused'],
  [/CERT|SIGNATURE|SSL|TLS|ISSUER/, 'tls'],
];

/** A code of the platform in our words; `undefined` for one that says nothing about the way to a server. */
export function networkCode(code: string): TransportErrorCode | undefined {
  return codes.find(([pattern]) => pattern.test(code))?.[1];
}
