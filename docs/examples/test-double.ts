import { readFileSync } from 'node:fs';
import { decode, describe, openTwoWay } from '@interlend/iso-ill';
import { createIllDouble } from '@interlend/iso-ill/double';
import { createMemoryNetwork } from '@interlend/transport/memory';

const { acceptor, connector } = createMemoryNetwork();
const lender = await createIllDouble({
  role: 'responder',
  mode: '499',
  acceptor,
  behaviour: { kind: 'refuse', reason: 'in-use-on-loan' },
});

const connection = await openTwoWay({ connector, address: lender.address });
const { message } = await connection.request(decode(readFileSync('ill-request.ber')).message);
console.log(describe(message), message.apdu === 'ILL-Answer' ? message.resultsExplanation : undefined);
await connection.close();
await lender.close();
