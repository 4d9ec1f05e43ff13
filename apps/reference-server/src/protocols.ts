import { artemail, email } from '@interlend/artemail';
import type { Protocol } from '@interlend/core';
import { isoIll } from '@interlend/iso-ill';
import { slnp } from '@interlend/slnp';
import type { Carrier } from './carriers/carrier.js';
import { imap } from './carriers/mail/imap.js';
import { smtp } from './carriers/mail/smtp.js';
import { oneWay } from './carriers/one-way/one-way.js';
import { createRequestReply } from './carriers/request-reply/request-reply.js';
import { slnpManners } from './carriers/request-reply/slnp-manners.js';
import { twoWay } from './carriers/two-way/two-way.js';

/** A protocol whose messages and guards are somebody else's business. */
export type AnyProtocol = Protocol<unknown, unknown>;

/** A protocol together with what carries it here. */
export interface ProtocolBinding {
  readonly protocol: AnyProtocol;
  /** By the name used in settings. */
  readonly transports: Readonly<Record<string, Carrier>>;
}

/** The protocols of a server by the name used in settings. */
export type ProtocolRegistry = ReadonlyMap<string, ProtocolBinding>;

/** Makes a registry of protocols; each is known by its own name. */
export function createRegistry(bindings: readonly ProtocolBinding[]): ProtocolRegistry {
  return new Map(bindings.map((binding) => [binding.protocol.name, binding]));
}

/** The protocols that come with the server. */
export const defaultRegistry: ProtocolRegistry = createRegistry([
  { protocol: isoIll, transports: { '1611': oneWay, '499': twoWay } },
  { protocol: artemail as AnyProtocol, transports: { smtp, imap } },
  { protocol: email as AnyProtocol, transports: { smtp, imap } },
  { protocol: slnp, transports: { tcp: createRequestReply(slnpManners) } },
]);
