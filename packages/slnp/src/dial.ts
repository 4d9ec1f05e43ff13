import { type Connection, type Connector, type PeerAddress, TimeoutError } from '@interlend/core';

/** A connection that was open for a day is opened anew. */
const longestSessionMs = 86_400_000;

/** Whom to call. */
export interface Dialling {
  readonly connector: Connector;
  readonly address: PeerAddress;
  readonly signal?: AbortSignal;
}

/** Connects, within so many milliseconds. @throws TransportError @throws TimeoutError */
export async function dial({ connector, address, signal }: Dialling, budgetMs: number): Promise<Connection> {
  const patience = AbortSignal.timeout(budgetMs);
  try {
    return await connector.open(address, {
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
      timeoutMs: longestSessionMs,
    });
  } catch (cause) {
    if (!patience.aborted || signal?.aborted) throw cause;
    throw new TimeoutError(
      `${address.host}:${address.port} did not answer within ${budgetMs} ms`,
      { phase: 'connect', budgetMs },
      { cause },
    );
  }
}
