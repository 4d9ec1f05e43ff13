import { readFileSync } from 'node:fs';
import { createIllServer, describe, sendOneWay } from '@interlend/iso-ill';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';

const server = createIllServer({
  mode: '1611',
  acceptor: createTcpAcceptor({ allow: ['127.0.0.0/8'] }),
  onMessage: async ({ message, deviations }) => {
    // Keep `bytes` here. The sender's connection ends in order when this promise resolves.
    console.log('lender heard', describe(message), 'with', deviations.length, 'deviations');
  },
  onUnreadable: async ({ error }) => console.log('lender could not read it:', error.code),
});
const listening = await server.listen({ host: '127.0.0.1', port: 0 });

const { outcome } = await sendOneWay(readFileSync('ill-request.ber'), {
  connector: createTcpConnector(),
  address: listening.address,
  timeoutMs: 15_000,
});
console.log('borrower knows:', outcome);
await listening.close();
