import {
  type Connection,
  type Connector,
  type Decoded,
  DecodeError,
  type Deviation,
  type Framer,
  type PeerAddress,
  PeerError,
  TimeoutError,
  TransportError,
} from '@interlend/core';
import { commandWord } from './codec/words.js';
import { decode, encode } from './codec.js';
import { dial } from './dial.js';
import { createFramer } from './framer.js';
import { defaultSessionLimits, type SessionLimits } from './limits.js';
import { type Login, loginCommand, withLogin } from './login.js';
import { Quit } from './messages/commands.js';
import {
  greetingAttributes,
  isSuccess,
  type SlnpCommand,
  type SlnpGreeting,
  type SlnpMessage,
  type SlnpReply,
} from './messages/message.js';
import { rulesFor, type SlnpRules } from './profiles/index.js';
import { readingOf, writingOf } from './profiles/writing.js';

/** How to speak with a server. */
export interface SessionOptions {
  readonly connector: Connector;
  readonly address: PeerAddress;
  /** Those of the profile `default` when absent. */
  readonly rules?: SlnpRules;
  /** Needed where the rules name a login. */
  readonly login?: Login;
  readonly limits?: Partial<SessionLimits>;
  readonly signal?: AbortSignal;
}

/** A reply and its octets. */
export interface ReceivedReply {
  readonly message: SlnpReply;
  readonly deviations: readonly Deviation[];
  readonly bytes: Uint8Array;
}

/** How to ask once. */
export interface AskOptions {
  readonly signal?: AbortSignal;
  /** The rules' `replyTimeoutMs` when absent. */
  readonly timeoutMs?: number;
}

/**
 * A session with a server: commands go one after the other, each waits for its reply. When a reply cannot be understood or
 * does not come, the session is over, and nobody knows whether the command was done until it is said again.
 */
export class SlnpSession {
  /** What the server began with, once it came. */
  greeting: SlnpGreeting | undefined;
  readonly #connection: Connection;
  readonly #rules: SlnpRules;
  readonly #limits: SessionLimits;
  readonly #login: Login | undefined;
  readonly #framer: Framer = createFramer('server');
  readonly #frames: Uint8Array[] = [];
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(connection: Connection, rules: SlnpRules, options: SessionOptions) {
    this.#connection = connection;
    this.#rules = rules;
    this.#limits = { ...defaultSessionLimits, ...options.limits };
    this.#login = options.login;
  }

  /**
   * Connects, waits for the greeting where the rules want one, and logs in where they name a login.
   *
   * @throws TransportError @throws TimeoutError @throws DecodeError
   * @throws PeerError when the login is refused
   */
  static async open(options: SessionOptions): Promise<SlnpSession> {
    const rules = options.rules ?? rulesFor(undefined);
    const session = new SlnpSession(await dial(options, rules.connectTimeoutMs), rules, options);
    try {
      const waiting = options.signal ? { signal: options.signal } : {};
      if (rules.greeting === 'require') await session.#awaitGreeting(waiting);
      const command = loginCommand(rules.login, options.login);
      if (command) {
        const { message } = await session.#exchange(command, waiting);
        if (!isSuccess(message)) {
          throw new PeerError(`login refused with ${message.code}`, { wireCode: `${message.code}` });
        }
      }
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Whether something can be asked. */
  get isOpen(): boolean {
    return !this.#isClosed;
  }

  /** `host:port` of the server. */
  get peer(): string {
    return this.#connection.peer;
  }

  /** The certificate that the server showed. */
  get peerCertificate(): Connection['peerCertificate'] {
    return this.#connection.peerCertificate;
  }

  /**
   * Says a command, or its octets as they are, and waits for the reply; a reply of class 5 is one.
   *
   * @throws EncodeError before anything is sent
   * @throws TransportError @throws TimeoutError @throws DecodeError; the session is over then
   */
  async ask(command: SlnpCommand | Uint8Array, options: AskOptions = {}): Promise<ReceivedReply> {
    const before = this.#last;
    const asked = (async () => {
      await before.catch(() => undefined);
      return this.#exchange(
        command instanceof Uint8Array ? command : withLogin(command, this.#rules.login, this.#login),
        options,
      );
    })();
    this.#last = asked.catch(() => undefined);
    return asked;
  }

  /** Says goodbye and closes. Silence and an answer are both well. Never throws. */
  async quit(): Promise<void> {
    await this.#last;
    if (this.#isClosed) return;
    try {
      await this.#exchange(Quit.create({}), { timeoutMs: this.#limits.quitWaitMs });
    } catch {
      // Koha closes without a word, which is as good an end as any.
    } finally {
      await this.close();
    }
  }

  /** Closes without a word, which servers take for normal. Never throws. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection.close();
  }

  async #exchange(command: SlnpCommand | Uint8Array, options: AskOptions): Promise<ReceivedReply> {
    const bytes =
      command instanceof Uint8Array
        ? command
        : encode(command, writingOf(this.#rules, this.#charsetAnnounced()));
    if (this.#isClosed) {
      throw new TransportError('closed', 'session is closed', { peer: this.peer, phase: 'send' });
    }
    try {
      await this.#connection.send(bytes, options.signal ? { signal: options.signal } : {});
      return await this.#awaitReply(
        command instanceof Uint8Array ? commandWord(command) : command.command,
        options,
      );
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #awaitReply(command: string | undefined, options: AskOptions): Promise<ReceivedReply> {
    const budgetMs = options.timeoutMs ?? this.#rules.replyTimeoutMs;
    const until = performance.now() + budgetMs;
    for (;;) {
      const { message, deviations, bytes } = await this.#next(until, budgetMs, options.signal);
      if (message.kind === 'greeting') {
        this.greeting ??= message;
        continue;
      }
      if (message.kind !== 'reply') {
        throw new DecodeError('unrecognized-message', 'expected a reply, found a command', { offset: 0 });
      }
      if (command !== undefined && message.command !== undefined && message.command !== command) {
        throw new DecodeError(
          'badly-structured',
          `expected a reply to ${command}, it names another command`,
          {
            offset: 0,
            path: '600',
          },
        );
      }
      return { message, deviations, bytes };
    }
  }

  async #awaitGreeting({ signal }: AskOptions): Promise<void> {
    const budgetMs = this.#rules.replyTimeoutMs;
    const { message } = await this.#next(performance.now() + budgetMs, budgetMs, signal);
    if (message.kind !== 'greeting') {
      throw new DecodeError('unrecognized-message', 'expected a greeting with code 220', { offset: 0 });
    }
    this.greeting = message;
  }

  /** The next message of the server. @throws TransportError `lost` at the end of the stream */
  async #next(
    until: number,
    budgetMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Decoded<SlnpMessage> & { readonly bytes: Uint8Array }> {
    for (;;) {
      const bytes = this.#frames.shift();
      if (bytes) return { ...decode(bytes, readingOf(this.#rules, this.#charsetAnnounced())), bytes };
      const chunk = await this.#receive(until, budgetMs, signal);
      if (chunk === undefined) {
        throw new TransportError('lost', 'server ended the connection without a reply', {
          peer: this.peer,
          phase: 'receive',
          maybeDelivered: true,
        });
      }
      this.#frames.push(...this.#framer.push(chunk));
    }
  }

  async #receive(
    until: number,
    budgetMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array | undefined> {
    const late = AbortSignal.timeout(Math.max(0, Math.ceil(until - performance.now())));
    try {
      return await this.#connection.receive({ signal: signal ? AbortSignal.any([signal, late]) : late });
    } catch (cause) {
      if (!late.aborted || signal?.aborted) throw cause;
      throw new TimeoutError(
        `expected a reply from ${this.peer} within ${budgetMs} ms`,
        { phase: 'receive', budgetMs, maybeDelivered: true },
        { cause },
      );
    }
  }

  #charsetAnnounced(): string | undefined {
    return this.greeting && greetingAttributes(this.greeting)['charset'];
  }
}

/**
 * Opens a session, says one command, says goodbye.
 *
 * ```ts
 * import { askOnce, Info2FLServer } from '@interlend/slnp';
 * import { createTcpConnector } from '@interlend/transport/tcp';
 *
 * const { message } = await askOnce(
 *   Info2FLServer.create({ Status: 'Shipped', BestellId: '20260000001', BsTyp: 'AFL', SigelGB: 'DE-L1' }),
 *   { connector: createTcpConnector(), address: { host: 'zfl.example', port: 9001 } },
 * );
 * console.log(message.code, message.text);
 * ```
 *
 * @throws EncodeError @throws TransportError @throws TimeoutError @throws DecodeError
 * @throws PeerError when the login is refused
 */
export async function askOnce(
  command: SlnpCommand | Uint8Array,
  options: SessionOptions & AskOptions,
): Promise<ReceivedReply> {
  const session = await SlnpSession.open(options);
  try {
    const reply = await session.ask(command, options);
    await session.quit();
    return reply;
  } finally {
    await session.close();
  }
}
