import { type Connection, TransportError } from '@interlend/core';
import type { After } from './deadline.js';
import { closedHere } from './failure.js';
import type { StreamConnection } from './stream-connection.js';

/** Serves one connection. The connection is closed when the promise settles. */
export type Handle = (connection: Connection, options: { readonly signal: AbortSignal }) => Promise<void>;

/** Told about what went wrong with one connection. The others go on. */
export type OnError = (error: unknown, peer: string) => void;

/** Without a listener for errors they are warnings of the process: seen, and harmless. */
export const warnOfError: OnError = (error, peer) => {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.emitWarning(`connection with ${peer}: ${text}`, 'InterlendConnectionWarning');
};

/** The connections of one listener and their running handlers. */
export class Sessions {
  readonly #handle: Handle;
  readonly #onError: OnError;
  readonly #stop = new AbortController();
  readonly #running = new Map<StreamConnection, Promise<void>>();

  constructor(handle: Handle, onError: OnError) {
    this.#handle = handle;
    this.#onError = onError;
  }

  /** Serves a connection and closes it; one that comes after {@link Sessions.stop} is broken off. Never rejects. */
  async serve(connection: StreamConnection): Promise<void> {
    if (this.#stop.signal.aborted) {
      connection.fail(closedHere(connection.peer));
      await connection.close();
      return;
    }
    const running = this.#serve(connection);
    this.#running.set(connection, running);
    await running;
    this.#running.delete(connection);
  }

  async #serve(connection: StreamConnection): Promise<void> {
    try {
      await this.#handle(connection, { signal: this.#stop.signal });
    } catch (error) {
      const isAnswerToStop =
        this.#stop.signal.aborted && error instanceof TransportError && error.code === 'aborted';
      if (!isAnswerToStop) this.report(error, connection.peer);
      // An end in order would tell the peer that what it said was taken.
      connection.fail(closedHere(connection.peer));
    } finally {
      await connection.close();
    }
  }

  /** Tells the owner; an owner that throws harms nobody else. */
  report(error: unknown, peer: string): void {
    try {
      this.#onError(error, peer);
    } catch (fault) {
      warnOfError(fault, peer);
    }
  }

  /**
   * Asks the handlers to stop and waits for them. After the grace time it ends their connections, and waits as long
   * again; a handler that runs on even then is reported and left alone. Without `after` it waits without limit.
   */
  async stop(graceMs: number, after: After | undefined): Promise<void> {
    this.#stop.abort();
    if (await this.#areDone(graceMs, after)) return;
    for (const connection of this.#running.keys()) connection.fail(closedHere(connection.peer));
    if (await this.#areDone(graceMs, after)) return;
    for (const { peer } of this.#running.keys()) {
      this.report(
        new TransportError(
          'closed',
          `handler of the connection with ${peer} runs on although its listener is closed`,
          {
            peer,
            phase: 'close',
          },
        ),
        peer,
      );
    }
  }

  async #areDone(graceMs: number, after: After | undefined): Promise<boolean> {
    const all = Promise.all(this.#running.values()).then(() => true);
    if (!after) return all;
    let cancel = (): void => {};
    const tooLate = new Promise<boolean>((resolve) => {
      cancel = after(graceMs, () => resolve(false));
    });
    const isDone = await Promise.race([all, tooLate]);
    cancel();
    return isDone;
  }
}
