import type { Socket } from 'node:net';
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';
import { type Failure, timedOut } from '../failure.js';
import { breakOff, certificateOf } from './channel.js';
import { certificateFailure, errorCode, streamFailure } from './failures.js';

/** What every handshake of one listener goes by. */
export interface HandshakeSettings {
  readonly context: SecureContextOptions;
  /** Whether the peer must show a certificate. */
  readonly isMutual: boolean;
  readonly handshakeMs: number;
}

interface Pending {
  readonly raw: Socket;
  readonly peer: string;
  readonly onSecure: (socket: TLSSocket) => void;
  readonly onFailure: (failure: Failure) => void;
}

/**
 * Does the TLS handshakes of accepted sockets. A server of `node:tls` that never listens does the work: a socket is
 * handed to it only after it was admitted.
 */
export class Handshakes {
  readonly #server: Server;
  readonly #isMutual: boolean;
  readonly #handshakeMs: number;
  /** By address and port of the peer, which name one socket as long as it is open. */
  readonly #pending = new Map<string, Pending>();

  constructor(settings: HandshakeSettings) {
    this.#isMutual = settings.isMutual;
    this.#handshakeMs = settings.handshakeMs;
    this.#server = createServer({
      ...settings.context,
      handshakeTimeout: this.#handshakeMs,
      requestCert: this.#isMutual,
      // Node would end a connection with a wrong certificate by an ordinary close, which a client of TLS 1.3 cannot tell
      // from success. `#judge` resets it.
      rejectUnauthorized: false,
    });
    this.#server.on('secureConnection', (socket) => this.#judge(socket));
    this.#server.on('tlsClientError', (error, socket) => {
      const pending = this.#find(socket);
      pending?.onFailure(this.#failureOf(error, pending.peer));
      socket.destroy();
    });
  }

  /** Calls one of the two, once. After a failure the socket is closed or about to be. */
  begin(
    raw: Socket,
    peer: string,
    onSecure: (socket: TLSSocket) => void,
    onFailure: (failure: Failure) => void,
  ): void {
    const key = keyOf(raw);
    const finish = (): boolean => this.#pending.get(key) === pending && this.#pending.delete(key);
    const pending: Pending = {
      raw,
      peer,
      onSecure: (socket) => {
        if (finish()) onSecure(socket);
      },
      onFailure: (failure) => {
        if (finish()) onFailure(failure);
      },
    };
    this.#pending.set(key, pending);
    raw.once('close', () => pending.onFailure(streamFailure(peer, undefined)));
    // Only who is through may close one direction and go on with the other.
    raw.allowHalfOpen = false;
    this.#server.emit('connection', raw);
  }

  /** Ends the handshakes that are not done. */
  stop(): void {
    for (const { raw } of this.#pending.values()) raw.destroy();
  }

  #judge(socket: TLSSocket): void {
    const pending = this.#find(socket);
    socket.on('error', () => {
      // Heard by the connection too, once there is one.
    });
    if (!pending) {
      socket.destroy();
      return;
    }
    pending.raw.allowHalfOpen = true;
    socket.allowHalfOpen = true;
    const refusal = this.#isMutual ? refusalOf(socket, pending.peer) : undefined;
    if (refusal) {
      pending.onFailure(refusal);
      breakOff(socket, pending.raw);
    } else pending.onSecure(socket);
  }

  #failureOf(error: Error, peer: string): Failure {
    return errorCode(error) === 'ERR_TLS_HANDSHAKE_TIMEOUT'
      ? timedOut(peer, 'handshake time', this.#handshakeMs)
      : streamFailure(peer, error);
  }

  #find(socket: Socket): Pending | undefined {
    return this.#pending.get(keyOf(socket));
  }
}

function refusalOf(socket: TLSSocket, peer: string): Failure | undefined {
  // A resumed session without a certificate counts as authorized for Node; here it does not.
  if (!certificateOf(socket)) return certificateFailure(peer, 'PEER_DID_NOT_RETURN_A_CERTIFICATE');
  return socket.authorized ? undefined : certificateFailure(peer, String(socket.authorizationError));
}

function keyOf(socket: Socket): string {
  return `${socket.remoteAddress}|${socket.remotePort}`;
}
