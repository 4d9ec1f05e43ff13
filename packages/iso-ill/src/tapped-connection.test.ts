import { readFrames } from '@interlend/transport/frames';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFramer, encode } from './codec.js';
import { anywhere, memoryNetwork, messageApdu } from './edges.test-support.js';
import { TappedConnection } from './tapped-connection.js';

it('remembers what belongs to no whole APDU, however the stream was cut', async () => {
  const octets = fc
    .constantFrom(1, 50, 5_000, 40_000)
    .map((length) => encode(messageApdu('x'.repeat(length))));
  await fc.assert(
    fc.asyncProperty(
      fc.array(octets, { maxLength: 4 }),
      fc.oneof(
        fc.constant(new Uint8Array()),
        octets.map((apdu) => apdu.subarray(0, -3)),
        fc.constant(Uint8Array.of(7)),
      ),
      fc.array(fc.constantFrom(100, 999, 4_096, 70_000), { minLength: 1, maxLength: 3 }),
      async (whole, rest, chunkSizes) => {
        const { acceptor, connector } = memoryNetwork({ chunkSizes });
        let found: Uint8Array | undefined;
        const listening = await acceptor.listen(anywhere, async (connection) => {
          const tapped = new TappedConnection(connection);
          const frames = readFrames(tapped, createFramer(), { maxFrameAgeMs: 10_000 });
          try {
            for await (const frame of frames) tapped.forget(frame.length);
          } catch {
            // The rest is no APDU, which is the point.
          }
          found = tapped.rest;
        });
        const connection = await connector.open(listening.address);
        for (const apdu of [...whole, rest]) await connection.send(apdu);
        await connection.end();
        await connection.receive();
        expect(found).toEqual(rest);
        await connection.close();
        await listening.close();
      },
    ),
  );
});

it('keeps the first 64 KiB of an APDU that is longer', async () => {
  const { acceptor, connector } = memoryNetwork({ chunkSizes: [1_000, 40_000] });
  const long = new Uint8Array(200_000).map((_, at) => at % 251);
  const kept: Uint8Array[] = [];
  const listening = await acceptor.listen(anywhere, async (connection) => {
    const tapped = new TappedConnection(connection);
    while (await tapped.receive()) kept.push(tapped.rest);
    tapped.forget(long.length - 10);
    kept.push(tapped.rest);
  });
  const connection = await connector.open(listening.address);
  await connection.send(long);
  await connection.end();
  await connection.receive();
  expect(kept.at(-2)).toEqual(long.subarray(0, 65_536));
  expect(kept.at(-1)).toEqual(long.subarray(-10));
  await listening.close();
});
