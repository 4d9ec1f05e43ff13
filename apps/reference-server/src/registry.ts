import type { AnyProtocol } from './any-protocol.js';
import type { Carrier } from './carriers/carrier.js';
import type { Settings } from './settings.js';

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
