import type { Partner, ProfileType } from '@interlend/alma';
import type { Evidence, PeerAddress, Protocol } from '@interlend/core';

/** A protocol whose messages are somebody else's business. */
export type AnyProtocol = Protocol<unknown, unknown>;

/** How a binding is opened. */
export interface BindingOptions {
  readonly listen: PeerAddress;
  /** Takes a message that came in. What it rejects with breaks the connection off. */
  readonly hear: (message: unknown) => Promise<void>;
  /** Told what went wrong at the wire, in words for staff. */
  readonly onProblem: (problem: string) => void;
}

/** A protocol that listens and sends. */
export interface OpenBinding {
  readonly address: PeerAddress;
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
  /** The port that partners expect. */
  readonly defaultPort: number;
  readonly evidence: Evidence;
  readonly note: string;
  /** The symbol by which messages name a partner. */
  symbolOf(partner: Partner): string | undefined;
  /** The number that Alma shows for a request that came in. */
  externalIdOf(message: unknown): string;
  open(options: BindingOptions): Promise<OpenBinding>;
}
