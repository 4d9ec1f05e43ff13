import type { Protocol } from '@interlend/core';
import { isoIll } from '@interlend/iso-ill';

/** A protocol whose messages and guards are somebody else's business. */
export type AnyProtocol = Protocol<unknown, unknown>;

/**
 * How a transport carries messages. *One-way*: whoever has something to say opens a connection, says it and closes;
 * nothing comes back on it. *Two-way*: answers come back on the connection while it is open.
 */
export type ConversationStyle = 'one-way' | 'two-way';

/** A protocol together with the transports that carry it here. */
export interface ProtocolBinding {
  readonly protocol: AnyProtocol;
  /** By the name used in settings. */
  readonly transports: Readonly<Record<string, ConversationStyle>>;
}

/** The protocols of a server by the name used in settings. */
export type ProtocolRegistry = ReadonlyMap<string, ProtocolBinding>;

/** Makes a registry of protocols; each is known by its own name. */
export function createRegistry(bindings: readonly ProtocolBinding[]): ProtocolRegistry {
  return new Map(bindings.map((binding) => [binding.protocol.name, binding]));
}

/** The protocols that come with the server. */
export const defaultRegistry: ProtocolRegistry = createRegistry([
  { protocol: isoIll, transports: { '1611': 'one-way', '499': 'two-way' } },
]);
