/** How many attempts may be under way. */
export interface SlotLimits {
  readonly concurrency: number;
  readonly perPeer: number;
}

interface PeerSlots<Item> {
  readonly ready: Item[];
  active: number;
}

/**
 * Decides what is tried next, so that peers have their turns and dead ones do not delay the others: a peer whose last
 * attempt failed gets one slot, and all such peers together at most half of them.
 */
export class Slots<Item> {
  readonly #limits: SlotLimits;
  /** In the order of their turns. */
  readonly #peers = new Map<string, PeerSlots<Item>>();
  readonly #failing = new Set<string>();
  #active = 0;

  constructor(limits: SlotLimits) {
    this.#limits = limits;
  }

  /** Something is ready to go to a peer. */
  offer(peer: string, item: Item): void {
    const slots: PeerSlots<Item> = this.#peers.get(peer) ?? { ready: [], active: 0 };
    this.#peers.set(peer, slots);
    slots.ready.push(item);
  }

  /** What goes next, if there is a slot for it; its slot is taken until {@link Slots.release}. */
  take(): Item | undefined {
    const { concurrency, perPeer } = this.#limits;
    if (this.#active >= concurrency) return undefined;
    const slotsOfFailing = this.#activeOnFailing() < Math.max(1, Math.floor(concurrency / 2)) ? 1 : 0;
    for (const [peer, slots] of this.#peers) {
      if (slots.active >= (this.#failing.has(peer) ? slotsOfFailing : perPeer)) continue;
      const item = slots.ready.shift();
      if (item === undefined) continue;
      slots.active++;
      this.#active++;
      this.#peers.delete(peer);
      this.#peers.set(peer, slots);
      return item;
    }
    return undefined;
  }

  /** An attempt is over; `hasSucceeded` is undefined when it says nothing about the peer. */
  release(peer: string, hasSucceeded: boolean | undefined): void {
    if (hasSucceeded === true) this.#failing.delete(peer);
    if (hasSucceeded === false) this.#failing.add(peer);
    const slots = this.#peers.get(peer);
    if (!slots) return;
    slots.active--;
    this.#active--;
    if (slots.active === 0 && slots.ready.length === 0) this.#peers.delete(peer);
  }

  #activeOnFailing(): number {
    let active = 0;
    for (const peer of this.#failing) active += this.#peers.get(peer)?.active ?? 0;
    return active;
  }
}
