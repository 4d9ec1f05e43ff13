import type { ProtocolBinding } from './binding.js';
import { isoIllBinding } from './iso-ill.js';
import { artemailBinding, emailBinding } from './mail.js';
import { slnpBinding } from './slnp.js';

/** The protocols that the simulator speaks, each bound to its type of partner record. Another one is another row. */
export const bindings: readonly ProtocolBinding[] = [
  isoIllBinding,
  slnpBinding,
  artemailBinding,
  emailBinding,
];
