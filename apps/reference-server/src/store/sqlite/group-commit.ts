import type { Database } from './database.js';

/** How one request of a group ended. */
export type Settled<Output> = { readonly value: Output } | { readonly error: unknown };

/** Writes several requests of one kind. Throws when the database does; a request refused on its own merits is a {@link Settled} error. */
export type Lane<Input, Output> = (inputs: readonly Input[]) => readonly Settled<Output>[];

interface Request {
  readonly lane: number;
  readonly input: unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** More requests than this wait for the next group, so that one commit does not block the process for long. */
const largestGroup = 512;

/** A write that waited longer would be felt by whoever waits for its acknowledgement. */
const longestDelayMs = 20;

/**
 * Lets writes that are asked for at about the same time share one commit, because the commit, not the writing, is what
 * takes time. A request's promise settles after the commit of its group. When a group fails in the database, each of
 * its requests is tried alone, so that only the guilty one fails.
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #delayMs: number;
  readonly #onFailure: () => void;
  readonly #lanes: Lane<unknown, unknown>[] = [];
  #pending: Request[] = [];
  #timer: (() => void) | undefined;
  #isClosed = false;
  #lastMs = 0;
  #lastSize = 0;

  /**
   * `delayMs` is how long a write may wait for company. It waits only when the last group had company too: a write that
   * comes alone is written at once. A disk that is slower than that is asked less often: the wait grows with the time
   * that commits take. `onFailure` is called when the database took a write back.
   */
  constructor(database: Database, delayMs: number, onFailure: () => void) {
    this.#database = database;
    this.#onFailure = onFailure;
    this.#delayMs = delayMs;
  }

  /** Adds a kind of write. Within a group, kinds are written in the order in which they were added. */
  lane<Input, Output>(write: Lane<Input, Output>): (input: Input) => Promise<Output> {
    const index = this.#lanes.push(write as Lane<unknown, unknown>) - 1;
    return (input) =>
      new Promise<Output>((resolve, reject) => {
        if (this.#isClosed) {
          reject(new Error('store is closed'));
          return;
        }
        this.#pending.push({ lane: index, input, resolve: resolve as (value: unknown) => void, reject });
        this.#schedule();
      });
  }

  /** Writes what is pending. */
  flush(): void {
    this.#timer?.();
    this.#timer = undefined;
    const group = this.#pending.splice(0, largestGroup);
    if (this.#pending.length > 0) this.#schedule();
    if (group.length === 0) return;
    const begun = performance.now();
    let outcomes: ReadonlyMap<Request, Settled<unknown>>;
    try {
      outcomes = this.#database.transaction(() => this.#write(group));
    } catch (error) {
      this.#onFailure();
      outcomes =
        group.length === 1 ? new Map(group.map((request) => [request, { error }])) : this.#writeAlone(group);
    }
    this.#lastMs = performance.now() - begun;
    this.#lastSize = group.length;
    for (const [request, outcome] of outcomes) {
      if ('error' in outcome) request.reject(outcome.error);
      else request.resolve(outcome.value);
    }
  }

  /** Writes what is pending and refuses what comes later. */
  close(): void {
    this.#isClosed = true;
    while (this.#pending.length > 0) this.flush();
  }

  #schedule(): void {
    if (this.#timer) return;
    if (this.#delayMs > 0 && this.#lastSize > 1) {
      const delayMs = Math.max(this.#delayMs, Math.min(this.#lastMs, longestDelayMs));
      const timer = setTimeout(() => this.flush(), delayMs);
      this.#timer = () => clearTimeout(timer);
    } else {
      const immediate = setImmediate(() => this.flush());
      this.#timer = () => clearImmediate(immediate);
    }
  }

  #write(group: readonly Request[]): ReadonlyMap<Request, Settled<unknown>> {
    const outcomes = new Map<Request, Settled<unknown>>();
    for (const [index, write] of this.#lanes.entries()) {
      const requests = group.filter((request) => request.lane === index);
      if (requests.length === 0) continue;
      const settled = write(requests.map((request) => request.input));
      for (const [position, request] of requests.entries()) {
        outcomes.set(request, settled[position] ?? { error: new Error('write without an outcome') });
      }
    }
    return outcomes;
  }

  #writeAlone(group: readonly Request[]): ReadonlyMap<Request, Settled<unknown>> {
    const outcomes = new Map<Request, Settled<unknown>>();
    for (const request of group) {
      try {
        for (const [key, outcome] of this.#database.transaction(() => this.#write([request])))
          outcomes.set(key, outcome);
      } catch (error) {
        this.#onFailure();
        outcomes.set(request, { error });
      }
    }
    return outcomes;
  }
}
