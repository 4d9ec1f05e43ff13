import type {
  Deviation,
  LendingEvent,
  LendingEventKey,
  LibrarySymbol,
  Loss,
  Role,
  Transaction,
  Verdict,
} from '@interlend/core';

/** One side's view of one loan as it is kept, with what its protocol's guard remembers. */
export interface TransactionRecord {
  readonly id: string;
  readonly protocol: string;
  /** What every message of the loan has in common, see `Correlation.key`. */
  readonly key: string;
  /** The library of this server whose loan it is. */
  readonly library: LibrarySymbol;
  /** The library on the other side. */
  readonly peer: LibrarySymbol;
  readonly transaction: Transaction;
  /** State of the protocol's guard: plain JSON, opaque here. */
  readonly guard: unknown;
  /** When the guard wants to be woken. */
  readonly wakeAt: Date | undefined;
  /** Whether a person should look before anything more is said: the two sides disagree. */
  readonly needsReview: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** How far a received message has come. */
export type ProcessingState =
  /** On disk, not yet looked at. */
  | 'waiting'
  /** Had its effect, which may be none. */
  | 'done'
  /** Not for us, from somebody we do not deal with, or refused with a report and part of no loan. */
  | 'refused'
  /** The octets are no message. */
  | 'undecodable'
  /** A fault of this server kept it from being processed; staff must look. */
  | 'failed';

/** How far a message to be sent has come. */
export type DeliveryState =
  /** To be sent, now or after a pause. */
  | 'waiting'
  | 'delivered'
  /** Said on the connection that asked, and nowhere else: whoever missed it asks again. */
  | 'answered'
  /** A person must decide: every attempt failed, or nobody knows whether it arrived. */
  | 'review'
  /** A person decided not to send it. */
  | 'given-up';

/** Octets as they came in, before anybody looked at them. */
export interface NewIncoming {
  readonly protocol: string;
  readonly transport: string;
  /** `host:port` of the sender. */
  readonly from: string;
  /** Fingerprint of the certificate that the sender proved to own. */
  readonly certificate?: string;
  /** Whom the listener is for, or whom this server called. */
  readonly peer?: LibrarySymbol;
  readonly at: Date;
  readonly raw: Uint8Array;
  /** The loan whose message it answers, where the connection says so and the message does not. */
  readonly transactionId?: string;
}

interface MessageBase {
  readonly id: number;
  readonly protocol: string;
  readonly transactionId: string | undefined;
  readonly at: Date;
  readonly raw: Uint8Array;
  /** Short name of its kind, absent while it is not decoded. */
  readonly name: string | undefined;
}

/** A message as received. */
export interface IncomingMessage extends MessageBase {
  readonly direction: 'in';
  readonly transport: string;
  readonly from: string;
  readonly certificate?: string;
  /** Whom the listener is for, or whom this server called. */
  readonly peer?: LibrarySymbol;
  readonly processing: ProcessingState;
  readonly verdict: Verdict | undefined;
  readonly deviations: readonly Deviation[];
  /** What was odd, or why it was refused, for staff. */
  readonly warnings: readonly string[];
}

/** A message as sent, or to be sent. */
export interface OutgoingMessage extends MessageBase {
  readonly direction: 'out';
  readonly peer: LibrarySymbol;
  readonly delivery: DeliveryState;
}

export type MessageRecord = IncomingMessage | OutgoingMessage;

/** Who caused an event here: our staff, the other side, a timer, or a rule of the partner's profile. */
export type EventSource = 'desk' | 'wire' | 'timer' | 'rule';

/** What happened to a loan, in the words of the desk. */
export interface EventRecord {
  readonly id: number;
  readonly transactionId: string;
  readonly at: Date;
  readonly source: EventSource;
  readonly key: LendingEventKey;
  readonly event: LendingEvent;
  /** The neutral state afterwards. */
  readonly state: string;
  /** The message that brought it, or carries it; absent when the wire has none for it. */
  readonly messageId: number | undefined;
  readonly losses: readonly Loss[];
  readonly warnings: readonly string[];
}

/** An event to be kept. */
export interface NewEvent extends Omit<EventRecord, 'id' | 'messageId'> {
  /** The received message that brought it, or the index in {@link StepWrites.outgoing} of the one that carries it. */
  readonly message: { readonly received: number } | { readonly outgoing: number } | undefined;
}

/** A message to be sent. */
export interface NewOutgoing {
  readonly protocol: string;
  readonly transactionId: string | undefined;
  readonly peer: LibrarySymbol;
  readonly at: Date;
  readonly raw: Uint8Array;
  readonly name: string;
  /** It is kept, but not put into the outbox: the connection that asked takes it. */
  readonly isAnswer?: true;
}

/** What became of a received message. */
export interface Processed {
  readonly message: number;
  readonly processing: Exclude<ProcessingState, 'waiting'>;
  readonly transactionId?: string;
  readonly name?: string;
  readonly verdict?: Verdict;
  readonly deviations?: readonly Deviation[];
  readonly warnings?: readonly string[];
}

/** Everything one step changes, kept in one database transaction or not at all. */
export interface StepWrites {
  /** The transaction as it is afterwards; inserted when its id is new. */
  readonly transaction?: TransactionRecord;
  readonly events?: readonly NewEvent[];
  readonly outgoing?: readonly NewOutgoing[];
  readonly processed?: Processed;
  /** One of several transactions that a received message is about; it counts as processed with the last of them. */
  readonly about?: Pick<Processed, 'message' | 'transactionId' | 'warnings'>;
}

/** The transactions a step is about: one, all with a key, or none. */
export type StepSubject =
  | { readonly id: string }
  | { readonly protocol: string; readonly key: string }
  | 'nothing';

/** A step, decided. */
export interface Decision<Result> {
  readonly writes: StepWrites;
  readonly result: Result;
}

/** A message waiting to be sent. */
export interface OutboxItem {
  readonly message: number;
  /** Messages of one queue are sent one after the other: the transaction, or the peer when there is none. */
  readonly queue: string;
  readonly transactionId: string | undefined;
  readonly protocol: string;
  readonly peer: LibrarySymbol;
  readonly dueAt: Date;
  /** Attempts made so far. */
  readonly attempts: number;
  readonly state: 'waiting' | 'review';
  /** Until when a worker has it; a lease left over from a crash means that it may have been sent. */
  readonly leasedUntil: Date | undefined;
}

/** A message just put into the outbox, with its octets at hand. */
export interface Posted {
  readonly item: OutboxItem;
  readonly raw: Uint8Array;
}

/** What messages travel in: alone, or several as one. */
export interface NewParcel {
  readonly protocol: string;
  /** Under which the other side may speak of it. */
  readonly name: string;
  /** Its octets where it is not the message itself. */
  readonly raw?: Uint8Array;
}

/** What a message travelled in. */
export interface ParcelRecord {
  readonly message: number;
  readonly name: string;
  readonly raw: Uint8Array | undefined;
}

/** How one attempt to send ended. */
export type AttemptOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly dueAt: Date; readonly problem: string }
  | { readonly kind: 'review'; readonly problem: string };

/** One attempt to send. */
export interface AttemptRecord {
  readonly message: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly outcome: AttemptOutcome['kind'];
  /** A code and a phase, for instance `refused connect`; absent when delivered. */
  readonly problem: string | undefined;
}

/** One attempt to send, to be kept. */
export interface NewAttempt {
  readonly message: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly outcome: AttemptOutcome;
}

/** What staff may decide about a message that waits. */
export type OutboxRuling = 'retry' | 'give-up';

/** Which transactions to list. */
export interface TransactionFilter {
  readonly library?: LibrarySymbol;
  readonly peer?: LibrarySymbol;
  readonly role?: Role;
  readonly state?: string;
  readonly isOpen?: boolean;
  readonly needsReview?: boolean;
}

/** Part of a list, newest first. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Pass it as `after` for the next part; absent on the last one. */
  readonly next: string | undefined;
}

/** A library of this server or of a partner. */
export interface PartyRow {
  readonly symbol: LibrarySymbol;
  readonly name: string;
}

/** How much work the database did. */
export interface StoreCounters {
  /** Statements run by the writing side, `BEGIN` and `COMMIT` among them. */
  readonly statements: number;
  readonly commits: number;
}

/**
 * Where the reference server keeps its loans. Writes that are asked for at about the same time may share one commit;
 * every promise of a writing method settles after the commit that holds it, so what resolved is on disk.
 */
export interface Store {
  /** Makes the parties known that the settings name. */
  saveParties(libraries: readonly PartyRow[], peers: readonly PartyRow[]): Promise<void>;
  /** Keeps octets as they came and gives them their number. */
  journal(incoming: NewIncoming): Promise<number>;
  /**
   * Finds the transactions of `subject`, lets `decide` say what changes, and keeps that in one database transaction.
   * `decide` is pure: it may be called again when a shared commit failed because of another step. What it throws
   * rejects the promise and changes nothing.
   */
  step<Result>(
    subject: StepSubject,
    decide: (found: readonly TransactionRecord[]) => Decision<Result>,
  ): Promise<{ readonly result: Result; readonly posted: readonly Posted[] }>;
  /** Marks messages as being sent, and keeps what they travel in. */
  lease(messages: readonly number[], until: Date, parcels?: readonly NewParcel[]): Promise<void>;
  /** Keeps an attempt and its consequence for the outbox. */
  settle(attempt: NewAttempt): Promise<void>;
  /** Staff decides about a waiting message. Resolves to the item as it is then, or `undefined` when it waits no more. */
  rule(message: number, ruling: OutboxRuling, at: Date): Promise<OutboxItem | undefined>;

  transaction(id: string): Promise<TransactionRecord | undefined>;
  transactions(filter: TransactionFilter, limit: number, after?: string): Promise<Page<TransactionRecord>>;
  events(transactionId: string): Promise<readonly EventRecord[]>;
  messages(transactionId: string): Promise<readonly MessageRecord[]>;
  attempts(transactionId: string): Promise<readonly AttemptRecord[]>;
  message(id: number): Promise<MessageRecord | undefined>;
  /** What the messages of a transaction travelled in, where that has a name. */
  parcels(transactionId: string): Promise<readonly ParcelRecord[]>;
  /** Keys of the transactions whose messages travelled under a name. */
  keysBehind(protocol: string, name: string): Promise<readonly string[]>;
  /** Received messages in one state, oldest first: `waiting` after a crash, `refused` and so on for staff. */
  received(processing: ProcessingState, limit: number): Promise<readonly IncomingMessage[]>;
  /** Messages not yet sent, oldest first; all of them when there is no limit. */
  outbox(state?: OutboxItem['state'], limit?: number): Promise<readonly OutboxItem[]>;
  /** The role of the side that sent exactly these octets from this server in a transaction with this key. */
  senderOf(protocol: string, key: string, raw: Uint8Array): Promise<Role | undefined>;
  /** Transactions whose guard wanted to be woken by `now`, the earliest first. */
  due(now: Date, limit: number): Promise<readonly TransactionRecord[]>;
  /** When the next guard wants to be woken. */
  nextWakeAt(): Promise<Date | undefined>;

  readonly counters: StoreCounters;
  /** Writes what is asked for and closes. */
  close(): Promise<void>;
}
