import { createServer, type Server, type Socket } from 'node:net';
import { type Acceptor, type Listening, type PeerAddress, TransportError } from '@interlend/core';
import { afterRealTime, Deadline } from '../deadline.js';
import { type AcceptorLimits, defaultAcceptorLimits, withDefaults } from '../limits.js';
import { formatPeer } from '../peer.js';
import { type Handle, type OnError, Sessions, warnOfError } from '../sessions.js';
import { allowList, plainAddress } from './address.js';
import { Admission, type TcpCounts } from './admission.js';
import { connectionOver, identify } from './channel.js';
import { errorCode } from './failures.js';
import { type HandshakeSettings, Handshakes } from './handshakes.js';
import { type AcceptorTls, secureContextOptions } from './tls-settings.js';

/** Settings of {@link createTcpAcceptor}. */
export interface TcpAcceptorOptions {
  /** Absent: no TLS. */
  readonly tls?: AcceptorTls;
  readonly limits?: Partial<AcceptorLimits>;
  /** Addresses and networks that may connect, for instance `192.0.2.0/24`. Absent: everybody; empty: nobody. */
  readonly allow?: readonly string[];
  /** Hears of handlers that throw and of handshakes that fail. Absent: a warning of the process. */
  readonly onError?: OnError;
  /**
   * Called with the file descriptor of each listening socket before a connection is accepted, for options that Node does
   * not offer; on Linux accepted sockets inherit them. Not called where the platform shows no descriptor.
   */
  readonly onListening?: (descriptor: number) => void;
}

/** A listener that counts. */
export interface TcpListening extends Listening {
  readonly counts: TcpCounts;
}

/** An {@link Acceptor} whose listeners count. */
export interface TcpAcceptor extends Acceptor {
  /** @throws TransportError `address-in-use`, or `unreachable` when the address is not one of this machine */
  listen(address: PeerAddress, handle: Handle): Promise<TcpListening>;
}

/**
 * Accepts connections over TCP, with TLS when it is given, within limits.
 *
 * @throws ConfigError when a key, certificate, address or limit is not usable
 */
export function createTcpAcceptor(options: TcpAcceptorOptions = {}): TcpAcceptor {
  const limits = withDefaults(defaultAcceptorLimits, options.limits);
  const isAllowed = options.allow ? allowList(options.allow) : () => true;
  const handshakes: HandshakeSettings | undefined = options.tls && {
    context: secureContextOptions(options.tls),
    isMutual: options.tls.clientCa !== undefined,
    handshakeMs: limits.handshakeMs,
  };
  return {
    listen: async (address, handle) => {
      const listener = new TcpListener(
        limits,
        new Admission(limits, isAllowed),
        new Sessions(handle, options.onError ?? warnOfError),
        handshakes ? new Handshakes(handshakes) : undefined,
      );
      await listener.open(address, options.onListening);
      return listener;
    },
  };
}

class TcpListener implements TcpListening {
  readonly #limits: AcceptorLimits;
  readonly #admission: Admission;
  readonly #sessions: Sessions;
  readonly #handshakes: Handshakes | undefined;
  readonly #server: Server;
  #address: PeerAddress = { host: '', port: 0 };
  #closing: Promise<void> | undefined;

  constructor(
    limits: AcceptorLimits,
    admission: Admission,
    sessions: Sessions,
    handshakes: Handshakes | undefined,
  ) {
    this.#limits = limits;
    this.#admission = admission;
    this.#sessions = sessions;
    this.#handshakes = handshakes;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#receive(socket));
  }

  get address(): PeerAddress {
    return this.#address;
  }

  get counts(): TcpCounts {
    return this.#admission.counts;
  }

  async open(address: PeerAddress, onListening?: (descriptor: number) => void): Promise<void> {
    const place = formatPeer(address);
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenError(place, error)));
      this.#server.listen({ host: address.host, port: address.port }, resolve);
    });
    const descriptor = descriptorOf(this.#server);
    if (descriptor !== undefined) onListening?.(descriptor);
    const bound = this.#server.address();
    if (bound !== null && typeof bound === 'object')
      this.#address = { host: bound.address, port: bound.port };
    // The system may refuse to accept, for want of file descriptors for instance; the next one may be accepted again.
    this.#server.on('error', (error) => this.#sessions.report(error, place));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#handshakes?.stop();
    await this.#sessions.stop(this.#limits.closeGraceMs, afterRealTime);
    await closed;
  }

  #receive(socket: Socket): void {
    socket.on('error', () => {
      // The connection hears of it too; before there is one, the close that follows says enough.
    });
    const address = plainAddress(socket.remoteAddress);
    const peer = formatPeer({ host: address, port: socket.remotePort ?? 0 });
    if (this.#closing || address === '' || !this.#admission.enter(address)) {
      socket.resetAndDestroy();
      return;
    }
    const handshakes = this.#handshakes;
    if (!handshakes) {
      void this.#serve(socket, socket, peer, address);
      return;
    }
    handshakes.begin(
      socket,
      peer,
      (secured) => void this.#serve(secured, socket, peer, address),
      (failure) => {
        this.#admission.leave(address);
        this.#admission.handshakeFailed();
        if (!this.#closing) this.#sessions.report(failure('handshake', false), peer);
      },
    );
  }

  /** Never rejects. */
  async #serve(socket: Socket, carrier: Socket, peer: string, address: string): Promise<void> {
    const { idleMs, lifetimeMs } = this.#limits;
    const time = {
      deadline: new Deadline(lifetimeMs, afterRealTime),
      deadlineName: 'lifetime',
      patience: { idleMs, after: afterRealTime },
    };
    const connection = connectionOver(socket, identify(socket, peer), this.#limits, time, carrier);
    await this.#sessions.serve(connection);
    this.#admission.leave(address);
  }
}

/** Node keeps the descriptor on an undocumented property, which every platform with descriptors has had for years. */
function descriptorOf(server: Server): number | undefined {
  const handle: unknown = '_handle' in server ? server._handle : undefined;
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined;
  return typeof handle.fd === 'number' && handle.fd >= 0 ? handle.fd : undefined;
}

function listenError(place: string, error: Error): TransportError {
  const where = { peer: place, phase: 'listen' } as const;
  return errorCode(error) === 'EADDRINUSE'
    ? new TransportError('address-in-use', `${place} is in use by another listener`, where, { cause: error })
    : new TransportError('unreachable', `${place} cannot be listened on: ${errorCode(error)}`, where, {
        cause: error,
        retryable: false,
      });
}
