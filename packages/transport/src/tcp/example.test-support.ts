import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';

const acceptor = createTcpAcceptor({ allow: ['127.0.0.0/8'] });
const listening = await acceptor.listen({ host: '127.0.0.1', port: 0 }, async (connection, { signal }) => {
  const question = await connection.receive({ signal });
  if (question) await connection.send(question, { signal });
});

const connection = await createTcpConnector().open(listening.address, { timeoutMs: 5_000 });
await connection.send(new TextEncoder().encode('anybody there?'));
console.log(new TextDecoder().decode(await connection.receive()));
await connection.close();
await listening.close();
