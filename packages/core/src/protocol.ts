import type { Capabilities } from './capabilities.js';
import type { Deviation } from './deviation.js';
import type { DecodeError } from './errors.js';
import type { LendingEvent, Role } from './event.js';
import type { LibrarySymbol } from './party.js';
import type { UnfilledReason } from './reasons.js';
import type { LendingRequest } from './request.js';

/** A message as data, with what was odd about its bytes. */
export interface Decoded<Message> {
  readonly message: Message;
  readonly deviations: readonly Deviation[];
}

/** Which transaction a message belongs to, and whose it is. */
export interface Correlation {
  /** Equal for every message of one transaction, on both sides. Opaque. */
  readonly key: string;
  /** `peer`: the key is made of numbers that the peer gives, so another peer may give the same ones. Unique when absent. */
  readonly scope?: 'peer';
  /** The role of the addressee; absent when either side may say this message. */
  readonly to?: Role;
  readonly borrower?: LibrarySymbol;
  readonly lender?: LibrarySymbol;
  /** Whether the message may begin a transaction. */
  readonly isOpening: boolean;
}

/** What a guard needs from the world. Everything comes in as an argument. */
export interface GuardContext {
  /** Now, for service dates and timers. */
  readonly now: Date;
  /** Strict: what the state table does not list is answered with an error report. Lenient: it is noted. */
  readonly isStrict: boolean;
  /** Name of the partner's profile. */
  readonly profile?: string;
  /**
   * What was agreed with the partner, in the settings of the protocol: addresses, accounts, labels. What it must hold is
   * for {@link Protocol.assertPartner} to say.
   */
  readonly partner?: unknown;
  /** IANA name of the zone of this side's calendar: for dates on the wire and the end of a day. UTC when absent. */
  readonly timeZone?: string;
  /** A number that nobody used yet, for a transaction which the addressee of its first message has to number. */
  readonly ownNumber?: string;
  /** Looks a reader up for a partner that asks about one; absent where readers are not told about. */
  readonly findPatron?: (identifier: string) => KnownPatron | undefined;
  /** Whether this side refuses to lend without asking a person; absent where it never does. */
  readonly refusalOf?: (request: LendingRequest) => Refusal | undefined;
}

/** Why a request is refused without asking a person. */
export interface Refusal {
  readonly reason: UnfilledReason;
  /** For the partner's staff; the reason in words when absent. */
  readonly note?: string;
}

/** What this side tells partners about a reader. Patron data: never logged, never in an exchange file. */
export interface KnownPatron {
  readonly identifier: string;
  readonly givenName?: string;
  readonly familyName?: string;
  /** Whether interlibrary loan is open to the reader. */
  readonly mayBorrow: boolean;
  /** Why not, for the partner's staff. */
  readonly blockedBecause?: string;
}

/**
 * What a guard advises. An event of this side is said by {@link Protocol.say} or not at all; an event of the other side,
 * which has an `id`, is how a message was understood, and a person accepts or dismisses it by {@link Protocol.decide}.
 */
export interface Proposal {
  readonly id?: string;
  readonly event: LendingEvent;
  readonly why: string;
  /** Whether the partner's profile wants it said without asking a person. */
  readonly isAutomatic: boolean;
}

/** How a guard judged a received message. */
export type Verdict =
  /** A row of the state table: `event` is set where it means something to the desk. */
  | 'accepted'
  /** Seen before: no effect, answered again where an answer is owed. */
  | 'repeat'
  /** Not in the table, noted without effect (lenient). */
  | 'noted'
  /** Refused with an error report in `replies`. */
  | 'refused';

/** The consequence of one message or one staff action for one transaction. Pure data. */
export interface GuardStep<Message, Guard> {
  /** State of the guard afterwards: plain JSON, stored with the transaction. */
  readonly guard: Guard;
  readonly verdict: Verdict;
  /** What it means to the desk. Absent after {@link Protocol.say} when the wire took it as a repeat of what was said. */
  readonly event?: LendingEvent;
  /**
   * Messages owed to the other side, in order. {@link Protocol.correlate} says whose each is: a forwarded request changes
   * hands.
   */
  readonly replies: readonly Message[];
  /**
   * What is said at once on the connection that brought the message, on wires where every message is answered there. It
   * travels nowhere else, and is not sent again: whoever missed it asks again.
   */
  readonly answer?: Message;
  /**
   * Key under which later messages find a transaction that begins here, where the message could not name one: the
   * addressee gave it a number of its own.
   */
  readonly key?: string;
  /** For staff: what was odd. */
  readonly warnings: readonly string[];
  /** When the guard wants to be woken by {@link Protocol.expire}; `null` switches a timer off; absent leaves it. */
  readonly wakeAt?: Date | null;
  /** What the desk might say next, given what came. */
  readonly proposals?: readonly Proposal[];
  /** Whether a person should look before anything more is said: the two sides disagree. */
  readonly needsReview?: boolean;
}

/** What a wire could not carry of an event. */
export interface Loss {
  /** Path in the event, for instance `request.item.series`. */
  readonly path: string;
  readonly why: string;
}

/** A neutral event in the words of a wire. */
export interface Said<Message> {
  readonly message: Message;
  readonly losses: readonly Loss[];
}

/**
 * One wire protocol as the reference server, recorder and tests use it. All functions are pure. `Message` and `Guard`
 * are plain JSON.
 */
export interface Protocol<Message, Guard> {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** @throws DecodeError */
  decode(
    bytes: Uint8Array,
    options?: { readonly isStrict?: boolean; readonly profile?: string },
  ): Decoded<Message>;
  /** @throws EncodeError */
  encode(message: Message, options?: { readonly profile?: string }): Uint8Array;
  /** Finds where one message ends in a stream. */
  createFramer(): Framer;
  correlate(message: Message): Correlation;
  /** Every transaction that a message is about, the one of {@link Protocol.correlate} first; absent where it is always one. */
  correlateAll?(message: Message): readonly Correlation[];
  /** A short name of the message's kind for timelines, for instance `ILL-Answer unfilled`. */
  describe(message: Message): string;
  /** The neutral request in an opening message. */
  toRequest(message: Message): LendingRequest;
  /** Begins a transaction as borrower: the identifiers are the caller's. */
  begin(opening: Opening): Guard;
  /** A message came in. `guard` is absent when the transaction is not known here. */
  receive(
    guard: Guard | undefined,
    message: Message,
    context: GuardContext,
  ): GuardStep<Message, Guard | undefined>;
  /**
   * The desk says something.
   * @throws StateError when the wire does not allow it now
   * @throws EncodeError `unsayable-event` when the wire has no message for it
   */
  say(
    guard: Guard,
    event: LendingEvent,
    context: GuardContext,
  ): GuardStep<Message, Guard> & { readonly losses: readonly Loss[] };
  /** The guard's timer rang. */
  expire(guard: Guard, context: GuardContext): GuardStep<Message, Guard>;
  /** What waits for a person to accept or dismiss it; absent where nothing ever does. */
  pending?(guard: Guard): readonly Proposal[];
  /**
   * A person has decided about what waits. An accepted reading is the step's event.
   * @throws StateError when nothing of that id waits
   */
  decide?(
    guard: Guard,
    id: string,
    decision: 'accept' | 'dismiss',
    context: GuardContext,
  ): GuardStep<Message, Guard>;
  /**
   * The octets as they go on the wire: with the secrets that {@link Protocol.encode} leaves out, so that they are never
   * stored. Absent where there are none.
   */
  seal?(bytes: Uint8Array, partner: unknown): Uint8Array;
  /**
   * Octets that came in without the secrets that {@link Protocol.seal} puts in, for instance where a message comes back or
   * is quoted; as many octets as before. Absent where there are none.
   */
  conceal?(bytes: Uint8Array, partner: unknown): Uint8Array;
  /** How messages to a partner travel together. Absent, or `undefined`, where each travels alone. */
  gathering?(partner: unknown): Gathering | undefined;
  /** Names under which the addressee may speak of octets that were sent, beside the keys of their transactions. */
  namesOf?(bytes: Uint8Array): readonly string[];
  /** Checks what settings say of a partner. Absent where they say nothing. @throws ConfigError with the key below `partner` */
  assertPartner?(partner: unknown): void;
  /** Symbols that stand for the two sides in messages which name no library. Absent where every message names them. */
  aliases?(partner: unknown): {
    readonly own: readonly LibrarySymbol[];
    readonly partner: readonly LibrarySymbol[];
  };
  /** What the sender of octets that do not decode is owed; `undefined` when nothing is or can be said. */
  answerUndecodable?(bytes: Uint8Array, error: DecodeError, context: GuardContext): Message | undefined;
  /** Whether sending the same bytes a second time has no second effect at the peer. */
  readonly isRepeatHarmless: boolean;
}

/** Messages of several transactions that travel as one. */
export interface Gathering {
  /** How long a message waits for others. */
  readonly waitMs: number;
  /** How many go together; nobody waits for more. */
  readonly most: number;
  /** Puts messages together that may go together. Each is in one of the results. */
  join(messages: readonly Uint8Array[]): readonly JoinedMessage[];
}

/** One message made of one or several. */
export interface JoinedMessage {
  readonly bytes: Uint8Array;
  /** Which of the given messages are in it, by their index. */
  readonly of: readonly number[];
}

/** What a borrower's side needs to begin a transaction. */
export interface Opening {
  readonly borrower: LibrarySymbol;
  readonly lender: LibrarySymbol;
  /** The request as the patron sees it; the same for every lender tried. */
  readonly group: string;
  /** This attempt. */
  readonly qualifier: string;
}

/** Cuts a stream of octets into messages. The result does not depend on how the stream is cut into chunks. */
export interface Framer {
  /**
   * Complete messages in `chunk` and what was held back.
   *
   * @throws DecodeError when the stream cannot be this protocol; where complete messages stand before the offending
   * octet, they are given and the next call throws
   */
  push(chunk: Uint8Array): readonly Uint8Array[];
  /** @throws DecodeError `incomplete` when octets of an unfinished message are held */
  end(): void;
  /** Octets held of an unfinished message. */
  readonly heldOctets: number;
}
