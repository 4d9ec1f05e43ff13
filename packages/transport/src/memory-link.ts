import { setImmediate } from 'node:timers';
import type { Deadline } from './deadline.js';
import { lost } from './failure.js';
import type { Inbox } from './inbox.js';
import { type Channel, type Patience, StreamConnection } from './stream-connection.js';

/** What goes wrong with a connection of a memory network. */
export interface MemoryFaults {
  /** Nothing listens. */
  readonly refuse?: boolean;
  /** The connection breaks, for both sides, when it has carried this many octets, both directions together. */
  readonly cutAfterOctets?: number;
  /** Turns of the microtask queue that pass before each piece arrives. */
  readonly delayTurns?: number;
  /** Sizes of the pieces in which octets arrive, over and over, each direction from the start. At least 1. */
  readonly chunkSizes?: readonly number[];
}

/** One end of a {@link MemoryLink}. */
export interface MemoryEnd {
  readonly peer: string;
  readonly deadline: Deadline;
  readonly deadlineName: string;
  readonly patience?: Patience;
}

/** What may wait in an inbox. */
export interface InboxLimits {
  readonly bufferedOctets: number;
  readonly bufferedChunks: number;
}

/** Lets some turns of the microtask queue pass. */
export async function passTurns(turns = 0): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}

/** Pieces after which a link lets the rest of the process have its turn; two ends that talk would hold it for ever. */
const breathAfterPieces = 16;

/** What one side says to the other. */
class Direction {
  /** The side that listens is gone. */
  isShut = false;
  #pieces = 0;
  #wake = (): void => {};

  nextSize(sizes: readonly number[] | undefined): number {
    if (!sizes || sizes.length === 0) return Number.POSITIVE_INFINITY;
    return Math.max(1, sizes[this.#pieces++ % sizes.length] ?? 1);
  }

  /** Resolves at the next {@link Direction.wake}. Only one sender waits at a time. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake();
  }
}

/** Two connections, each of which fills the other's inbox. */
export class MemoryLink {
  readonly near: StreamConnection;
  readonly far: StreamConnection;
  readonly #faults: MemoryFaults;
  readonly #limits: InboxLimits;
  readonly #directions = { toFar: new Direction(), toNear: new Direction() };
  #carried = 0;
  #pieces = 0;
  #isBroken = false;

  constructor(near: MemoryEnd, far: MemoryEnd, faults: MemoryFaults, limits: InboxLimits) {
    this.#faults = faults;
    this.#limits = limits;
    const { toFar, toNear } = this.#directions;
    this.near = this.#makeEnd(near, toFar, toNear, () => this.far);
    this.far = this.#makeEnd(far, toNear, toFar, () => this.near);
  }

  #makeEnd(
    end: MemoryEnd,
    outward: Direction,
    inward: Direction,
    other: () => StreamConnection,
  ): StreamConnection {
    const channel: Channel = {
      write: (slice) => this.#carry(slice, outward, other()),
      end: async () => {
        await passTurns(this.#faults.delayTurns);
        other().inbox.end();
      },
      resume: () => inward.wake(),
      close: async () => {
        other().inbox.end();
        inward.isShut = true;
        inward.wake();
      },
      destroy: () => this.#break(),
    };
    return new StreamConnection({ peer: end.peer }, channel, end.deadline, end.deadlineName, end.patience);
  }

  async #carry(slice: Uint8Array, direction: Direction, to: StreamConnection): Promise<void> {
    for (let at = 0; at < slice.length; ) {
      const size = Math.min(direction.nextSize(this.#faults.chunkSizes), slice.length - at);
      await passTurns(this.#faults.delayTurns);
      if (++this.#pieces % breathAfterPieces === 0)
        await new Promise<void>((resolve) => setImmediate(resolve));
      while (this.#isUsable(direction) && this.#isFull(to.inbox)) await direction.changed();
      if (!this.#isUsable(direction)) throw new Error('the other side is gone');
      const room = (this.#faults.cutAfterOctets ?? Number.POSITIVE_INFINITY) - this.#carried;
      // A copy, because the sender may use its bytes again.
      to.inbox.push(slice.slice(at, at + Math.min(size, room)));
      this.#carried += size;
      at += size;
      if (size >= room) this.#break();
    }
    if (!this.#isUsable(direction)) throw new Error('the link was cut');
  }

  #isFull(inbox: Inbox): boolean {
    return inbox.octets >= this.#limits.bufferedOctets || inbox.chunks >= this.#limits.bufferedChunks;
  }

  #isUsable(direction: Direction): boolean {
    return !this.#isBroken && !direction.isShut;
  }

  #break(): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    for (const end of [this.near, this.far]) end.fail(lost(end.peer, 'the link broke'));
    for (const direction of [this.#directions.toFar, this.#directions.toNear]) direction.wake();
  }
}
