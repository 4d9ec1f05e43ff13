import type { Unwrapping } from '../carriers/carrier.js';
import type { ProtocolRegistry } from '../registry.js';
import type { IncomingMessage } from '../store/store.js';

/**
 * The octets of a protocol in what came in: without what the carrier wraps around them.
 *
 * @throws DecodeError when it cannot be read
 */
export type Unwrap = (
  message: Pick<IncomingMessage, 'protocol' | 'transport' | 'raw'>,
) => Promise<Uint8Array>;

export function createUnwrap(registry: ProtocolRegistry, unwrapping: () => Unwrapping): Unwrap {
  return async ({ protocol, transport, raw }) =>
    (await registry.get(protocol)?.transports[transport]?.unwrap?.(raw, unwrapping())) ?? raw;
}
