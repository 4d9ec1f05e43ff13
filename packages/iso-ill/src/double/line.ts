import {
  type Acceptor,
  ConfigError,
  type Connection,
  type Connector,
  type Listening,
  type PeerAddress,
  TransportError,
} from '@interlend/core';
import { type OneWayDelivery, sendOneWay } from '../client.js';
import type { ReceivedApdu } from '../received.js';
import { openTwoWay, TwoWayConnection } from '../two-way.js';

/** What becomes of the connection that brought an APDU. */
export type ConnectionFate =
  /** It goes on until the partner ends it; then it is ended in order. */
  | 'keep'
  /** It is ended in order at once. */
  | 'end'
  /** It is broken off at once: the partner must not take its APDU for received. */
  | 'break-off'
  /** It is never ended by this side. */
  | 'leave-open';

/** The ends of the network that a double uses. */
export interface LineOptions {
  readonly role: 'requester' | 'responder';
  readonly mode: '1611' | '499';
  /** Needed for 1611, and for 499 as responder. */
  readonly acceptor?: Acceptor;
  /** Where to listen; any free port of 127.0.0.1 when absent. */
  readonly listenOn?: PeerAddress;
  /** Needed for 1611, and for 499 as requester. */
  readonly connector?: Connector;
  /** Where the partner listens. Asked for when something is to be sent. */
  readonly partner?: PeerAddress | (() => PeerAddress);
  /** How long the partner may take to close; 5 s when absent. */
  readonly closeWaitMs?: number;
}

/** What a line tells its double. */
export interface LineListener {
  readonly hear: (received: ReceivedApdu) => Promise<ConnectionFate>;
  readonly onLost: (failure: unknown) => void;
  /** Ends every connection that comes in at its first octets. */
  readonly closesEarly?: 'in-order' | 'broken-off';
}

/** The connections of a double: one per APDU, or both ways on one. */
export class Line {
  readonly #options: LineOptions;
  readonly #listener: LineListener;
  #listening: Listening | undefined;
  /** Where answers go in mode 499. */
  #current: TwoWayConnection | undefined;
  readonly #own = new Set<Promise<void>>();

  private constructor(options: LineOptions, listener: LineListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** @throws ConfigError when a seam that mode and role need is not there */
  static async open(options: LineOptions, listener: LineListener): Promise<Line> {
    const line = new Line(options, listener);
    if (options.mode === '1611' || options.role === 'responder') {
      const acceptor = required(options, 'acceptor');
      line.#listening = await acceptor.listen(
        options.listenOn ?? { host: '127.0.0.1', port: 0 },
        (connection, { signal }) => line.#serve(connection, signal),
      );
    }
    return line;
  }

  /** Where this side listens, if it does. */
  get address(): PeerAddress | undefined {
    return this.#listening?.address;
  }

  /** @throws TransportError @throws TimeoutError */
  async send(bytes: Uint8Array): Promise<OneWayDelivery | undefined> {
    const { mode, closeWaitMs } = this.#options;
    if (mode === '1611') {
      return sendOneWay(bytes, { ...this.#partner(), ...(closeWaitMs !== undefined && { closeWaitMs }) });
    }
    if (!this.#current && this.#options.role === 'requester') {
      const connection = await openTwoWay(this.#partner());
      this.#current = connection;
      const running = this.#listenOn(connection).finally(() => this.#own.delete(running));
      this.#own.add(running);
    }
    if (!this.#current) {
      throw new TransportError('closed', 'no connection of the partner is open', {
        peer: 'partner',
        phase: 'send',
      });
    }
    await this.#current.send(bytes);
    return undefined;
  }

  async close(): Promise<void> {
    await this.#current?.close();
    await Promise.all(this.#own);
    await this.#listening?.close();
  }

  #partner(): { readonly connector: Connector; readonly address: PeerAddress } {
    const partner = required(this.#options, 'partner');
    return {
      connector: required(this.#options, 'connector'),
      address: typeof partner === 'function' ? partner() : partner,
    };
  }

  /** A connection that this side opened in mode 499. Never rejects. */
  async #listenOn(connection: TwoWayConnection): Promise<void> {
    try {
      await this.#hearAll(connection);
    } catch (failure) {
      this.#listener.onLost(failure);
    } finally {
      if (this.#current === connection) this.#current = undefined;
      await connection.close();
    }
  }

  async #serve(connection: Connection, signal: AbortSignal): Promise<void> {
    const { closesEarly } = this.#listener;
    if (closesEarly !== undefined) {
      await connection.receive({ signal });
      if (closesEarly === 'broken-off') throw brokenOff(connection.peer);
      return;
    }
    const twoWay = new TwoWayConnection(connection, { signal });
    let fate: ConnectionFate;
    try {
      fate = await this.#hearAll(twoWay);
    } catch (failure) {
      if (!signal.aborted) this.#listener.onLost(failure);
      throw failure;
    } finally {
      if (this.#current === twoWay) this.#current = undefined;
    }
    if (fate === 'leave-open') await untilAborted(signal);
    if (fate === 'break-off') throw brokenOff(connection.peer);
  }

  async #hearAll(connection: TwoWayConnection): Promise<ConnectionFate> {
    for await (const received of connection) {
      if (this.#options.mode === '499') this.#current = connection;
      const fate = await this.#listener.hear(received);
      if (fate !== 'keep') return fate;
    }
    return 'end';
  }
}

function required<Key extends keyof LineOptions>(
  options: LineOptions,
  key: Key,
): NonNullable<LineOptions[Key]> {
  const value = options[key];
  if (value !== undefined && value !== null) return value;
  const accepted = `a value, since mode ${options.mode} as ${options.role} needs it`;
  throw new ConfigError(`expected ${accepted} for ${key}`, { key, accepted });
}

function brokenOff(peer: string): TransportError {
  return new TransportError('closed', 'broken off on purpose', { peer, phase: 'receive' });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
