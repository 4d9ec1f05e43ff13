import type { PeerAddress } from '@interlend/core';

/**
 * Where the peers of a run live. Processes of this machine today; containers are a second implementation of the same
 * few words, and the run does not know which it has.
 */
export interface Engine {
  readonly name: 'processes' | 'containers';
  /** How a peer of this engine reaches a listener of the run. */
  reach(listener: PeerAddress): PeerAddress;
  /** Starts a reference server. Resolves when it is ready. @throws HarnessError */
  startServer(settings: ServerSettings): Promise<RunningServer>;
}

/** What a run tells a server; the rest is the engine's: files, addresses, log. */
export interface ServerSettings {
  readonly listeners: readonly { readonly protocol: string; readonly transport: string }[];
  readonly libraries: readonly { readonly symbol: string; readonly name: string }[];
  readonly peers: readonly {
    readonly symbol: string;
    readonly protocol: string;
    readonly transport: string;
    readonly profile: string;
    readonly address?: PeerAddress;
  }[];
}

/** A server that answers. */
export interface RunningServer {
  readonly apiUrl: string;
  /** Where its listeners are for the run, in the order of the settings. */
  readonly listeners: readonly PeerAddress[];
  /** What it wrote, newest last, for when it does not do what it should. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}
