import type { Acceptor, Connector, PeerAddress } from '@interlend/core';

/**
 * Where the peers of a run live: processes of this machine, or containers. The run does not know which it has.
 */
export interface Engine {
  readonly name: 'processes' | 'containers';
  /** Where partners listen. The address that `listen` resolves to is the one for a server of this engine. */
  readonly acceptor: Acceptor;
  /** How partners reach the listeners of a server. */
  readonly connector: Connector;
  /** Starts a reference server. Resolves when it is ready. @throws HarnessError */
  startServer(settings: ServerSettings): Promise<RunningServer>;
  /** Takes down what it set up for itself; servers are stopped before. */
  close(): Promise<void>;
}

/** What a run tells a server; the rest is the engine's: files, addresses, log. */
export interface ServerSettings {
  readonly listeners: readonly {
    readonly protocol: string;
    readonly transport: string;
    /** As it stands in its file. */
    readonly tls?: Readonly<Record<string, string>>;
    /** Of a mailbox: where its server is, and the rest as it stands in its file. */
    readonly mailbox?: PeerAddress & Readonly<Record<string, string | number | boolean>>;
  }[];
  readonly libraries: readonly { readonly symbol: string; readonly name: string }[];
  readonly peers: readonly {
    readonly symbol: string;
    readonly protocol: string;
    readonly transport: string;
    readonly profile: string;
    readonly mode?: 'strict';
    readonly address?: PeerAddress;
    readonly isHub?: boolean;
    /** As it stands in its file. */
    readonly tls?: Readonly<Record<string, string>>;
    readonly relay?: Readonly<Record<string, string>>;
    readonly partner?: Readonly<Record<string, unknown>>;
  }[];
  /** Files that stand in the folder `{files}`, by their names. */
  readonly files?: Readonly<Record<string, string>>;
  /** Readers about whom partners may ask, as they stand in its file. */
  readonly patrons?: readonly Readonly<Record<string, string | boolean>>[];
  /** Settings of the server under `slnp`, as they stand in its file. */
  readonly slnp?: Readonly<Record<string, unknown>>;
  /** Settings of the server under `delivery`, as they stand in its file. */
  readonly delivery?: Readonly<Record<string, number>>;
}

/** A server that answers. */
export interface RunningServer {
  readonly apiUrl: string;
  /** What the API wants from callers; absent where it wants nothing. */
  readonly apiToken?: string;
  /** Where its listeners are for the engine's connector, in the order of the settings. */
  readonly listeners: readonly PeerAddress[];
  /** What it wrote, newest last, for when it does not do what it should. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}
