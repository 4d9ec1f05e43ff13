import { createMemoryNetwork } from '@interlend/transport/memory';

const { acceptor, connector } = createMemoryNetwork({ faults: { chunkSizes: [4] } });
const listening = await acceptor.listen({ host: 'lender', port: 1611 }, async (connection) => {
  for (let octets = await connection.receive(); octets; octets = await connection.receive()) {
    await connection.send(octets);
  }
});

const connection = await connector.open(listening.address);
await connection.send(new TextEncoder().encode('question'));
const decoder = new TextDecoder();
console.log(decoder.decode(await connection.receive()), decoder.decode(await connection.receive()));
await connection.close();
await listening.close();
