import type { Connection, PeerCertificate, TransportPhase } from '@interlend/core';
import type { After, Deadline } from './deadline.js';
import { aborted, closedHere, type Failure, lost, timedOut, unlessAborted } from './failure.js';
import { InOrder } from './in-order.js';
import { Inbox } from './inbox.js';
import { sliceOctets } from './limits.js';

/** What carries a {@link StreamConnection}: a socket, or a piece of memory. */
export interface Channel {
  /** Resolves when the octets are handed on; rejects when that cannot happen any more. */
  write(slice: Uint8Array): Promise<void>;
  /** Resolves when the end of this direction is handed on. */
  end(): Promise<void>;
  /** There is room in the inbox again. */
  resume(): void;
  /** Hands on what was written, ends both directions, and resolves when nothing is left. Never rejects. */
  close(): Promise<void>;
  /** Drops everything at once. May be called at any time. */
  destroy(): void;
}

/** Who is at the other end. */
export interface PeerIdentity {
  readonly peer: string;
  readonly peerAddress?: string;
  readonly peerCertificate?: PeerCertificate;
}

/** How long a connection waits for its peer. */
export interface Patience {
  readonly idleMs: number;
  readonly after: After;
}

/** The behaviour that every transport has in common, over a {@link Channel}. */
export class StreamConnection implements Connection {
  readonly peer: string;
  declare readonly peerAddress?: string;
  declare readonly peerCertificate?: PeerCertificate;
  /** Filled by the channel. */
  readonly inbox: Inbox;
  readonly #channel: Channel;
  readonly #deadline: Deadline;
  readonly #patience: Patience | undefined;
  readonly #outgoing = new InOrder();
  #failure: Failure | undefined;
  #closing: Promise<void> | undefined;
  #hasSent = false;
  #isEnded = false;
  #moves = 0;

  /** @param deadlineName how an error names the budget that `deadline` watches over */
  constructor(
    identity: PeerIdentity,
    channel: Channel,
    deadline: Deadline,
    deadlineName: string,
    patience?: Patience,
  ) {
    this.peer = identity.peer;
    if (identity.peerAddress !== undefined) this.peerAddress = identity.peerAddress;
    if (identity.peerCertificate !== undefined) this.peerCertificate = identity.peerCertificate;
    this.inbox = new Inbox(() => channel.resume());
    this.#channel = channel;
    this.#patience = patience;
    this.#deadline = deadline;
    deadline.onRing(() => this.fail(timedOut(this.peer, deadlineName, deadline.budgetMs)));
  }

  async send(bytes: Uint8Array, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options;
    this.#throwIfUseless('send', signal);
    let isBegun = false;
    const turn = this.#outgoing.run(async () => {
      if (signal?.aborted) return;
      isBegun = true;
      for (let at = 0; at < bytes.length; at += sliceOctets) {
        this.#throwIfUseless('send');
        this.#hasSent = true;
        await this.#handOn('send', this.#channel.write(bytes.subarray(at, at + sliceOctets)));
      }
    });
    await unlessAborted(turn, signal, () => {
      const failure = aborted(this.peer, signal);
      // A message of which a part is out cannot be taken back, and nothing can follow it.
      if (isBegun) this.fail(failure);
      return failure('send', this.#hasSent);
    });
  }

  async receive(options: { readonly signal?: AbortSignal } = {}): Promise<Uint8Array | undefined> {
    const { signal } = options;
    const isWaiting = this.inbox.chunks === 0;
    const next = this.inbox.take(signal, () => aborted(this.peer, signal)('receive', this.#hasSent));
    const bytes = await (isWaiting ? this.#patiently(next) : next);
    this.#moves++;
    return bytes;
  }

  async end(): Promise<void> {
    if (this.#isEnded) return;
    this.#throwIfUseless('send');
    this.#isEnded = true;
    await this.#outgoing.run(async () => {
      this.#throwIfFailed('send');
      await this.#handOn('send', this.#channel.end());
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Ends the connection for a reason, which every later call gets to hear. The first reason stays. */
  fail(failure: Failure): void {
    if (!this.#failure) {
      this.#failure = failure;
      this.inbox.fail(() => failure('receive', this.#hasSent));
    }
    this.#deadline.clear();
    this.#channel.destroy();
  }

  async #close(): Promise<void> {
    const isQuiet = !this.#failure && !this.#outgoing.isBusy;
    this.#failure ??= closedHere(this.peer);
    this.inbox.discard(() => closedHere(this.peer)('receive', this.#hasSent));
    if (!isQuiet) this.#channel.destroy();
    await this.#channel.close();
    this.#deadline.clear();
  }

  #throwIfFailed(phase: TransportPhase): void {
    if (this.#failure) throw this.#failure(phase, this.#hasSent);
  }

  #throwIfUseless(phase: TransportPhase, signal?: AbortSignal): void {
    if (signal?.aborted) throw aborted(this.peer, signal)(phase, this.#hasSent);
    this.#throwIfFailed(phase);
    if (this.#isEnded) throw closedHere(this.peer)(phase, this.#hasSent);
  }

  async #handOn(phase: TransportPhase, handed: Promise<void>): Promise<void> {
    try {
      await this.#patiently(handed);
    } catch (error) {
      throw (this.#failure ?? lost(this.peer, 'octets could not be handed on', error))(phase, this.#hasSent);
    }
    this.#moves++;
  }

  /** Waits for the peer, but not longer than the idle time without a move in either direction. */
  async #patiently<Value>(waiting: Promise<Value>): Promise<Value> {
    const patience = this.#patience;
    if (!patience) return waiting;
    let cancel = (): void => {};
    const watch = (): void => {
      const before = this.#moves;
      cancel = patience.after(patience.idleMs, () => {
        if (this.#moves === before) this.fail(timedOut(this.peer, 'idle time', patience.idleMs));
        else watch();
      });
    };
    watch();
    try {
      return await waiting;
    } finally {
      cancel();
    }
  }
}
