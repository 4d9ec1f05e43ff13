import { artemail, email } from '@interlend/artemail';
import type { Protocol } from '@interlend/core';
import { isoIll } from '@interlend/iso-ill';
import type { Carrier } from './carriers/carrier.js';
import { imap } from './carriers/mail/imap.js';
import { smtp } from './carriers/mail/smtp.js';
import { oneWay } from './carriers/one-way/one-way.js';
import { slnpBinding } from './carriers/request-reply/slnp-binding.js';
import { twoWay } from './carriers/two-way/two-way.js';
import type { Settings } from './settings.js';

/** A protocol whose messages and guards are somebody else's business. */
export type AnyProtocol = Protocol<unknown, unknown>;

/** A protocol together with what carries it here. */
export interface ProtocolBinding {
  readonly protocol: AnyProtocol;
  /** By the name used in settings. */
  readonly transports: Readonly<Record<string, Carrier>>;
  /** The binding as the settings want it. Absent where settings change nothing. @throws ConfigError */
  configured?(settings: Settings): ProtocolBinding;
  /** What in the settings does not go together, beyond what each of them accepts. */
  contradictions?(settings: Settings): readonly { readonly key: string; readonly accepted: string }[];
}

/** The protocols of a server by the name used in settings. */
export type ProtocolRegistry = ReadonlyMap<string, ProtocolBinding>;

/** Makes a registry of protocols; each is known by its own name. */
export function createRegistry(bindings: readonly ProtocolBinding[]): ProtocolRegistry {
  return new Map(bindings.map((binding) => [binding.protocol.name, binding]));
}

/** A registry as the settings want its protocols. @throws ConfigError */
export function configureRegistry(registry: ProtocolRegistry, settings: Settings): ProtocolRegistry {
  return createRegistry([...registry.values()].map((binding) => binding.configured?.(settings) ?? binding));
}

/** The protocols that come with the server. */
export const defaultRegistry: ProtocolRegistry = createRegistry([
  { protocol: isoIll, transports: { '1611': oneWay, '499': twoWay } },
  { protocol: artemail as AnyProtocol, transports: { smtp, imap } },
  { protocol: email as AnyProtocol, transports: { smtp, imap } },
  slnpBinding,
]);
