import type { Connection } from '@interlend/core';

/** More of an unfinished APDU is not kept; its head stands in front. */
const mostOctets = 64 * 1024;

/** A connection that remembers what came in since the last whole APDU, for the one that never becomes whole. */
export class TappedConnection implements Connection {
  readonly #inner: Connection;
  /** Octets of the unfinished APDU before the last chunk; the first {@link TappedConnection.#kept} are set. */
  #head = new Uint8Array(1024);
  #kept = 0;
  /** Octets before the last chunk, kept or not. */
  #seen = 0;
  /** What the last chunk added to the unfinished APDU. */
  #last = new Uint8Array(0);

  constructor(inner: Connection) {
    this.#inner = inner;
  }

  get peer(): string {
    return this.#inner.peer;
  }

  /** What came in and belongs to no whole APDU, from its beginning, at most 64 KiB. */
  get rest(): Uint8Array {
    const rest = new Uint8Array(Math.min(mostOctets, this.#kept + this.#last.length));
    rest.set(this.#head.subarray(0, this.#kept));
    rest.set(this.#last.subarray(0, rest.length - this.#kept), this.#kept);
    return rest;
  }

  /** Takes note that an APDU of so many octets was whole. */
  forget(octets: number): void {
    this.#last = this.#last.subarray(octets - this.#seen);
    this.#kept = 0;
    this.#seen = 0;
  }

  async receive(options?: { readonly signal?: AbortSignal }): Promise<Uint8Array | undefined> {
    const chunk = await this.#inner.receive(options);
    if (chunk !== undefined) {
      this.#keep(this.#last);
      this.#last = new Uint8Array(chunk);
    }
    return chunk;
  }

  send(bytes: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<void> {
    return this.#inner.send(bytes, options);
  }

  end(): Promise<void> {
    return this.#inner.end();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #keep(octets: Uint8Array): void {
    this.#seen += octets.length;
    const part = octets.subarray(0, mostOctets - this.#kept);
    const needed = this.#kept + part.length;
    if (needed > this.#head.length) {
      const grown = new Uint8Array(Math.min(mostOctets, Math.max(needed, this.#head.length * 2)));
      grown.set(this.#head);
      this.#head = grown;
    }
    this.#head.set(part, this.#kept);
    this.#kept = needed;
  }
}
