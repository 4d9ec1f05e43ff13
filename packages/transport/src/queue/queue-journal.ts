/** One message on its way to a partner. Plain data. */
export interface OutboundEntry {
  /** Names the entry for ever. */
  readonly id: string;
  /** Key of its transaction; entries of one transaction go one after the other, in the order in which they were added. */
  readonly transaction: string;
  /** Whom it goes to, in the words of the sender. */
  readonly peer: string;
  /** The same at every attempt. */
  readonly bytes: Uint8Array;
}

/** An entry that was neither delivered nor dropped. */
export interface PendingEntry {
  readonly entry: OutboundEntry;
  /** Attempts begun since it was added, or since it was last in review. */
  readonly attempts: number;
  readonly lastAttemptAt?: Date;
  /** Whether the last attempt began and nobody noted its end; absent when the journal does not tell. */
  readonly isUnderWay?: boolean;
  /** Waits for a person. */
  readonly isInReview: boolean;
}

/** Where an outbound queue keeps its entries. A promise that resolves means that the word is safe. */
export interface QueueJournal {
  add(entry: OutboundEntry, at: Date): Promise<void>;
  /** An attempt begins; it takes the entry out of review. `attempt` counts from 1. */
  attempt(id: string, attempt: number, at: Date): Promise<void>;
  /** The attempt ended without delivery, and another is due. Without it, what was tried before a restart counts as unknown. */
  failed?(id: string, at: Date): Promise<void>;
  /** Delivered. */
  done(id: string, at: Date): Promise<void>;
  /** No further attempt without a person. */
  review(id: string, why: string, at: Date): Promise<void>;
  /** A person gave it up. */
  drop(id: string, at: Date): Promise<void>;
  /** What is left, in the order in which it was added. */
  pending(): Promise<readonly PendingEntry[]>;
}

/** A journal in memory: for tests, and for those who can lose what is under way. */
export function createMemoryJournal(): QueueJournal {
  const pending = new Map<string, PendingEntry>();
  const known = (id: string): PendingEntry => {
    const found = pending.get(id);
    if (!found)
      throw new RangeError(`expected the id of an entry that is pending, found ${JSON.stringify(id)}`);
    return found;
  };
  return {
    add: async (entry) => {
      if (pending.has(entry.id))
        throw new RangeError(`expected a new id, found ${JSON.stringify(entry.id)} again`);
      pending.set(entry.id, { entry, attempts: 0, isInReview: false });
    },
    attempt: async (id, attempts, at) => {
      pending.set(id, { ...known(id), attempts, lastAttemptAt: at, isUnderWay: true, isInReview: false });
    },
    failed: async (id) => {
      pending.set(id, { ...known(id), isUnderWay: false });
    },
    done: async (id) => {
      pending.delete(known(id).entry.id);
    },
    review: async (id) => {
      pending.set(id, { ...known(id), isInReview: true });
    },
    drop: async (id) => {
      pending.delete(known(id).entry.id);
    },
    pending: async () => [...pending.values()],
  };
}
