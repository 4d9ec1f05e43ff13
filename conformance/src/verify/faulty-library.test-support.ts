import type { Listening, PeerAddress } from '@interlend/core';
import { createFramer, decode, encode, type SlnpMessage } from '@interlend/slnp';
import { readFrames } from '@interlend/transport/frames';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';

/** What becomes of a message of the library. */
export type LibraryFault = (message: SlnpMessage) => SlnpMessage;

const connector = createTcpConnector();
const maxFrameAgeMs = 10_000;

/**
 * Stands on one way between a library and its central server, and makes the library say something else than it did.
 *
 * @param side whether the library opens the connections, or is called on them
 */
export async function openFaultyLine(
  at: PeerAddress,
  target: PeerAddress,
  side: 'calls' | 'is-called',
  fault: LibraryFault,
): Promise<Listening> {
  return createTcpAcceptor({ onError: () => undefined }).listen(at, async (caller, { signal }) => {
    const called = await connector.open(target, { signal });
    const [library, hub] = side === 'calls' ? [caller, called] : [called, caller];
    const fromHub = async (): Promise<void> => {
      for (let chunk = await hub.receive(); chunk; chunk = await hub.receive()) await library.send(chunk);
      await library.end();
    };
    const fromLibrary = async (): Promise<void> => {
      const framer = createFramer(side === 'calls' ? 'client' : 'server');
      for await (const frame of readFrames(library, framer, { maxFrameAgeMs })) {
        await hub.send(encode(fault(decode(frame).message)));
      }
      await hub.end();
    };
    try {
      await Promise.all([fromHub(), fromLibrary()]);
    } finally {
      await called.close();
    }
  });
}
