import {
  type Acceptor,
  type Connection,
  type Connector,
  type Framer,
  isInterlendError,
  type Listening,
  type PeerAddress,
  type Role,
} from '@interlend/core';
import { toHex } from '@interlend/wire/ber';
import type { MessageTurn } from './exchange/format.js';
import { type RedactedMessage, type RedactionRules, redactMessage } from './redaction.js';

/** One direction in which connections are opened: where to listen, and where what comes goes on to. */
export interface RecordedRoute {
  readonly listen: PeerAddress;
  readonly target: PeerAddress;
  /** Role of the side that connects. */
  readonly client: Role;
}

/** What a recorder needs to stand between two systems. */
export interface RecorderOptions {
  readonly acceptor: Acceptor;
  readonly connector: Connector;
  /** One; two where each side opens connections to the other. */
  readonly routes: readonly RecordedRoute[];
  /** Finds where messages end; one for each direction of each connection. */
  createFramer(from: 'client' | 'server'): Framer;
  /** What must not be kept. */
  readonly redaction: RedactionRules;
  /** Told of each message that is kept, and of each problem. */
  readonly onTurn?: (turn: MessageTurn) => void;
  readonly onProblem?: (problem: string) => void;
}

/** What was kept. */
export interface Recording {
  /** In the order in which the messages were complete. */
  readonly turns: readonly MessageTurn[];
  /** Paths of the fields whose text was replaced, each once. */
  readonly redactions: readonly string[];
}

/** A running recorder. */
export interface Recorder {
  /** Where it listens, in the order of the routes. */
  readonly addresses: readonly PeerAddress[];
  /** What was kept so far. */
  recording(): Recording;
  close(): Promise<void>;
}

interface Kept {
  readonly from: Role;
  readonly connection: number;
  readonly frame: Uint8Array;
}

const otherSide: Readonly<Record<Role, Role>> = { borrower: 'lender', lender: 'borrower' };

/**
 * A transparent proxy that keeps what passes. Octets go on at once and unchanged, also where they cannot be understood;
 * only the copy that is kept is redacted, by as many octets. A message that cannot be read, or not be redacted, is passed
 * on and not kept.
 */
export async function record(options: RecorderOptions): Promise<Recorder> {
  const { acceptor, connector, redaction, onTurn, onProblem } = options;
  const kept: Kept[] = [];
  const personal = new Set<string>();
  let connections = 0;

  const redacted = ({ frame }: Kept): RedactedMessage | undefined =>
    redactMessage(frame, redaction, [...personal]);
  const turnOf = ({ from, connection }: Kept, { bytes }: RedactedMessage): MessageTurn => ({
    from,
    hex: toHex(bytes),
    connection,
    verdict: 'accepted',
  });

  const keep = (message: Kept): void => {
    const name = `message of the ${message.from} on connection ${message.connection}`;
    try {
      for (const { text } of redaction.personalFields(redaction.decode(message.frame))) personal.add(text);
      const result = redacted(message);
      if (result) {
        kept.push(message);
        onTurn?.(turnOf(message, result));
      } else onProblem?.(`${name}: a personal field cannot be replaced by as many octets; it is not kept`);
    } catch (error) {
      onProblem?.(
        `${name} cannot be read, so nobody knows what is personal in it; it is not kept: ${why(error)}`,
      );
    }
  };

  const pump = async (
    source: Connection,
    sink: Connection,
    side: { readonly from: Role; readonly framer: Framer; readonly connection: number },
    signal: AbortSignal,
  ): Promise<void> => {
    const { from, framer, connection } = side;
    let isFramed = true;
    const frame = (cut: () => readonly Uint8Array[]): void => {
      if (!isFramed) return;
      try {
        for (const message of cut()) keep({ from, connection, frame: message });
      } catch (error) {
        isFramed = false;
        onProblem?.(
          `connection ${connection}: what the ${from} says from here on is passed on and not kept: ${why(error)}`,
        );
      }
    };
    for (;;) {
      const chunk = await source.receive({ signal });
      if (chunk === undefined) break;
      await sink.send(chunk, { signal });
      frame(() => framer.push(chunk));
    }
    frame(() => {
      framer.end();
      return [];
    });
    await sink.end();
  };

  const listeners: Listening[] = [];
  const close = async (): Promise<void> => {
    for (const listening of listeners) await listening.close();
  };
  try {
    for (const { listen, target, client } of options.routes) {
      const listening = await acceptor.listen(listen, async (inbound, { signal }) => {
        const connection = ++connections;
        const outbound = await connector.open(target, { signal }).catch((error: unknown) => {
          onProblem?.(
            `connection ${connection}: ${target.host}:${target.port} is not reached: ${why(error)}`,
          );
          throw error;
        });
        const side = (from: Role, end: 'client' | 'server') => ({
          from,
          framer: options.createFramer(end),
          connection,
        });
        try {
          await Promise.all([
            pump(inbound, outbound, side(client, 'client'), signal),
            pump(outbound, inbound, side(otherSide[client], 'server'), signal),
          ]);
        } finally {
          await outbound.close();
        }
      });
      listeners.push(listening);
    }
  } catch (error) {
    await close();
    throw error;
  }

  return {
    addresses: listeners.map(({ address }) => address),
    recording() {
      const paths = new Set<string>();
      // Once more: a text that a later message showed to be personal may stand in an earlier one.
      const turns = kept.flatMap((message) => {
        const result = redacted(message);
        for (const path of result?.paths ?? []) paths.add(path);
        return result ? [turnOf(message, result)] : [];
      });
      return { turns, redactions: [...paths].sort() };
    },
    close,
  };
}

/** Why something failed, without anything of the message. */
function why(error: unknown): string {
  return isInterlendError(error) ? error.code : error instanceof Error ? error.name : 'unknown';
}
