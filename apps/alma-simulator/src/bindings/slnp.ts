import { toPartnerSettings } from '@interlend/alma';
import { PeerError } from '@interlend/core';
import {
  askOnce,
  createSlnpServer,
  errorReply,
  isRetryableCode,
  rulesFor,
  type SlnpMessage,
  type SlnpReply,
  slnp,
} from '@interlend/slnp';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import type { AnyProtocol, ProtocolBinding } from './binding.js';
import { createOutbox } from './outbox.js';
import { messageOf } from './problems.js';

const profile = 'alma';
const rules = rulesFor(profile);
const refusal = errorReply(510, rules.texts.libraryUnknown);

/**
 * SLNP: a central server stands between the libraries. It is where every partner record of the type points to, and it
 * brings the orders, those of this library's own readers as well.
 */
export const slnpBinding: ProtocolBinding = {
  protocol: slnp as AnyProtocol,
  profileTypes: ['SLNP'],
  profile,
  defaultPort: 9003,
  evidence: 'documented',
  note: 'server and port of the partner record are those of the central server, which is inferred; TLS is outside, in a tunnel',
  refusal,
  symbolOf(partner) {
    const { settings } = toPartnerSettings(partner);
    return settings?.protocol === 'slnp' ? settings.symbol : undefined;
  },
  numberOf: (externalId) => externalId,
  externalIdOf(message) {
    const said = message as SlnpMessage;
    return said.kind === 'command' ? (said.parameters['BestellId'] ?? '') : '';
  },
  async open({ listen, hear, onProblem }) {
    const connector = createTcpConnector();
    const outbox = createOutbox(slnp.isRepeatHarmless, onProblem);
    const server = createSlnpServer({
      role: 'library',
      rules,
      acceptor: createTcpAcceptor({ onError: (error) => onProblem(`connection: ${messageOf(error)}`) }),
      onCommand: async ({ message }) => ((await hear(message)) ?? refusal) as SlnpReply,
      onRefused: ({ peer, reply }) => onProblem(`${peer}: ${reply.text}`),
    });
    const listening = await server.listen(listen);
    return {
      address: listening.address,
      async send(partner, transaction, message) {
        const { settings } = toPartnerSettings(partner);
        if (settings?.protocol !== 'slnp')
          throw new Error(`${partner.partner_details.code} has no SLNP profile`);
        const { code, host, port } = settings;
        const bytes = slnp.encode(message as SlnpMessage, { profile });
        await outbox.add(code, transaction, bytes, async (octets, signal) => {
          const reply = await askOnce(octets, { connector, address: { host, port }, rules, signal });
          await hear(reply.message, transaction);
          if (isRetryableCode(reply.message.code))
            throw new PeerError(
              `${code} asks for the message again later`,
              { wireCode: String(reply.message.code) },
              { retryable: true },
            );
          return { outcome: 'delivered' };
        });
      },
      async close() {
        await listening.close();
        await outbox.close();
      },
    };
  },
};
