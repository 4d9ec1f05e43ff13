import type { ProtocolBinding } from './binding.js';
import { isoIllBinding } from './iso-ill.js';

/** The protocols that the simulator speaks, each bound to its type of partner record. Another one is another row. */
export const bindings: readonly ProtocolBinding[] = [isoIllBinding];
