import type { Acceptor, Connection, Connector, Correlation, Listening, PeerAddress } from '@interlend/core';
import { readFrames } from '@interlend/transport/frames';
import { CheckFailure } from './checks.js';
import type { ProtocolUnderTest } from './protocols.js';

const maxFrameAgeMs = 10_000;

/** Messages that came for one transaction, and those who wait for the next. */
class Inbox {
  readonly #messages: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  /** Where the message came from that was put in last. */
  #connection: Connection | undefined;

  put(bytes: Uint8Array, connection: Connection): void {
    this.#messages.push(bytes);
    this.#connection = connection;
    this.#wake?.();
  }

  /** Answers the newest message on the connection that brought it. */
  async answer(bytes: Uint8Array): Promise<void> {
    if (!this.#connection) throw new CheckFailure('expected a message to be answered, none came');
    await this.#connection.send(bytes);
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
  readonly #put: ProtocolUnderTest;
  readonly #connector: Connector;
  readonly #inboxes = new Map<string, Inbox>();
  readonly #unclaimed: Uint8Array[] = [];
  #openings: ((bytes: Uint8Array, connection: Connection) => void) | undefined;
  #listening: Listening | undefined;

  constructor(put: ProtocolUnderTest, connector: Connector) {
    this.#put = put;
    this.#connector = connector;
  }

  async listen(acceptor: Acceptor): Promise<PeerAddress> {
    this.#listening = await acceptor.listen(
      { host: '127.0.0.1', port: 0 },
      async (connection, { signal }) => {
        const { protocol, onTheSpot, dialogue } = this.#put;
        if (dialogue) {
          await dialogue.receive(connection, (bytes) => this.#sort(bytes, connection));
          await connection.end();
          return;
        }
        for await (const frame of readFrames(connection, protocol.createFramer(), {
          signal,
          maxFrameAgeMs,
        })) {
          if (onTheSpot?.isGoodbye(protocol.decode(frame).message)) break;
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
    const { key, isOpening } = this.#correlate(frame);
    const inbox = this.#inboxes.get(key);
    if (inbox) inbox.put(frame, connection);
    else if (isOpening && this.#openings) {
      this.#openings(frame, connection);
      this.#openings = undefined;
    } else this.#unclaimed.push(frame);
  }

  #correlate(bytes: Uint8Array): Correlation {
    const { protocol } = this.#put;
    return protocol.correlate(protocol.decode(bytes).message);
  }

  /** Messages of a transaction that this partner begins, into an inbox that may be there already. */
  expect(opening: Uint8Array, inbox: Inbox = new Inbox()): Inbox {
    const { key } = this.#correlate(opening);
    // A message about no transaction has no key, and what comes back on its connection is its answer.
    if (key === '') return inbox;
    const known = this.#inboxes.get(key);
    if (known) return known;
    this.#inboxes.set(key, inbox);
    return inbox;
  }

  /** Messages of the next transaction that the server begins, its first one included. */
  expectOpening(): Promise<Inbox> {
    return new Promise((resolve) => {
      this.#openings = (bytes, connection) => {
        const inbox = this.expect(bytes);
        inbox.put(bytes, connection);
        resolve(inbox);
      };
    });
  }

  /** Says something on a connection of its own and waits until the server has taken it. */
  async say(bytes: Uint8Array, server: PeerAddress): Promise<void> {
    const connection = await this.#connector.open(server);
    const { dialogue } = this.#put;
    try {
      if (dialogue) {
        await dialogue.say(connection, bytes);
        return;
      }
      await connection.send(bytes);
      await connection.end();
      const back = await connection.receive();
      if (back)
        throw new CheckFailure(`expected nothing on a one-way connection, ${back.length} octets came`);
    } finally {
      await connection.close();
    }
  }

  /** Says something on a connection of its own and puts the answer into the inbox. */
  async ask(bytes: Uint8Array, server: PeerAddress, inbox: Inbox): Promise<void> {
    const connection = await this.#connector.open(server);
    try {
      await connection.send(bytes);
      const answers = readFrames(connection, this.#put.protocol.createFramer(), { maxFrameAgeMs });
      const { value } = await answers.next();
      if (value) inbox.put(value, connection);
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
      const framer = this.#put.protocol.createFramer();
      for await (const frame of readFrames(connection, framer, { maxFrameAgeMs })) {
        this.#sort(frame, connection);
      }
    } catch {
      // Whoever waits for a message is told that none came.
    }
  }
}

export type { Inbox };
