/**
 * A network inside one process: the `Connector` and `Acceptor` seams of `@interlend/core` without a socket, with the
 * faults of a real network as data. Deterministic: no timer runs unless one is given.
 *
 * ```ts
 * import { createMemoryNetwork } from '@interlend/transport/memory';
 *
 * const { acceptor, connector } = createMemoryNetwork({ faults: { chunkSizes: [4] } });
 * const listening = await acceptor.listen({ host: 'lender', port: 1611 }, async (connection) => {
 *   for (let octets = await connection.receive(); octets; octets = await connection.receive()) {
 *     await connection.send(octets);
 *   }
 * });
 *
 * const connection = await connector.open(listening.address);
 * await connection.send(new TextEncoder().encode('question'));
 * const decoder = new TextDecoder();
 * console.log(decoder.decode(await connection.receive()), decoder.decode(await connection.receive()));
 * await connection.close();
 * await listening.close();
 * ```
 *
 * @packageDocumentation
 */
import {
  type Acceptor,
  type Connector,
  type Listening,
  type PeerAddress,
  TransportError,
} from '@interlend/core';
import { type After, Deadline } from './deadline.js';
import { aborted } from './failure.js';
import {
  type AcceptorLimits,
  defaultAcceptorLimits,
  defaultConnectorLimits,
  withDefaults,
} from './limits.js';
import { type MemoryFaults, MemoryLink, passTurns } from './memory-link.js';
import { formatPeer } from './peer.js';
import { type Handle, type OnError, Sessions, warnOfError } from './sessions.js';

export type { After } from './deadline.js';
export type { MemoryFaults } from './memory-link.js';

/** The limits that mean something without a network; those in milliseconds need `after`. */
export type MemoryLimits = Pick<
  AcceptorLimits,
  'idleMs' | 'lifetimeMs' | 'bufferedOctets' | 'bufferedChunks' | 'closeGraceMs'
>;

/** Settings of {@link createMemoryNetwork}. */
export interface MemoryNetworkOptions {
  /** One for every connection, or a list for the connections in the order in which they are opened; then none. */
  readonly faults?: MemoryFaults | readonly MemoryFaults[];
  readonly limits?: Partial<MemoryLimits>;
  /** Timers. Without them nothing times out, and closing a listener waits for its handlers without limit. */
  readonly after?: After;
  /** Hears of handlers that throw. Absent: a warning of the process. */
  readonly onError?: OnError;
}

/** Two seams that meet. */
export interface MemoryNetwork {
  readonly connector: Connector;
  readonly acceptor: Acceptor;
}

/**
 * A paused socket still has the system's buffers behind it, in which pieces cost nothing; here they are part of the inbox.
 * With as few pieces as a socket two sides that both speak first would wait for each other for ever.
 */
const defaultMemoryLimits: MemoryLimits = { ...defaultAcceptorLimits, bufferedChunks: 64 * 1024 };

/** Where port 0 begins to count. */
const firstFreePort = 49_152;

const never: After = () => () => {};

/** Makes a network with no listeners. @throws ConfigError when a limit is not usable */
export function createMemoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  const limits = withDefaults<MemoryLimits>(defaultMemoryLimits, options.limits);
  const after = options.after ?? never;
  const listeners = new Map<string, Sessions>();
  let opened = 0;

  const nextFaults = (): MemoryFaults => {
    const number = opened++;
    return (isList(options.faults) ? options.faults[number] : options.faults) ?? {};
  };

  const connector: Connector = {
    open: async (address, { signal, timeoutMs = defaultConnectorLimits.budgetMs } = {}) => {
      const peer = formatPeer(address);
      const faults = nextFaults();
      if (signal?.aborted) throw aborted(peer, signal)('connect', false);
      await passTurns(faults.delayTurns);
      if (signal?.aborted) throw aborted(peer, signal)('connect', false);
      const sessions = listeners.get(peer);
      if (!sessions || faults.refuse) {
        throw new TransportError(
          'refused',
          `${peer} was not reached in phase connect: nothing listens there`,
          {
            peer,
            phase: 'connect',
          },
        );
      }
      const link = new MemoryLink(
        { peer, deadline: new Deadline(timeoutMs, after), deadlineName: 'budget' },
        {
          peer: `memory:${opened}`,
          deadline: new Deadline(limits.lifetimeMs, after),
          deadlineName: 'lifetime',
          patience: { idleMs: limits.idleMs, after },
        },
        faults,
        limits,
      );
      // Never rejects; the connecting side must have its end before the handler's first word.
      queueMicrotask(() => void sessions.serve(link.far));
      return link.near;
    },
  };

  const freePort = (host: string): number => {
    let port = firstFreePort;
    while (listeners.has(formatPeer({ host, port }))) port++;
    return port;
  };

  const listen = async (wanted: PeerAddress, handle: Handle): Promise<Listening> => {
    const address = wanted.port === 0 ? { host: wanted.host, port: freePort(wanted.host) } : wanted;
    const place = formatPeer(address);
    if (listeners.has(place)) {
      throw new TransportError('address-in-use', `${place} is in use by another listener`, {
        peer: place,
        phase: 'listen',
      });
    }
    const sessions = new Sessions(handle, options.onError ?? warnOfError);
    listeners.set(place, sessions);
    let closing: Promise<void> | undefined;
    return {
      address,
      close: () => {
        if (!closing) listeners.delete(place);
        closing ??= sessions.stop(limits.closeGraceMs, options.after);
        return closing;
      },
    };
  };

  return { connector, acceptor: { listen } };
}

function isList(faults: MemoryNetworkOptions['faults']): faults is readonly MemoryFaults[] {
  return Array.isArray(faults);
}
