const brand: unique symbol = Symbol.for('interlend.error') as never;

/** What an {@link InterlendError} may carry beside its text. */
export interface ErrorDetails {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retryable?: boolean;
}

/**
 * Base of every error this library throws. Callers switch on {@link InterlendError.code}; codes never change their
 * meaning. The brand is a registered symbol, so that errors of a second copy of the library are recognised too.
 */
export abstract class InterlendError extends Error {
  /** One of a closed set of words per class. */
  abstract readonly code: string;
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retryable: boolean;
  readonly [brand] = true;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.retryable = details.retryable ?? false;
  }
}

/** Tells whether `value` is an error of this library, also when it comes from another copy of it. */
export function isInterlendError(value: unknown): value is InterlendError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** Codes of {@link DecodeError}. */
export type DecodeErrorCode =
  /** The bytes end before the message does; on a stream: wait for more. */
  | 'incomplete'
  /** The first bytes cannot begin a message of this protocol. */
  | 'not-a-message'
  /** A message of this protocol, but of a kind that does not exist. */
  | 'unrecognized-message'
  /** The encoding rules are broken (tags, lengths, characters). */
  | 'malformed'
  /** An element has another type than the standard gives it. */
  | 'mistyped'
  /** A mandatory element is absent, or elements stand in the wrong order or twice. */
  | 'badly-structured'
  /** A size, depth or count goes beyond a limit of the reader. */
  | 'limit'
  /** Octets follow where the message is complete. */
  | 'trailing-data'
  /** Strict reading met what lenient reading would list as a deviation. */
  | 'deviation';

/** Bytes are not what they claim to be. */
export class DecodeError extends InterlendError {
  override readonly name = 'DecodeError';
  readonly code: DecodeErrorCode;
  /** Offset in octets from the start of the input. */
  readonly offset: number;
  /** Path of the element, for instance `ILL-Request.itemId.title`; empty before the first element. */
  readonly path: string;
  /** A few octets around the offset in hex; never more than 16, never text. */
  readonly excerpt: string;

  constructor(
    code: DecodeErrorCode,
    message: string,
    where: { readonly offset: number; readonly path?: string; readonly excerpt?: string },
    details?: ErrorDetails,
  ) {
    super(`${message} at offset ${where.offset}${where.path ? ` in ${where.path}` : ''}`, details);
    this.code = code;
    this.offset = where.offset;
    this.path = where.path ?? '';
    this.excerpt = where.excerpt ?? '';
  }
}

/** Codes of {@link EncodeError}. */
export type EncodeErrorCode =
  /** A mandatory element is absent. */
  | 'missing'
  /** A value has the wrong type or is not one of the allowed ones. */
  | 'invalid-value'
  /** A value is longer or larger than the standard or a limit allows. */
  | 'too-long'
  /** A character cannot be said on this wire. */
  | 'unsayable-character'
  /** The message has no such element. */
  | 'unknown-element'
  /** The event has no message on this wire; `capabilities` says why. */
  | 'unsayable-event';

/** A value cannot be said on this wire. */
export class EncodeError extends InterlendError {
  override readonly name = 'EncodeError';
  readonly code: EncodeErrorCode;
  /** Path of the element, for instance `ILL-Request.itemId.title`. */
  readonly path: string;

  constructor(code: EncodeErrorCode, message: string, path: string, details?: ErrorDetails) {
    super(path ? `${message} in ${path}` : message, details);
    this.code = code;
    this.path = path;
  }
}

/** The other side refused. `wireCode` is verbatim. */
export class PeerError extends InterlendError {
  override readonly name = 'PeerError';
  readonly code = 'refused';
  /** The peer's own code or text. */
  readonly wireCode: string;
  /** Neutral reason, where the code has one. */
  readonly reason: string | undefined;

  constructor(
    message: string,
    refusal: { readonly wireCode: string; readonly reason?: string },
    details?: ErrorDetails,
  ) {
    super(message, details);
    this.wireCode = refusal.wireCode;
    this.reason = refusal.reason;
  }
}

/** Phases of one exchange with a peer, in order. */
export type TransportPhase = 'lookup' | 'connect' | 'handshake' | 'send' | 'receive' | 'close' | 'listen';

/** Codes of {@link TransportError}. */
export type TransportErrorCode =
  | 'unreachable'
  | 'refused'
  | 'lost'
  | 'tls'
  | 'closed'
  | 'limit'
  | 'aborted'
  | 'address-in-use';

/** The connection was refused, lost or broken. Retryable unless the settings are wrong. */
export class TransportError extends InterlendError {
  override readonly name = 'TransportError';
  readonly code: TransportErrorCode;
  /** `host:port` of the peer. */
  readonly peer: string;
  readonly phase: TransportPhase;
  /** True when octets may have reached the peer, so that a repeat could be a second delivery. */
  readonly maybeDelivered: boolean;

  constructor(
    code: TransportErrorCode,
    message: string,
    where: { readonly peer: string; readonly phase: TransportPhase; readonly maybeDelivered?: boolean },
    details: ErrorDetails = {},
  ) {
    super(message, { retryable: code !== 'aborted' && code !== 'address-in-use', ...details });
    this.code = code;
    this.peer = where.peer;
    this.phase = where.phase;
    this.maybeDelivered = where.maybeDelivered ?? false;
  }
}

/** The deadline of an attempt passed. */
export class TimeoutError extends InterlendError {
  override readonly name = 'TimeoutError';
  readonly code = 'timeout';
  readonly phase: TransportPhase;
  /** The budget of the whole attempt in milliseconds. */
  readonly budgetMs: number;
  /** True when octets may have reached the peer. */
  readonly maybeDelivered: boolean;

  constructor(
    message: string,
    where: { readonly phase: TransportPhase; readonly budgetMs: number; readonly maybeDelivered?: boolean },
    details: ErrorDetails = {},
  ) {
    super(message, { retryable: true, ...details });
    this.phase = where.phase;
    this.budgetMs = where.budgetMs;
    this.maybeDelivered = where.maybeDelivered ?? false;
  }
}

/** Not allowed in the present state. */
export class StateError extends InterlendError {
  override readonly name = 'StateError';
  readonly code = 'not-allowed-now';
  readonly state: string;
  readonly event: string;
  /** What is allowed in this state, in the machine's own words. */
  readonly allowed: readonly string[];

  constructor(
    message: string,
    refusal: { readonly state: string; readonly event: string; readonly allowed: readonly string[] },
  ) {
    super(message);
    this.state = refusal.state;
    this.event = refusal.event;
    this.allowed = refusal.allowed;
  }
}

/** Settings are wrong. */
export class ConfigError extends InterlendError {
  override readonly name = 'ConfigError';
  readonly code = 'invalid-setting';
  /** Dotted key of the setting. */
  readonly key: string;
  /** What would be accepted. */
  readonly accepted: string;

  constructor(
    message: string,
    where: { readonly key: string; readonly accepted: string },
    details?: ErrorDetails,
  ) {
    super(message, details);
    this.key = where.key;
    this.accepted = where.accepted;
  }
}
