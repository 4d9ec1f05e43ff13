/**
 * Cuts the octets of a connection into the messages of a protocol.
 *
 * ```ts
 * import type { Framer } from '@interlend/core';
 * import { readFrames } from '@interlend/transport/frames';
 * import { createMemoryNetwork } from '@interlend/transport/memory';
 *
 * // Messages of two octets.
 * function createPairFramer(): Framer {
 *   let held: number[] = [];
 *   return {
 *     get heldOctets() {
 *       return held.length;
 *     },
 *     push(chunk) {
 *       const all = [...held, ...chunk];
 *       held = all.length % 2 === 0 ? [] : all.slice(-1);
 *       return Array.from({ length: (all.length - held.length) / 2 }, (_, pair) =>
 *         Uint8Array.from(all.slice(2 * pair, 2 * pair + 2)),
 *       );
 *     },
 *     end() {},
 *   };
 * }
 *
 * const { acceptor, connector } = createMemoryNetwork({ faults: { chunkSizes: [3] } });
 * const listening = await acceptor.listen({ host: 'lender', port: 1611 }, async (connection, { signal }) => {
 *   for await (const frame of readFrames(connection, createPairFramer(), { signal, maxFrameAgeMs: 30_000 })) {
 *     console.log([...frame].join(' '));
 *   }
 * });
 *
 * const connection = await connector.open(listening.address);
 * await connection.send(Uint8Array.of(1, 2, 3, 4));
 * await connection.close();
 * await listening.close();
 * ```
 *
 * @packageDocumentation
 */
import { type Connection, type Framer, TimeoutError, TransportError } from '@interlend/core';

/** How {@link readFrames} reads. */
export interface ReadFramesOptions {
  readonly signal?: AbortSignal;
  /**
   * Milliseconds of waiting that one begun message may cost: the guard against a sender who lets octets drip. The time
   * that the caller takes between two messages does not count.
   */
  readonly maxFrameAgeMs: number;
}

/**
 * The complete messages of a connection until its end. Octets are asked for only when a message is, so that a slow
 * caller slows its peer. The connection stays open: it belongs to the caller.
 *
 * @throws DecodeError when the stream cannot be this protocol, or ends within a message (`incomplete`)
 * @throws TimeoutError when a begun message makes no end in time
 * @throws TransportError when the connection breaks or `signal` is aborted
 */
export async function* readFrames(
  connection: Connection,
  framer: Framer,
  options: ReadFramesOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let waitedMs = 0;
  for (;;) {
    const isBegun = framer.heldOctets > 0;
    const askedAt = performance.now();
    const chunk = await (isBegun
      ? receiveWithin(connection, options, options.maxFrameAgeMs - waitedMs)
      : connection.receive(options.signal ? { signal: options.signal } : {}));
    if (chunk === undefined) {
      framer.end();
      return;
    }
    if (isBegun) waitedMs += performance.now() - askedAt;
    const frames = framer.push(chunk);
    if (frames.length > 0) waitedMs = 0;
    yield* frames;
  }
}

async function receiveWithin(
  connection: Connection,
  options: ReadFramesOptions,
  remainingMs: number,
): Promise<Uint8Array | undefined> {
  const { signal, maxFrameAgeMs } = options;
  const stop = new AbortController();
  let isLate = remainingMs <= 0;
  const passOn = (): void => stop.abort(signal?.reason);
  const timer = setTimeout(() => {
    isLate = true;
    stop.abort();
  }, remainingMs);
  if (signal?.aborted) passOn();
  else if (isLate) stop.abort();
  signal?.addEventListener('abort', passOn, { once: true });
  try {
    return await connection.receive({ signal: stop.signal });
  } catch (error) {
    if (!isLate || signal?.aborted) throw error;
    throw new TimeoutError(
      `message from ${connection.peer} was begun and not ended within ${maxFrameAgeMs} ms`,
      {
        phase: 'receive',
        budgetMs: maxFrameAgeMs,
        maybeDelivered: error instanceof TransportError && error.maybeDelivered,
      },
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', passOn);
  }
}
