import { toPartnerSettings } from '@interlend/alma';
import { createIllServer, type IllApdu, illText, isoIll, sendOneWay } from '@interlend/iso-ill';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import type { AnyProtocol, ProtocolBinding } from './binding.js';
import { createOutbox } from './outbox.js';
import { messageOf } from './problems.js';

const profile = 'alma';

/** ISO 10160/10161 the way of port 1611: whoever has something to say opens a connection to the other's listener. */
export const isoIllBinding: ProtocolBinding = {
  // Messages come from this binding's own decoder only.
  protocol: isoIll as AnyProtocol,
  profileTypes: ['ISO'],
  profile,
  defaultPort: 9001,
  evidence: 'inferred',
  note: 'that Alma opens a connection for each message is not documented; its messages and their order are',
  symbolOf(partner) {
    const { settings } = toPartnerSettings(partner);
    return settings?.protocol === 'iso-ill' ? settings.symbol : undefined;
  },
  numberOf: (_externalId, sent) => String(sent),
  externalIdOf(message) {
    const { transactionId } = message as IllApdu;
    return `${illText(transactionId.transactionQualifier)}//${illText(transactionId.transactionGroupQualifier)}`;
  },
  async open({ listen, hear, onProblem }) {
    const connector = createTcpConnector();
    const outbox = createOutbox(isoIll.isRepeatHarmless, onProblem);
    const server = createIllServer({
      mode: '1611',
      acceptor: createTcpAcceptor({ onError: (error) => onProblem(`connection: ${messageOf(error)}`) }),
      onMessage: async ({ message }) => void (await hear(message)),
      onUnreadable: async ({ error, peer }) => onProblem(`${peer}: ${error.message}`),
    });
    const listening = await server.listen(listen);
    return {
      address: listening.address,
      async send(partner, transaction, message) {
        const { settings } = toPartnerSettings(partner);
        if (settings?.protocol !== 'iso-ill')
          throw new Error(`${partner.partner_details.code} has no ISO profile`);
        const { code, host, port } = settings;
        const bytes = isoIll.encode(message as IllApdu, { profile });
        await outbox.add(code, transaction, bytes, (octets, signal) =>
          sendOneWay(octets, { connector, address: { host, port }, signal, timeoutMs: 10_000 }),
        );
      },
      async close() {
        await listening.close();
        await outbox.close();
      },
    };
  },
};
