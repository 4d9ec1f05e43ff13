import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { PeerCertificate } from '@interlend/core';
import { type After, afterRealTime, type Deadline } from '../deadline.js';
import { lost } from '../failure.js';
import { type Channel, type Patience, type PeerIdentity, StreamConnection } from '../stream-connection.js';
import { plainAddress } from './address.js';
import { streamFailure } from './failures.js';

/** What a connection over a socket is held to. */
export interface ChannelLimits {
  readonly bufferedOctets: number;
  readonly bufferedChunks: number;
  readonly closeGraceMs: number;
}

/** Who is at the other end of a socket that stands. */
export function identify(socket: Socket, peer: string): PeerIdentity {
  const peerAddress = plainAddress(socket.remoteAddress);
  const peerCertificate = socket instanceof TLSSocket ? certificateOf(socket) : undefined;
  return {
    peer,
    ...(peerAddress === '' ? {} : { peerAddress }),
    ...(peerCertificate ? { peerCertificate } : {}),
  };
}

/** The certificate that the other end showed. */
export function certificateOf(socket: TLSSocket): PeerCertificate | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  return { subject: certificate.subject.split('\n').join(', '), fingerprint256: certificate.fingerprint256 };
}

/**
 * Resets a socket, so that the peer cannot take the end for one in order. A TLS socket of which the carrier is not known
 * ends without the closing words of TLS.
 */
export function breakOff(socket: Socket, carrier?: Socket): void {
  if (socket.destroyed) return;
  if (!(socket instanceof TLSSocket)) {
    socket.resetAndDestroy();
    return;
  }
  if (carrier) {
    // TLS must let go of its carrier before that is reset; reset by hand, it can bring the process down.
    carrier.destroy = () => {
      Reflect.deleteProperty(carrier, 'destroy');
      return carrier.resetAndDestroy();
    };
  }
  socket.destroy();
}

/** Makes a connection of a socket that stands: plain after `connect`, TLS after its handshake. */
export function connectionOver(
  socket: Socket,
  identity: PeerIdentity,
  limits: ChannelLimits,
  time: {
    readonly deadline: Deadline;
    readonly deadlineName: string;
    readonly patience?: Patience;
    readonly after?: After;
  },
  /** What a TLS socket stands on, when this side accepted it. */
  carrier?: Socket,
): StreamConnection {
  const { peer } = identity;
  const after = time.after ?? afterRealTime;
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));

  const channel: Channel = {
    write: (slice) =>
      new Promise((resolve, reject) => {
        socket.write(slice, (error) => {
          if (!error) {
            resolve();
            return;
          }
          connection.fail(streamFailure(peer, error));
          reject(error);
        });
      }),
    end: () =>
      new Promise((resolve, reject) => {
        socket.end((error?: Error | null) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    resume: () => {
      if (socket.isPaused() && connection.inbox.octets <= limits.bufferedOctets / 2) socket.resume();
    },
    close: async () => {
      if (socket.destroyed) return gone;
      const cancel = after(limits.closeGraceMs, () => socket.destroy());
      if (!socket.writableEnded) socket.end();
      await gone;
      cancel();
    },
    destroy: () => breakOff(socket, carrier),
  };

  const connection = new StreamConnection(identity, channel, time.deadline, time.deadlineName, time.patience);
  socket.on('data', (chunk: Buffer) => {
    connection.inbox.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    const { octets, chunks } = connection.inbox;
    if (octets >= limits.bufferedOctets || chunks >= limits.bufferedChunks) socket.pause();
  });
  socket.on('end', () => connection.inbox.end());
  socket.on('error', (error) => connection.fail(streamFailure(peer, error)));
  socket.on('close', () => connection.fail(lost(peer, 'the peer closed it')));
  return connection;
}
