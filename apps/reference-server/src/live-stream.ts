import type { LibrarySymbol } from '@interlend/core';
import type { Observer } from './observer.js';
import type {
  AttemptOutcome,
  NewEvent,
  OutboxItem,
  Processed,
  StepWrites,
  TransactionRecord,
} from './store/store.js';

/** Something that happened, told to whoever watches. It is on disk when it is told. */
export type Change =
  | { readonly kind: 'stepped'; readonly record: TransactionRecord; readonly events: readonly NewEvent[] }
  | { readonly kind: 'received'; readonly sender: LibrarySymbol | undefined; readonly processed: Processed }
  | {
      readonly kind: 'attempted';
      readonly item: OutboxItem;
      readonly octets: number;
      readonly outcome: AttemptOutcome;
    };

/** Hands every change to all who watch at that moment. Nothing is kept. */
export class LiveStream implements Partial<Observer> {
  readonly #watchers = new Set<(change: Change) => void>();

  /** Calls `watch` for every change until the function returned is called. */
  watch(watch: (change: Change) => void): () => void {
    this.#watchers.add(watch);
    return () => {
      this.#watchers.delete(watch);
    };
  }

  stepped(record: TransactionRecord, { events = [] }: StepWrites): void {
    this.#tell({ kind: 'stepped', record, events });
  }

  processed(sender: LibrarySymbol | undefined, processed: Processed): void {
    this.#tell({ kind: 'received', sender, processed });
  }

  attempted(item: OutboxItem, octets: number, outcome: AttemptOutcome): void {
    this.#tell({ kind: 'attempted', item, octets, outcome });
  }

  #tell(change: Change): void {
    for (const watch of this.#watchers) watch(change);
  }
}
