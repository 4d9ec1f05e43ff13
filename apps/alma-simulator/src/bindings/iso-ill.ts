import { toPartnerSettings } from '@interlend/alma';
import { isInterlendError } from '@interlend/core';
import {
  createIllServer,
  createMemoryJournal,
  type IllApdu,
  illText,
  isoIll,
  OutboundQueue,
  sendOneWay,
} from '@interlend/iso-ill';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import type { AnyProtocol, ProtocolBinding } from './binding.js';

const profile = 'alma';

/** Pauses between attempts: whoever rehearses is there and wants to see it. */
const pausesMs = [500, 2000, 10_000] as const;

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
  externalIdOf(message) {
    const { transactionId } = message as IllApdu;
    return `${illText(transactionId.transactionQualifier)}//${illText(transactionId.transactionGroupQualifier)}`;
  },
  async open({ listen, hear, onProblem }) {
    const connector = createTcpConnector();
    const addresses = new Map<string, { readonly host: string; readonly port: number }>();
    const queue = new OutboundQueue({
      journal: createMemoryJournal(),
      pausesMs,
      send: async ({ peer, bytes }, { signal }) => {
        const address = addresses.get(peer) ?? { host: 'localhost', port: 1611 };
        return sendOneWay(bytes, { connector, address, signal, timeoutMs: 10_000 });
      },
      onEvent(event) {
        if (event.type !== 'failed' && event.type !== 'review') return;
        const why = isInterlendError(event.cause) ? event.cause.message : 'unknown';
        onProblem(`${event.entry.peer}: attempt ${event.attempt} ${event.type}: ${why}`);
      },
    });
    const server = createIllServer({
      mode: '1611',
      acceptor: createTcpAcceptor({ onError: (error) => onProblem(`connection: ${messageOf(error)}`) }),
      onMessage: ({ message }) => hear(message),
      onUnreadable: async ({ error, peer }) => onProblem(`${peer}: ${error.message}`),
    });
    const listening = await server.listen(listen);
    let sent = 0;
    return {
      address: listening.address,
      async send(partner, transaction, message) {
        const { settings } = toPartnerSettings(partner);
        if (settings?.protocol !== 'iso-ill')
          throw new Error(`${partner.partner_details.code} has no ISO profile`);
        addresses.set(settings.code, { host: settings.host, port: settings.port });
        const bytes = isoIll.encode(message as IllApdu, { profile });
        await queue.add({ id: String(sent++), transaction, peer: settings.code, bytes });
      },
      async close() {
        await listening.close();
        await queue.close();
      },
    };
  },
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
