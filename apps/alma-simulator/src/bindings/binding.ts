import type { Partner, ProfileType } from '@interlend/alma';
import type { Evidence, PeerAddress, Protocol } from '@interlend/core';

/** A protocol whose messages are somebody else's business. */
export type AnyProtocol = Protocol<unknown, unknown>;

/** Takes what came in. Resolves to what is said of it on the connection that brought it, where that is the custom. */
export type Hear = (message: unknown, about?: string) => Promise<unknown>;

/** Mails of the institution. */
export interface MailSettings {
  /** Letters come from here, and answers come back to it. */
  readonly address: string;
  /** The mail server that takes letters; without it none leave. */
  readonly server?: PeerAddress | undefined;
}

/** How a binding is opened. */
export interface BindingOptions {
  readonly listen: PeerAddress;
  readonly mail: MailSettings;
  /** What it rejects with breaks the connection off. `about` is the key of the transaction where the message names none. */
  readonly hear: Hear;
  /** Told what went wrong at the wire, in words for staff. */
  readonly onProblem: (problem: string) => void;
}

/** A protocol that listens and sends. */
export interface OpenBinding {
  /** Absent where messages come into the mailbox. */
  readonly address?: PeerAddress;
  /** Puts a message on its way. Those of one transaction go in order. */
  send(partner: Partner, transaction: string, message: unknown): Promise<void>;
  close(): Promise<void>;
}

/** A protocol together with the partner records that it serves. */
export interface ProtocolBinding {
  readonly protocol: AnyProtocol;
  /** `profile_type` of the partner records. */
  readonly profileTypes: readonly ProfileType[];
  /** Name of the profile after which the simulator speaks. */
  readonly profile: string;
  /** The port that partners expect; absent where messages come into the mailbox. */
  readonly defaultPort?: number;
  readonly evidence: Evidence;
  readonly note: string;
  /** Answers a message that is not acted on, on wires where every message is answered. */
  readonly refusal?: unknown;
  /** The symbol by which messages name a partner. */
  symbolOf(partner: Partner): string | undefined;
  /** The number by which a request is known at its wire: of Alma's own number and of how many were sent before. */
  numberOf(externalId: string, sent: number): string;
  /** What was agreed with a partner, in the settings of the protocol; absent where there is nothing to agree. */
  agreedWith?(partner: Partner, mail: MailSettings): unknown;
  /** The number that Alma shows for a request that came in. */
  externalIdOf(message: unknown): string;
  open(options: BindingOptions): Promise<OpenBinding>;
}
