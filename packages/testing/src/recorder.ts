import type { Acceptor, Connection, Connector, Framer, Listening, PeerAddress, Role } from '@interlend/core';
import { toHex } from '@interlend/wire/ber';
import type { MessageTurn } from './exchange/format.js';
import { turnBytes } from './exchange/load.js';
import { redact } from './redaction.js';

/** What a recorder needs to stand between two systems. */
export interface RecorderOptions {
  readonly acceptor: Acceptor;
  readonly connector: Connector;
  readonly listen: PeerAddress;
  readonly target: PeerAddress;
  /** Role of the side that connects. */
  readonly client: Role;
  /** Finds where messages end; one for each direction of each connection. */
  readonly createFramer: () => Framer;
  /** Texts of a message that must not be kept: patron data, secrets. */
  readonly personalTexts: (message: Uint8Array) => readonly string[];
}

/** A running recorder. */
export interface Recorder {
  readonly address: PeerAddress;
  /** The messages seen so far, in the order in which they were complete. */
  readonly turns: readonly MessageTurn[];
  /** Texts that were replaced, counted. */
  readonly redactedTexts: number;
  close(): Promise<void>;
}

/**
 * A transparent proxy that keeps what passes. Octets go on at once and unchanged; only the copy that is kept is redacted,
 * by as many octets.
 */
export async function record(options: RecorderOptions): Promise<Recorder> {
  const turns: MessageTurn[] = [];
  const hidden = new Set<string>();
  let connections = 0;

  const keep = (frame: Uint8Array, from: Role, connection: number): void => {
    for (const text of options.personalTexts(frame)) hidden.add(text);
    turns.push({ from, hex: toHex(frame), connection, verdict: 'accepted' });
  };

  const pump = async (
    source: Connection,
    sink: Connection,
    from: Role,
    connection: number,
    signal: AbortSignal,
  ) => {
    const framer = options.createFramer();
    for (;;) {
      const chunk = await source.receive({ signal });
      if (chunk === undefined) break;
      await sink.send(chunk, { signal });
      for (const frame of framer.push(chunk)) keep(frame, from, connection);
    }
    framer.end();
    await sink.end();
  };

  const listening: Listening = await options.acceptor.listen(options.listen, async (inbound, { signal }) => {
    const connection = ++connections;
    const outbound = await options.connector.open(options.target, { signal });
    const server: Role = options.client === 'borrower' ? 'lender' : 'borrower';
    try {
      await Promise.all([
        pump(inbound, outbound, options.client, connection, signal),
        pump(outbound, inbound, server, connection, signal),
      ]);
    } finally {
      await outbound.close();
    }
  });

  return {
    address: listening.address,
    get turns() {
      return turns.map((turn) => ({ ...turn, hex: toHex(redact(turnBytes(turn), [...hidden])) }));
    },
    get redactedTexts() {
      return hidden.size;
    },
    close: () => listening.close(),
  };
}
