import {
  type Acceptor,
  type Connection,
  type Decoded,
  DecodeError,
  type Deviation,
  type Listening,
  type PeerAddress,
  type PeerCertificate,
} from '@interlend/core';
import { decode, encode } from './codec.js';
import { replyToFault, replyToUnreadable } from './faults.js';
import type { SessionLimits } from './limits.js';
import { libraryCommands } from './messages/commands.js';
import type { SlnpCommand, SlnpReply } from './messages/message.js';
import { type CommandTable, findFault } from './messages/parameters.js';
import { errorReply } from './messages/replies.js';
import { hubCommands } from './profiles/hub-commands.js';
import { rulesFor, type SlnpRules } from './profiles/index.js';
import { readingOf, writingOf } from './profiles/writing.js';
import { serveSession } from './serving.js';

/** A command that came in and has passed the checks of its table. */
export interface ArrivedCommand extends Decoded<SlnpCommand> {
  readonly bytes: Uint8Array;
  /** `host:port`, for logs. */
  readonly peer: string;
  /** For allow lists. */
  readonly peerAddress?: string;
  readonly peerCertificate?: PeerCertificate;
}

/** What a handler gets beside the command. */
export interface CommandOptions {
  /** Aborted when the listener closes. */
  readonly signal: AbortSignal;
}

/** How to listen. */
export interface SlnpServerOptions {
  readonly acceptor: Acceptor;
  /** `library` hears what a central server says, `hub` what libraries say. */
  readonly role: 'library' | 'hub';
  /** Those of the profile `default` when absent. */
  readonly rules?: SlnpRules;
  /**
   * The reply to a command. Keep what it says before the promise resolves: the reply is the acknowledgement. When it
   * rejects, the connection is broken off without a reply, so that the client says the command again.
   */
  readonly onCommand: (arrived: ArrivedCommand, options: CommandOptions) => Promise<SlnpReply>;
  /** Told of octets that are no command of this role, after which 520 was answered. */
  readonly onRefused?: (refused: {
    readonly bytes: Uint8Array;
    readonly reply: SlnpReply;
    readonly peer: string;
  }) => void;
  /** Commands that are known beside those of the role. */
  readonly moreCommands?: readonly CommandTable[];
  /** Judges a login, where the rules name one. Without it every login is refused. */
  readonly admits?: (login: SlnpCommand) => boolean;
  /** Name in the greeting. */
  readonly name?: string;
  readonly limits?: Partial<SessionLimits>;
}

/** Something that can listen. */
export interface SlnpServer {
  /** @throws TransportError `address-in-use` or `unreachable` */
  listen(address: PeerAddress): Promise<Listening>;
}

/**
 * Makes a listener for commands. The commands of a connection are handled one after the other, and answered in order. A bad
 * command is answered 520 and the next one is read; only what has no end in sight ends the connection.
 *
 * ```ts
 * import { createSlnpServer, okReply } from '@interlend/slnp';
 * import { createTcpAcceptor } from '@interlend/transport/tcp';
 *
 * const server = createSlnpServer({
 *   role: 'hub',
 *   acceptor: createTcpAcceptor({ allow: ['127.0.0.0/8'] }),
 *   onCommand: async ({ message }) => {
 *     console.log(message.command, message.parameters['Status']);
 *     return okReply(message.command);
 *   },
 * });
 * const listening = await server.listen({ host: '127.0.0.1', port: 0 });
 * console.log(listening.address.port);
 * await listening.close();
 * ```
 */
export function createSlnpServer(options: SlnpServerOptions): SlnpServer {
  const rules = options.rules ?? rulesFor(undefined);
  return {
    listen: (address) =>
      options.acceptor.listen(address, (connection, { signal }) => {
        const judge = new CommandJudge(connection, options, rules, signal);
        const { role, name, limits, admits } = options;
        return serveSession(
          connection,
          {
            role,
            rules,
            ...(name !== undefined && { name }),
            ...(limits && { limits }),
            ...(admits && { admits }),
            answer: async (bytes) => encode(await judge.answer(bytes), writingOf(rules)),
          },
          signal,
        );
      }),
  };
}

/** Answers the commands of one connection: what is not understood itself, the rest as the handler says. */
class CommandJudge {
  readonly #connection: Connection;
  readonly #options: SlnpServerOptions;
  readonly #rules: SlnpRules;
  readonly #signal: AbortSignal;
  readonly #known: readonly CommandTable[];

  constructor(connection: Connection, options: SlnpServerOptions, rules: SlnpRules, signal: AbortSignal) {
    this.#connection = connection;
    this.#options = options;
    this.#rules = rules;
    this.#signal = signal;
    this.#known = [
      ...(options.role === 'hub' ? hubCommands(rules.info2flserver) : libraryCommands),
      ...(options.moreCommands ?? []),
    ];
  }

  async answer(bytes: Uint8Array): Promise<SlnpReply> {
    const read = this.#read(bytes);
    if ('refusal' in read) {
      this.#options.onRefused?.({ bytes, reply: read.refusal, peer: this.#connection.peer });
      return read.refusal;
    }
    const { message, deviations } = read;
    const { peer, peerAddress, peerCertificate } = this.#connection;
    return this.#options.onCommand(
      {
        message,
        deviations,
        bytes,
        peer,
        ...(peerAddress !== undefined && { peerAddress }),
        ...(peerCertificate && { peerCertificate }),
      },
      { signal: this.#signal },
    );
  }

  #read(bytes: Uint8Array): Decoded<SlnpCommand> | { readonly refusal: SlnpReply } {
    const { texts } = this.#rules;
    try {
      const { message, deviations } = decode(bytes, readingOf(this.#rules));
      if (message.kind !== 'command') {
        return { refusal: errorReply(520, texts.unreadable, 'SlnpRequestError') };
      }
      const refusal = this.#refusalOf(message, deviations);
      return refusal ? { refusal } : { message, deviations };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return { refusal: replyToUnreadable(error, texts) };
    }
  }

  #refusalOf(message: SlnpCommand, deviations: readonly Deviation[]): SlnpReply | undefined {
    const { texts, emptyParameters } = this.#rules;
    const empty = deviations.find(({ code }) => code === 'empty-parameter');
    if (empty && emptyParameters === 'refuse') {
      const parameter = empty.path.split('.').at(-1) ?? '';
      return replyToFault({ kind: 'invalid-value', parameter }, texts);
    }
    const fault = findFault(message, this.#known);
    return fault && replyToFault(fault, texts);
  }
}
