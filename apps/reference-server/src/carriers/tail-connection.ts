import type { Connection, PeerCertificate } from '@interlend/core';

/** More of an unfinished message is not kept for the journal. */
const longestTail = 64 * 1024;

/** A connection that remembers the octets received since the last complete message, so that rubbish can be shown to staff. */
export class TailConnection implements Connection {
  readonly peerCertificate?: PeerCertificate;
  readonly #inner: Connection;
  #chunks: Uint8Array[] = [];
  /** Octets of the first chunk that belong to messages already taken. */
  #taken = 0;

  constructor(inner: Connection) {
    this.#inner = inner;
    if (inner.peerCertificate) this.peerCertificate = inner.peerCertificate;
  }

  get peer(): string {
    return this.#inner.peer;
  }

  /** The octets of no complete message, at most 64 KiB of them. */
  get tail(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#chunks)).subarray(this.#taken, this.#taken + longestTail);
  }

  /** Takes note that a message of so many octets was complete. */
  taken(octets: number): void {
    this.#taken += octets;
    for (
      let first = this.#chunks[0];
      first !== undefined && first.length <= this.#taken;
      first = this.#chunks[0]
    ) {
      this.#taken -= first.length;
      this.#chunks.shift();
    }
  }

  async receive(options?: { readonly signal?: AbortSignal }): Promise<Uint8Array | undefined> {
    const chunk = await this.#inner.receive(options);
    if (chunk !== undefined) this.#chunks.push(chunk);
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
}
