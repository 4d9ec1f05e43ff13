import type { Acceptor, Connection, Connector, Listening, PeerAddress } from '@interlend/core';
import { readFrames } from '@interlend/transport/frames';
import { CheckFailure } from './checks.js';
import type { ProtocolUnderTest } from './protocols.js';

type AnyProtocol = ProtocolUnderTest['protocol'];

const maxFrameAgeMs = 10_000;

/** Messages that came for one transaction, and those who wait for the next. */
class Inbox {
  readonly #messages: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  /** The connection on which the other side began, where it goes both ways. */
  connection: Connection | undefined;

  put(bytes: Uint8Array): void {
    this.#messages.push(bytes);
    this.#wake?.();
  }

  /** The next message, or `undefined` when none comes in time. */
  async next(withinMs: number): Promise<Uint8Array | undefined> {
    if (this.#messages.length === 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, withinMs);
      });
      clearTimeout(timer);
      this.#wake = undefined;
    }
    return this.#messages.shift();
  }

  get waiting(): readonly Uint8Array[] {
    return this.#messages;
  }
}

/**
 * The made-up or recorded side of a row: listens for what the server says, sends what the exchange holds. What comes is
 * told apart by its transaction, so that the conversations of a row share one address as a real partner's do.
 */
export class Partner {
  readonly #protocol: AnyProtocol;
  readonly #connector: Connector;
  readonly #isTwoWay: boolean;
  readonly #inboxes = new Map<string, Inbox>();
  readonly #unclaimed: Uint8Array[] = [];
  #openings: ((bytes: Uint8Array, connection: Connection) => void) | undefined;
  #listening: Listening | undefined;

  constructor(protocol: AnyProtocol, connector: Connector, isTwoWay: boolean) {
    this.#protocol = protocol;
    this.#connector = connector;
    this.#isTwoWay = isTwoWay;
  }

  async listen(acceptor: Acceptor): Promise<PeerAddress> {
    this.#listening = await acceptor.listen(
      { host: '127.0.0.1', port: 0 },
      async (connection, { signal }) => {
        for await (const frame of readFrames(connection, this.#protocol.createFramer(), {
          signal,
          maxFrameAgeMs,
        })) {
          this.#sort(frame, connection);
        }
        await connection.end();
      },
    );
    return this.#listening.address;
  }

  async close(): Promise<void> {
    await this.#listening?.close();
  }

  #sort(frame: Uint8Array, connection: Connection): void {
    const { key, isOpening } = this.#protocol.correlate(this.#protocol.decode(frame).message);
    const inbox = this.#inboxes.get(key);
    if (inbox) inbox.put(frame);
    else if (isOpening && this.#openings) {
      this.#openings(frame, connection);
      this.#openings = undefined;
    } else this.#unclaimed.push(frame);
  }

  /** Messages of a transaction that this partner begins. */
  expect(opening: Uint8Array): Inbox {
    return this.#inbox(this.#protocol.correlate(this.#protocol.decode(opening).message).key);
  }

  #inbox(key: string): Inbox {
    const known = this.#inboxes.get(key);
    if (known) return known;
    const inbox = new Inbox();
    this.#inboxes.set(key, inbox);
    return inbox;
  }

  /** Messages of the next transaction that the server begins, its first one included. */
  expectOpening(): Promise<Inbox> {
    return new Promise((resolve) => {
      this.#openings = (bytes, connection) => {
        const inbox = this.expect(bytes);
        if (this.#isTwoWay) inbox.connection = connection;
        inbox.put(bytes);
        resolve(inbox);
      };
    });
  }

  /** Says something on a connection of its own and waits until the server has taken it. */
  async say(bytes: Uint8Array, server: PeerAddress): Promise<void> {
    const connection = await this.#connector.open(server);
    try {
      await connection.send(bytes);
      await connection.end();
      const back = await connection.receive();
      if (back)
        throw new CheckFailure(`expected nothing on a one-way connection, ${back.length} octets came`);
    } finally {
      await connection.close();
    }
  }

  /** Opens a connection that carries both directions; what comes on it is sorted as what comes to the listener. */
  async talk(server: PeerAddress): Promise<Connection> {
    const connection = await this.#connector.open(server);
    void this.#hear(connection);
    return connection;
  }

  async #hear(connection: Connection): Promise<void> {
    try {
      for await (const frame of readFrames(connection, this.#protocol.createFramer(), { maxFrameAgeMs })) {
        this.#sort(frame, connection);
      }
    } catch {
      // Whoever waits for a message is told that none came.
    }
  }
}

export type { Inbox };
