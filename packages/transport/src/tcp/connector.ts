import {
  connect as connectPlain,
  isIP,
  type LookupFunction,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net';
import {
  checkServerIdentity,
  connect as connectSecure,
  createSecureContext,
  type SecureContext,
} from 'node:tls';
import {
  ConfigError,
  type Connection,
  type Connector,
  type PeerAddress,
  type TransportPhase,
} from '@interlend/core';
import { afterRealTime, Deadline } from '../deadline.js';
import { aborted, lost, timedOut } from '../failure.js';
import { type ConnectorLimits, defaultConnectorLimits, withDefaults } from '../limits.js';
import { formatPeer } from '../peer.js';
import { connectionOver, identify } from './channel.js';
import { connectFailure } from './failures.js';
import { type ConnectorTls, secureContextOptions } from './tls-settings.js';

/** Settings of {@link createTcpConnector}. */
export interface TcpConnectorOptions {
  /** Absent: no TLS. */
  readonly tls?: ConnectorTls;
  readonly limits?: Partial<ConnectorLimits>;
  /** Resolves names in place of the platform. */
  readonly lookup?: LookupFunction;
}

type OpenOptions = NonNullable<Parameters<Connector['open']>[1]>;

/**
 * Opens connections over TCP, with TLS when it is given. Without `timeoutMs` an attempt gets `limits.budgetMs`.
 *
 * @throws ConfigError when a key, certificate or limit is not usable
 */
export function createTcpConnector(options: TcpConnectorOptions = {}): Connector {
  const limits = withDefaults(defaultConnectorLimits, options.limits);
  const secure = options.tls
    ? { context: createSecureContext(secureContextOptions(options.tls)), serverName: options.tls.serverName }
    : undefined;
  return {
    open: async (address, how = {}) => {
      const deadline = new Deadline(how.timeoutMs ?? limits.budgetMs, afterRealTime);
      try {
        return await openConnection(address, how, deadline, limits, () =>
          dial(address, secure, options.lookup),
        );
      } catch (error) {
        deadline.clear();
        throw error;
      }
    },
  };
}

function dial(
  address: PeerAddress,
  secure: { readonly context: SecureContext; readonly serverName: string | undefined } | undefined,
  lookup: LookupFunction | undefined,
): Socket {
  const { host, port } = address;
  const options: TcpNetConnectOpts = {
    host,
    port,
    allowHalfOpen: true,
    noDelay: true,
    ...(lookup ? { lookup } : {}),
  };
  try {
    if (!secure) return connectPlain(options);
    const name = secure.serverName ?? host;
    return connectSecure({
      ...options,
      secureContext: secure.context,
      rejectUnauthorized: true,
      checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
      // A server name in the handshake is a name; addresses are not allowed there.
      ...(isIP(name) ? {} : { servername: name }),
    });
  } catch (cause) {
    throw new ConfigError(
      `${formatPeer(address)} is not an address to connect to`,
      { key: 'address', accepted: 'a host and a port from 1 to 65535' },
      { cause },
    );
  }
}

async function openConnection(
  address: PeerAddress,
  { signal }: OpenOptions,
  deadline: Deadline,
  limits: ConnectorLimits,
  start: () => Socket,
): Promise<Connection> {
  const peer = formatPeer(address);
  let phase: TransportPhase = isIP(address.host) ? 'connect' : 'lookup';
  if (signal?.aborted) throw aborted(peer, signal)(phase, false);
  const socket = start();
  let stop = (): void => {};
  let closed = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      stop = () => reject(aborted(peer, signal)(phase, false));
      signal?.addEventListener('abort', stop, { once: true });
      deadline.onRing(() => reject(timedOut(peer, 'budget', deadline.budgetMs)(phase, false)));
      socket.on('error', (error) => reject(connectFailure(peer, error)(phase, false)));
      closed = () => reject(lost(peer, 'the peer closed it')(phase, false));
      socket.on('close', closed);
      socket.on('lookup', (error: Error | null) => {
        if (!error) phase = 'connect';
      });
      socket.on('connect', () => {
        if ('encrypted' in socket) phase = 'handshake';
        else resolve();
      });
      socket.on('secureConnect', resolve);
    });
    return connectionOver(socket, identify(socket, peer), limits, { deadline, deadlineName: 'budget' });
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    socket.off('close', closed);
  }
}
