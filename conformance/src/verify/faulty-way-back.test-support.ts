import type { Listening } from '@interlend/core';
import { createFramer, decode, encode, type IllApdu } from '@interlend/iso-ill';
import { readFrames } from '@interlend/transport/frames';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';

/** What becomes of a message of the partner: another one, octets that are none, or nothing at all. */
export type Fault = (apdu: IllApdu) => IllApdu | Uint8Array | undefined;

/** Stands between a partner and the harness, and makes the partner say something else than it did. */
export async function openFaultyWayBack(port: number, answersTo: number, fault: Fault): Promise<Listening> {
  const host = '127.0.0.1';
  const connector = createTcpConnector();
  return createTcpAcceptor().listen({ host, port }, async (inbound, { signal }) => {
    for await (const frame of readFrames(inbound, createFramer(), { signal, maxFrameAgeMs: 10_000 })) {
      const said = fault(decode(frame).message);
      if (said === undefined) continue;
      const outbound = await connector.open({ host, port: answersTo }, { signal });
      await outbound.send(said instanceof Uint8Array ? said : encode(said));
      await outbound.end();
      while (await outbound.receive());
      await outbound.close();
    }
    await inbound.end();
  });
}
