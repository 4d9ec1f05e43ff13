import { artemail, email } from '@interlend/artemail';
import { isoIll } from '@interlend/iso-ill';
import type { AnyProtocol } from './any-protocol.js';
import { imap } from './carriers/mail/imap.js';
import { smtp } from './carriers/mail/smtp.js';
import { oneWay } from './carriers/one-way/one-way.js';
import { slnpBinding } from './carriers/request-reply/slnp-binding.js';
import { twoWay } from './carriers/two-way/two-way.js';
import { createRegistry, type ProtocolRegistry } from './registry.js';

/** The protocols that come with the server. */
export const defaultRegistry: ProtocolRegistry = createRegistry([
  { protocol: isoIll, transports: { '1611': oneWay, '499': twoWay } },
  { protocol: artemail as AnyProtocol, transports: { smtp, imap } },
  { protocol: email as AnyProtocol, transports: { smtp, imap } },
  slnpBinding,
]);
