import type { Connection, Connector, GuardContext, PeerAddress, Protocol, Role } from '@interlend/core';
import type { MatchRule } from '@interlend/testing';

/**
 * How the messages of a conversation travel: each on a connection of its own, whose end is the acknowledgement; all on one
 * connection; each on a connection of its own, with its answer; or as mails.
 */
export type LiveManner = 'one-way' | 'two-way' | 'answered' | 'mail';

/** A transport to a live partner. */
export interface LiveTransport {
  readonly manner: LiveManner;
  /** Requirements that every conversation over it shows. */
  readonly requirements: readonly string[];
}

/** A value of the exchanges that a partner may need otherwise, because it has its own readers, records and accounts. */
export interface Particular {
  /** As it stands in the exchanges. */
  readonly written: string;
  /** What it is, for people. */
  readonly title: string;
  /** Where it is looked for when it must not be shown to anybody: what stands on a command line is seen by everybody. */
  readonly variable?: string;
}

/** What stands in the place of the exchanges' own values, in this run. */
export interface LiveCast {
  /** Symbol of the library, or of the central server, that the harness plays. */
  readonly own: string;
  readonly partner: string;
  /** Of every particular of the protocol, by its name. */
  readonly particulars: Readonly<Record<string, string>>;
}

/** How written octets are said anew, and what must come back, where the harness plays the partner of the exchanges. */
export interface Rewriting {
  /** The symbol of the central server that the harness plays. */
  readonly own: string;
  /** The octets of a message with the values of this run. */
  rewrite(bytes: Uint8Array, values: RewritingValues): Uint8Array;
  /** What the partner made up in a message, for the messages that follow. */
  learn(message: unknown): Readonly<Record<string, string>>;
  /** Values that a system may choose freely. */
  free(message: unknown, about: Freedom): readonly MatchRule[];
  /** Paths of a message that may be absent. */
  optional(message: unknown): ReadonlySet<string>;
  /** What a message is answered that comes too late to belong to any conversation. */
  refuse(): Uint8Array;
}

/** What decides how freely a system may choose its values. */
export interface Freedom {
  /** Of the live library. */
  readonly role: Role;
  /** Whether its desk enters everything as it was asked to. */
  readonly isExact: boolean;
}

/** The values of this run. */
export interface RewritingValues extends LiveCast {
  /** Symbol of the live library in the exchange. */
  readonly written: string;
  /** The number of the order in the exchange, and in this run. */
  readonly order: { readonly written: string; readonly live: string };
  /** What {@link Rewriting.learn} gave. */
  readonly learned: Readonly<Record<string, string>>;
}

/** How sessions begin and end where every message is answered on its connection. */
export interface Sessions {
  /** Serves a connection until it ends. Where `answer` rejects, the connection is broken off. */
  serve(
    connection: Connection,
    answer: (message: Uint8Array) => Promise<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Says one message on a connection of its own and gives the answer.
   *
   * @throws TransportError @throws TimeoutError @throws DecodeError
   */
  ask(
    message: Uint8Array,
    connector: Connector,
    target: PeerAddress,
    signal: AbortSignal,
  ): Promise<Uint8Array>;
}

/** How a live partner is spoken to that was set up for another profile than the plain one. */
export interface LiveProfile extends Pick<Live, 'rewriting' | 'sessions'> {
  readonly protocol: Protocol<unknown, unknown>;
  /** Requirements that do not hold under this profile, and why. */
  readonly waives: ReadonlyMap<string, string>;
}

/** How a live partner is verified in a protocol. */
export interface Live {
  /** By name. */
  readonly transports: ReadonlyMap<string, LiveTransport>;
  readonly particulars?: Readonly<Record<string, Particular>>;
  /** By name, where the partner is told how the harness speaks; what stands here is the plain one's. */
  readonly profiles?: ReadonlyMap<string, LiveProfile>;
  /**
   * Present where the live system is what the suite tests, a library towards a central server: the harness plays the
   * partner of the exchanges then. Absent where the live system is that partner itself.
   */
  readonly rewriting?: Rewriting;
  /** Present where every message is answered on its connection. */
  readonly sessions?: Sessions;
  /** What the side under test agreed with a partner, in this run. */
  world?(cast: LiveCast): Pick<GuardContext, 'findPatron' | 'partner'>;
  /** Whether a message may come at any time without being asked for, and changes nothing. */
  isAside?(message: unknown): boolean;
}
