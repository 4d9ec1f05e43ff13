import {
  type Acceptor,
  type Connection,
  type Decoded,
  DecodeError,
  type Listening,
  type PeerAddress,
  type PeerCertificate,
} from '@interlend/core';
import { readFrames } from '@interlend/transport/frames';
import { decode, encode } from './codec.js';
import { replyToFault, replyToUnreadable } from './faults.js';
import { createFramer } from './framer.js';
import { defaultSessionLimits, type SessionLimits } from './limits.js';
import { libraryCommands, Quit, ServerInit, SysParam } from './messages/commands.js';
import type { SlnpCommand, SlnpMessage, SlnpReply } from './messages/message.js';
import { type CommandTable, findFault } from './messages/parameters.js';
import { errorReply, okReply } from './messages/replies.js';
import { hubCommands } from './profiles/hub-commands.js';
import { rulesFor, type SlnpRules } from './profiles/index.js';
import { charsetOf, readingOf, writingOf } from './profiles/writing.js';

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
  return {
    listen: (address) =>
      options.acceptor.listen(address, async (connection, { signal }) => {
        const session = new ServerSession(connection, options);
        await session.run(signal);
      }),
  };
}

class ServerSession {
  readonly #connection: Connection;
  readonly #options: SlnpServerOptions;
  readonly #rules: SlnpRules;
  readonly #limits: SessionLimits;
  readonly #known: readonly CommandTable[];
  #isAdmitted: boolean;

  constructor(connection: Connection, options: SlnpServerOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#rules = options.rules ?? rulesFor(undefined);
    this.#limits = { ...defaultSessionLimits, ...options.limits };
    this.#isAdmitted = this.#rules.login === 'none';
    this.#known = [
      ...(options.role === 'hub' ? hubCommands(this.#rules.info2flserver) : libraryCommands),
      ...(options.moreCommands ?? []),
    ];
  }

  async run(signal: AbortSignal): Promise<void> {
    const { greets, texts } = this.#rules;
    const isGreeting = greets === 'yes' || (greets === 'role' && this.#options.role === 'hub');
    if (isGreeting) await this.#say(greetingOf(this.#options.name ?? 'Interlend', this.#rules), signal);
    let commands = 0;
    try {
      for await (const bytes of readFrames(this.#withIdleLimit(signal), createFramer('client'), {
        maxFrameAgeMs: this.#limits.maxFrameAgeMs,
      })) {
        const isGoodbye = await this.#serve(bytes, signal);
        if (isGoodbye || ++commands >= this.#limits.commandsPerConnection) break;
      }
    } catch (error) {
      // A half command at the end of the stream is nobody's loss: without a reply it is said again.
      if (!(error instanceof DecodeError)) throw error;
      if (error.code !== 'incomplete') await this.#say(replyToUnreadable(error, texts), signal);
    }
    await this.#connection.end();
  }

  /** True when the session is over. */
  async #serve(bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
    const { texts } = this.#rules;
    let decoded: Decoded<SlnpMessage>;
    try {
      decoded = decode(bytes, readingOf(this.#rules));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      await this.#refuse(bytes, replyToUnreadable(error, texts), signal);
      return false;
    }
    const { message, deviations } = decoded;
    if (message.kind !== 'command') {
      await this.#refuse(bytes, errorReply(520, texts.unreadable, 'SlnpRequestError'), signal);
      return false;
    }
    if (message.command === Quit.name) {
      if (this.#rules.quitReply === '240') await this.#say(okReply(Quit.name), signal);
      return true;
    }
    if (isLogin(message)) {
      await this.#admit(bytes, message, signal);
      return false;
    }
    const refusal = this.#refusalOf(message, deviations);
    if (refusal) await this.#refuse(bytes, refusal, signal);
    else {
      const { peer, peerAddress, peerCertificate } = this.#connection;
      const reply = await this.#options.onCommand(
        {
          message,
          deviations,
          bytes,
          peer,
          ...(peerAddress !== undefined && { peerAddress }),
          ...(peerCertificate && { peerCertificate }),
        },
        { signal },
      );
      await this.#say(reply, signal);
    }
    return false;
  }

  #refusalOf(message: SlnpCommand, deviations: Decoded<SlnpCommand>['deviations']): SlnpReply | undefined {
    const { texts, emptyParameters } = this.#rules;
    if (!this.#isAdmitted) return errorReply(510, texts.commandUnknown, 'SlnpRequestError');
    const empty = deviations.find(({ code }) => code === 'empty-parameter');
    if (empty && emptyParameters === 'refuse') {
      const parameter = empty.path.split('.').at(-1) ?? '';
      return replyToFault({ kind: 'invalid-value', parameter }, texts);
    }
    const fault = findFault(message, this.#known);
    return fault && replyToFault(fault, texts);
  }

  async #admit(bytes: Uint8Array, login: SlnpCommand, signal: AbortSignal): Promise<void> {
    if (login.command !== this.#rules.login) {
      const fault = { kind: 'unknown-command', command: login.command } as const;
      await this.#refuse(bytes, replyToFault(fault, this.#rules.texts), signal);
      return;
    }
    this.#isAdmitted = this.#options.admits?.(login) ?? false;
    const reply = this.#isAdmitted
      ? okReply(login.command)
      : errorReply(510, this.#rules.texts.patronUnknown, 'SlnpRequestError');
    await this.#say(reply, signal);
  }

  async #refuse(bytes: Uint8Array, reply: SlnpReply, signal: AbortSignal): Promise<void> {
    this.#options.onRefused?.({ bytes, reply, peer: this.#connection.peer });
    await this.#say(reply, signal);
  }

  async #say(message: SlnpMessage, signal: AbortSignal): Promise<void> {
    await this.#connection.send(encode(message, writingOf(this.#rules)), { signal });
  }

  /** The connection, which is silent for as long as the rules allow and no longer. */
  #withIdleLimit(signal: AbortSignal): Connection {
    const connection = this.#connection;
    const { idleTimeoutMs } = this.#rules;
    return {
      peer: connection.peer,
      send: (bytes, options) => connection.send(bytes, options),
      end: () => connection.end(),
      close: () => connection.close(),
      async receive(options = {}) {
        const idle = AbortSignal.timeout(idleTimeoutMs);
        const signals = [signal, idle, ...(options.signal ? [options.signal] : [])];
        try {
          return await connection.receive({ signal: AbortSignal.any(signals) });
        } catch (error) {
          if (idle.aborted && !signal.aborted && !options.signal?.aborted) return undefined;
          throw error;
        }
      },
    };
  }
}

function isLogin({ command }: SlnpCommand): boolean {
  return command === ServerInit.name || command === SysParam.name;
}

function greetingOf(name: string, rules: SlnpRules): SlnpMessage {
  return { kind: 'greeting', text: `SLNP ${name}@charset:${charsetOf(rules).toUpperCase()}` };
}
