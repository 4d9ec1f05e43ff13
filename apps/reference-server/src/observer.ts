import type { LibrarySymbol } from '@interlend/core';
import type {
  AttemptOutcome,
  NewIncoming,
  OutboxItem,
  Processed,
  StepWrites,
  TransactionRecord,
} from './store/store.js';

/** What the parts of the server tell about their work: metrics, peers' health and the live stream come from it. */
export interface Observer {
  /** Octets are on disk. */
  received(incoming: NewIncoming): void;
  /** A received message had its effect, or none. */
  processed(sender: LibrarySymbol | undefined, processed: Processed): void;
  /** A loan moved, and what moved it is on disk. */
  stepped(record: TransactionRecord, writes: StepWrites): void;
  /** An attempt to send ended, and how it ended is on disk. */
  attempted(item: OutboxItem, octets: number, outcome: AttemptOutcome, durationMs: number): void;
}

/** Tells several observers, each what it wants to hear. */
export function tellAll(observers: readonly Partial<Observer>[]): Observer {
  return {
    received(incoming) {
      for (const observer of observers) observer.received?.(incoming);
    },
    processed(sender, processed) {
      for (const observer of observers) observer.processed?.(sender, processed);
    },
    stepped(record, writes) {
      for (const observer of observers) observer.stepped?.(record, writes);
    },
    attempted(item, octets, outcome, durationMs) {
      for (const observer of observers) observer.attempted?.(item, octets, outcome, durationMs);
    },
  };
}
