import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import {
  type Acceptor,
  type Connection,
  type Connector,
  type PeerAddress,
  TransportError,
} from '@interlend/core';
import { createMemoryNetwork } from '@interlend/transport/memory';
import { createFrameReader, FrameKinds, formatFrame, type TunnelFrame } from './replayer/tunnel-frames.js';

/** Connector and acceptor whose sockets are in a container. */
export interface Tunnel {
  readonly acceptor: Acceptor;
  readonly connector: Connector;
  close(): Promise<void>;
}

/** One socket in the container, seen from here. */
interface Line {
  /** What comes from there; destroyed when it was broken off. */
  readonly incoming: PassThrough;
  readonly send: (octets: Uint8Array) => void;
  readonly end: () => void;
  readonly reset: () => void;
}

/** The answer that a listener or a socket in the container waits for. */
interface Answer {
  readonly resolve: (payload: string) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Opens the control connection to a container that runs `replayer/main`. Partners then listen as `alias` in its network,
 * and call from there. Nothing holds back a side that sends faster than the other reads: conversations are small.
 *
 * @throws TransportError when the container does not answer
 */
export async function openTunnel({ host, port }: PeerAddress, alias: string): Promise<Tunnel> {
  const control = connect({ host, port, noDelay: true });
  await connected(control, `${host}:${port}`);
  const network = createMemoryNetwork({ onError: () => undefined });
  const lines = new Map<number, Line>();
  const answers = new Map<number, Answer>();
  const calls = new Map<number, (line: Line) => void>();
  let lastChannel = -1;
  const nextChannel = (): number => {
    lastChannel += 2;
    return lastChannel;
  };

  const say = (...frame: Parameters<typeof formatFrame>): void => {
    if (control.writable) control.write(formatFrame(...frame));
  };

  const lineOf = (channel: number): Line => {
    const line: Line = {
      incoming: new PassThrough(),
      send: (octets) => say(FrameKinds.data, channel, octets),
      end: () => say(FrameKinds.end, channel),
      reset: () => say(FrameKinds.reset, channel),
    };
    // Whoever reads it is told by the iteration.
    line.incoming.on('error', () => undefined);
    line.incoming.on('close', () => lines.delete(channel));
    lines.set(channel, line);
    return line;
  };

  const answerTo = async (channel: number): Promise<string> => {
    try {
      return await new Promise<string>((resolve, reject) => answers.set(channel, { resolve, reject }));
    } finally {
      answers.delete(channel);
    }
  };

  const hear = ({ kind, channel, payload }: TunnelFrame): void => {
    const line = lines.get(channel);
    if (kind === FrameKinds.listening || kind === FrameKinds.connected) {
      answers.get(channel)?.resolve(payload.toString());
    } else if (kind === FrameKinds.call) calls.get(Number(payload.toString()))?.(lineOf(channel));
    else if (kind === FrameKinds.data) line?.incoming.write(payload);
    else if (kind === FrameKinds.end) line?.incoming.end();
    else if (kind === FrameKinds.reset) {
      const error = lost(`${alias}`, payload.toString());
      answers.get(channel)?.reject(error);
      line?.incoming.destroy(error);
    }
  };

  const readFrames = createFrameReader();
  control.on('data', (chunk: Buffer) => {
    for (const frame of readFrames(chunk)) hear(frame);
  });
  control.on('error', () => control.destroy());
  control.on('close', () => {
    const error = lost(alias, 'its container is gone');
    for (const { reject } of answers.values()) reject(error);
    for (const { incoming } of lines.values()) incoming.destroy(error);
  });

  const acceptor: Acceptor = {
    async listen(_address, handle) {
      const channel = nextChannel();
      const inner = await network.acceptor.listen({ host: alias, port: 0 }, handle);
      calls.set(channel, (line) => {
        // Never rejects: a handler that fails breaks the line off.
        void carry(network.connector, inner.address, line).catch(() => line.reset());
      });
      const answer = answerTo(channel);
      say(FrameKinds.listen, channel);
      const listenerPort = Number(await answer);
      return {
        address: { host: alias, port: listenerPort },
        async close() {
          say(FrameKinds.unlisten, channel);
          calls.delete(channel);
          await inner.close();
        },
      };
    },
  };

  const connector: Connector = {
    async open(address, options) {
      const channel = nextChannel();
      const line = lineOf(channel);
      const answer = answerTo(channel);
      say(FrameKinds.connect, channel, `${address.host}:${address.port}`);
      await answer;
      const inner = await network.acceptor.listen({ host: 'outward', port: 0 }, (connection) =>
        pump(connection, line).finally(() => void inner.close()),
      );
      return await network.connector.open(inner.address, options);
    },
  };

  return {
    acceptor,
    connector,
    close: () =>
      new Promise((resolve) => {
        if (control.destroyed) {
          resolve();
          return;
        }
        control.once('close', () => resolve());
        control.destroy();
      }),
  };
}

/** Carries both directions until both have ended; rejects when the line was broken off. Whoever calls closes the connection. */
/** Opens a connection to `address` and lets it and `line` carry to each other until one ends. */
async function carry(connector: Connector, address: PeerAddress, line: Line): Promise<void> {
  const connection = await connector.open(address);
  try {
    await pump(connection, line);
  } finally {
    await connection.close();
  }
}

async function pump(connection: Connection, line: Line): Promise<void> {
  const outward = async (): Promise<void> => {
    for (let octets = await connection.receive(); octets; octets = await connection.receive())
      line.send(octets);
    line.end();
  };
  const inward = async (): Promise<void> => {
    for await (const octets of line.incoming) await connection.send(octets);
    await connection.end();
  };
  try {
    await Promise.all([outward(), inward()]);
  } catch (error) {
    line.reset();
    throw error;
  }
}

function connected(socket: Socket, peer: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (cause) => reject(lost(peer, cause.message)));
  });
}

function lost(peer: string, why: string): TransportError {
  return new TransportError('lost', `${peer}: connection lost, ${why}`, { peer, phase: 'connect' });
}
