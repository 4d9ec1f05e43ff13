import type { Acceptor, Connection, Connector, Listening, PeerAddress, Role } from '@interlend/core';
import { toHex } from '@interlend/wire/ber';
import { type ConnectionEnd, type ConnectionReader, type Passage, reasonOf } from './connection-reader.js';
import type { MessageTurn } from './exchange/format.js';
import { type RedactedMessage, type RedactionRules, redactMessage } from './redaction.js';

/** One direction in which connections are opened: where to listen, and where what comes goes on to. */
export interface RecordedRoute {
  readonly listen: PeerAddress;
  readonly target: PeerAddress;
  /** Role of the side that connects. */
  readonly client: Role;
  /** The network on either side, with TLS where it is spoken there. */
  readonly acceptor: Acceptor;
  readonly connector: Connector;
}

/** What a recorder needs to stand between two systems. */
export interface RecorderOptions {
  /** One; two where each side opens connections to the other. */
  readonly routes: readonly RecordedRoute[];
  /** Finds messages; one for each connection. */
  createReader(): ConnectionReader;
  /**
   * Brings a message into the form in which it is kept, where that is not the one in which it passed.
   *
   * @throws when it cannot be read; it is not kept then
   */
  readonly toKeptForm?: (bytes: Uint8Array, from: Role) => Promise<KeptForm>;
  /** What must not be kept. */
  readonly redaction: RedactionRules;
  /** Told of each message that is kept, and of each problem. */
  readonly onTurn?: (turn: MessageTurn) => void;
  readonly onProblem?: (problem: string) => void;
}

/** A message in the form in which it is kept. */
export interface KeptForm {
  readonly bytes: Uint8Array;
  /** Paths of what was replaced on the way to it. */
  readonly redactions: readonly string[];
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
  /** Ends it. What had passed by then is kept when it resolves. */
  close(): Promise<void>;
}

interface Kept {
  readonly from: Role;
  readonly connection: number;
  readonly frame: Uint8Array;
  readonly redactions?: readonly string[];
}

const otherSide: Readonly<Record<Role, Role>> = { borrower: 'lender', lender: 'borrower' };

/**
 * A transparent proxy that keeps what passes. Octets go on at once and unchanged, also where they cannot be understood;
 * only the copy that is kept is redacted, by as many octets. A message that cannot be read, or not be redacted, is passed
 * on and not kept.
 */
export async function record(options: RecorderOptions): Promise<Recorder> {
  const { redaction, toKeptForm, onTurn, onProblem } = options;
  const kept: Kept[] = [];
  const personal = new Set<string>();
  let connections = 0;
  let keeping: Promise<void> = Promise.resolve();

  const redacted = ({ frame }: Kept): RedactedMessage | undefined =>
    redactMessage(frame, redaction, [...personal]);
  const turnOf = ({ from, connection }: Kept, { bytes }: RedactedMessage): MessageTurn => ({
    from,
    hex: toHex(bytes),
    connection,
    verdict: 'accepted',
  });
  const nameOf = ({ from, connection }: Kept): string => `message of the ${from} on connection ${connection}`;
  const unreadable = (message: Kept, error: unknown): void =>
    onProblem?.(
      `${nameOf(message)} cannot be read, so nobody knows what is personal in it; it is not kept: ${reasonOf(error)}`,
    );

  const keep = (message: Kept): void => {
    try {
      for (const { text } of redaction.personalFields(redaction.decode(message.frame))) personal.add(text);
      const result = redacted(message);
      if (result) {
        kept.push(message);
        onTurn?.(turnOf(message, result));
      } else
        onProblem?.(
          `${nameOf(message)}: a personal field cannot be replaced by as many octets; it is not kept`,
        );
    } catch (error) {
      unreadable(message, error);
    }
  };
  /** In the order in which messages passed, however long each takes to be brought into its form. */
  const keepInForm = (message: Kept): void => {
    if (!toKeptForm) {
      keep(message);
      return;
    }
    keeping = keeping
      .then(async () => {
        const { bytes, redactions } = await toKeptForm(message.frame, message.from);
        keep({ ...message, frame: bytes, redactions });
      })
      .catch((error: unknown) => unreadable(message, error));
  };

  const pump = async (
    source: Connection,
    sink: Connection,
    side: {
      readonly end: ConnectionEnd;
      readonly reader: ConnectionReader;
      readonly connection: number;
      readonly roleOf: (end: ConnectionEnd) => Role;
    },
    signal: AbortSignal,
  ): Promise<void> => {
    const { end, reader, connection, roleOf } = side;
    const pass = async ({ onward, back, messages, problems }: Passage): Promise<void> => {
      if (onward.length > 0) await sink.send(onward, { signal });
      if (back) await source.send(back, { signal });
      for (const { from, bytes } of messages) keepInForm({ from: roleOf(from), connection, frame: bytes });
      for (const problem of problems) onProblem?.(`connection ${connection}: ${problem}`);
    };
    for (let chunk = await source.receive({ signal }); chunk; chunk = await source.receive({ signal })) {
      await pass(reader.read(end, chunk));
    }
    await pass(reader.end(end));
    await sink.end();
  };

  const listeners: Listening[] = [];
  const close = async (): Promise<void> => {
    for (const listening of listeners) await listening.close();
    await keeping;
  };
  try {
    for (const { listen, target, client, acceptor, connector } of options.routes) {
      const roleOf = (end: ConnectionEnd): Role => (end === 'client' ? client : otherSide[client]);
      const listening = await acceptor.listen(listen, async (inbound, { signal }) => {
        const connection = ++connections;
        const outbound = await connector.open(target, { signal }).catch((error: unknown) => {
          onProblem?.(
            `connection ${connection}: ${target.host}:${target.port} is not reached: ${reasonOf(error)}`,
          );
          throw error;
        });
        const side = { reader: options.createReader(), connection, roleOf };
        try {
          await Promise.all([
            pump(inbound, outbound, { ...side, end: 'client' }, signal),
            pump(outbound, inbound, { ...side, end: 'server' }, signal),
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
        for (const path of [...(result?.paths ?? []), ...(message.redactions ?? [])]) paths.add(path);
        return result ? [turnOf(message, result)] : [];
      });
      return { turns, redactions: [...paths].sort() };
    },
    close,
  };
}
