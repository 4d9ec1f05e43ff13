import {
  type Acceptor,
  type Connection,
  type Connector,
  type Listening,
  type PeerAddress,
  TransportError,
} from '@interlend/core';
import { afterEach } from 'vitest';
import { receiveAll } from '../octets.test-support.js';
import type { Handle, OnError } from '../sessions.js';

/** What the contract asks of the thing under test. */
export interface TransportSettings {
  readonly onError: OnError;
  readonly limits: { readonly idleMs: number; readonly lifetimeMs: number; readonly closeGraceMs: number };
}

/** The two seams, made anew for each test. */
export type MakeTransport = (settings: TransportSettings) => {
  readonly acceptor: Acceptor;
  readonly connector: Connector;
};

/** Opens a connection, which is closed after the test. */
export type Dial = (options?: { readonly timeoutMs?: number }) => Promise<Connection>;

/** A listener, and what it takes to talk to it. */
export interface Stage {
  readonly listening: Listening;
  readonly acceptor: Acceptor;
  readonly connector: Connector;
  readonly dial: Dial;
  /** What the owner of the listener was told. */
  readonly errors: unknown[];
}

/** Begins a test: listens with `handle`. Everything is closed after the test. */
export type SetUp = (
  handle: Handle,
  limits?: Partial<TransportSettings['limits']>,
  onError?: OnError,
) => Promise<Stage>;

/** More than the buffers of both ends and of the system take. */
export const tooMuch = 64 * 1024 * 1024;

/** Somewhere on this machine. */
const anywhere: PeerAddress = { host: '127.0.0.1', port: 0 };

const patient = { idleMs: 60_000, lifetimeMs: 60_000, closeGraceMs: 300 };

/** Called within `describe`. */
export function rig(make: MakeTransport): SetUp {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((thing) => thing.close()));
  });
  return async (handle, limits = {}, onError) => {
    const errors: unknown[] = [];
    const { acceptor, connector } = make({
      onError: onError ?? ((error) => errors.push(error)),
      limits: { ...patient, ...limits },
    });
    const listening = await acceptor.listen(anywhere, handle);
    open.push(listening);
    const dial: Dial = async (options) => {
      const connection = await connector.open(listening.address, options);
      open.push(connection);
      return connection;
    };
    return { listening, acceptor, connector, dial, errors };
  };
}

/** Sends back what comes, until the end. */
export const echo: Handle = async (connection, { signal }) => {
  for (
    let chunk = await connection.receive({ signal });
    chunk;
    chunk = await connection.receive({ signal })
  ) {
    await connection.send(chunk, { signal });
  }
};

/** Says and reads nothing until the listener closes. */
export const silent: Handle = (_connection, { signal }) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** How a connection ended for the one who reads it. */
export async function outcomeOf(connection: Connection): Promise<string> {
  try {
    await receiveAll(connection);
    return 'end';
  } catch (error) {
    return error instanceof TransportError ? error.code : 'unexpected';
  }
}
