import type { Protocol } from '@interlend/core';

/** A protocol whose messages and guards are somebody else's business. */
export type AnyProtocol = Protocol<unknown, unknown>;
