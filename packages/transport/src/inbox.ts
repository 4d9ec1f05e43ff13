interface Reader {
  readonly resolve: (bytes: Uint8Array | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Octets that have come in and wait to be asked for, with the end of the stream or its failure behind them. Readers are
 * served in the order in which they asked.
 */
export class Inbox {
  #chunks: Uint8Array[] = [];
  #octets = 0;
  #readers: Reader[] = [];
  #isEnded = false;
  #failure: (() => Error) | undefined;
  readonly #onTaken: () => void;

  /** @param onTaken called when octets have left, so that more may come in */
  constructor(onTaken: () => void) {
    this.#onTaken = onTaken;
  }

  get octets(): number {
    return this.#octets;
  }

  get chunks(): number {
    return this.#chunks.length;
  }

  /** Octets came in. What comes after the end or a failure is dropped. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0 || this.#isEnded || this.#failure) return;
    const reader = this.#readers.shift();
    if (reader) {
      reader.resolve(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#octets += chunk.length;
  }

  /** Nothing more will come. */
  end(): void {
    if (this.#failure) return;
    this.#isEnded = true;
    for (const reader of this.#readers.splice(0)) reader.resolve(undefined);
  }

  /** The stream broke. What came before can still be taken; a stream that has ended cannot break. */
  fail(makeError: () => Error): void {
    if (this.#isEnded || this.#failure) return;
    this.#failure = makeError;
    for (const reader of this.#readers.splice(0)) reader.reject(makeError());
  }

  /** Drops what waits; every reader, present and future, gets the error. */
  discard(makeError: () => Error): void {
    this.#chunks = [];
    this.#octets = 0;
    this.#isEnded = false;
    this.#failure = makeError;
    for (const reader of this.#readers.splice(0)) reader.reject(makeError());
    this.#onTaken();
  }

  /** The next octets; `undefined` at the end. An aborted call takes nothing away. */
  async take(signal: AbortSignal | undefined, onAbort: () => Error): Promise<Uint8Array | undefined> {
    if (signal?.aborted) throw onAbort();
    const chunk = this.#chunks.shift();
    if (chunk) {
      this.#octets -= chunk.length;
      this.#onTaken();
      return chunk;
    }
    if (this.#failure) throw this.#failure();
    if (this.#isEnded) return undefined;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#readers = this.#readers.filter((other) => other !== reader);
        reject(onAbort());
      };
      const reader: Reader = {
        resolve: (bytes) => {
          signal?.removeEventListener('abort', leave);
          resolve(bytes);
        },
        reject: (error) => {
          signal?.removeEventListener('abort', leave);
          reject(error);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#readers.push(reader);
    });
  }
}
