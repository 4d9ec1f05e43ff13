import { readFileSync } from 'node:fs';
import { type Acceptor, ConfigError, type Connector } from '@interlend/core';
import { createTcpAcceptor, createTcpConnector, defaultConnectorLimits } from '@interlend/transport/tcp';
import { faultOf, type Logger } from './logger.js';
import type { DeliverySettings, ListenerSettings, PeerSettings } from './settings.js';

/** How the server reaches the world and is reached. */
export interface Transports {
  connectorFor(peer: PeerSettings): Connector;
  acceptorFor(listener: ListenerSettings): Acceptor;
}

/** What else TCP can be told. */
export interface TcpTransportOptions {
  /** Called with the descriptor of each listener's socket. */
  readonly onListening?: (listener: ListenerSettings, descriptor: number) => void;
}

/** TCP, with TLS where the settings say so. */
export function createTcpTransports(
  delivery: DeliverySettings,
  logger: Logger,
  { onListening }: TcpTransportOptions = {},
): Transports {
  return {
    connectorFor({ symbol, tls }) {
      const key = `peers.${symbol}.tls`;
      return createTcpConnector({
        limits: {
          budgetMs: delivery.timeoutMs + delivery.closeWaitMs,
          closeGraceMs: Math.min(delivery.closeWaitMs, defaultConnectorLimits.closeGraceMs),
        },
        ...(tls === undefined
          ? {}
          : {
              tls: {
                ...(tls.caFile === undefined ? {} : { ca: readPem(`${key}.caFile`, tls.caFile) }),
                ...(tls.certificateFile === undefined
                  ? {}
                  : { cert: readPem(`${key}.certificateFile`, tls.certificateFile) }),
                ...(tls.keyFile === undefined ? {} : { key: readPem(`${key}.keyFile`, tls.keyFile) }),
                ...(tls.serverName === undefined ? {} : { serverName: tls.serverName }),
              },
            }),
      });
    },
    acceptorFor(listener) {
      const { port, tls, connections, connectionsPerAddress, idleMs } = listener;
      const key = `listeners.${port}.tls`;
      return createTcpAcceptor({
        limits: { connections, connectionsPerAddress, idleMs },
        ...(onListening && { onListening: (descriptor: number) => onListening(listener, descriptor) }),
        onError: (error, peer) => {
          logger.debug({ from: peer, ...faultOf(error) }, 'connection failed');
        },
        ...(tls === undefined
          ? {}
          : {
              tls: {
                cert: readPem(`${key}.certificateFile`, tls.certificateFile),
                key: readPem(`${key}.keyFile`, tls.keyFile),
                ...(tls.clientCaFile === undefined
                  ? {}
                  : { clientCa: readPem(`${key}.clientCaFile`, tls.clientCaFile) }),
              },
            }),
      });
    },
  };
}

function readPem(key: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      `${key} cannot be read`,
      { key, accepted: 'path of a readable PEM file' },
      { cause },
    );
  }
}
