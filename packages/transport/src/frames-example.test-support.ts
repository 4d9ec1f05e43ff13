import type { Framer } from '@interlend/core';
import { readFrames } from '@interlend/transport/frames';
import { createMemoryNetwork } from '@interlend/transport/memory';

// Messages of two octets.
function createPairFramer(): Framer {
  let held: number[] = [];
  return {
    get heldOctets() {
      return held.length;
    },
    push(chunk) {
      const all = [...held, ...chunk];
      held = all.length % 2 === 0 ? [] : all.slice(-1);
      return Array.from({ length: (all.length - held.length) / 2 }, (_, pair) =>
        Uint8Array.from(all.slice(2 * pair, 2 * pair + 2)),
      );
    },
    end() {},
  };
}

const { acceptor, connector } = createMemoryNetwork({ faults: { chunkSizes: [3] } });
const listening = await acceptor.listen({ host: 'lender', port: 1611 }, async (connection, { signal }) => {
  for await (const frame of readFrames(connection, createPairFramer(), { signal, maxFrameAgeMs: 30_000 })) {
    console.log([...frame].join(' '));
  }
});

const connection = await connector.open(listening.address);
await connection.send(Uint8Array.of(1, 2, 3, 4));
await connection.close();
await listening.close();
