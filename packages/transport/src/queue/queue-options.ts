import { type Clock, ConfigError, systemClock } from '@interlend/core';
import type { OutboundEntry, QueueJournal } from './queue-journal.js';

/** What became of one attempt. */
export interface SendOutcome {
  readonly outcome: 'delivered' | 'maybe-delivered';
  readonly cause?: unknown;
}

/** Hands one entry to its peer. A rejection is a failed attempt. */
export type SendEntry = (
  entry: OutboundEntry,
  options: { readonly signal: AbortSignal; readonly attempt: number },
) => Promise<SendOutcome>;

/** What an outbound queue tells its owner: every entry ends in `delivered`, `review` or `dropped`. */
export type QueueEvent = { readonly entry: OutboundEntry } & (
  | { readonly type: 'queued' | 'dropped' }
  | { readonly type: 'sending' | 'delivered'; readonly attempt: number }
  | { readonly type: 'failed'; readonly attempt: number; readonly cause: unknown; readonly nextAt: Date }
  /** The last attempt failed, or one that no repetition can mend. Nothing of its transaction is sent meanwhile. */
  | { readonly type: 'review'; readonly attempt: number; readonly cause: unknown }
  /** Waits behind an entry of its transaction that is in review. */
  | { readonly type: 'held'; readonly behind: string }
  /** The journal did not take a word. The queue goes on; after a restart the entry may be sent again. */
  | { readonly type: 'journal-failed'; readonly step: keyof QueueJournal; readonly cause: unknown }
);

/** Calls `ring` after a time and gives what cancels that. */
export type After = (ms: number, ring: () => void) => () => void;

/** How an outbound queue works. */
export interface OutboundQueueOptions {
  readonly journal: QueueJournal;
  readonly send: SendEntry;
  readonly onEvent: (event: QueueEvent) => void;
  /** Pauses before the second, third ... attempt. Four attempts within an hour when absent. */
  readonly pausesMs?: readonly number[];
  /**
   * What an attempt means after which nobody knows: `retry` (default) sends the same octets again, which partners
   * recognise; `accept` takes it for delivered, for partners that never close a connection; `review` leaves it to a
   * person, where a repeat would have a second effect.
   */
  readonly onMaybeDelivered?: 'retry' | 'accept' | 'review';
  /** Attempts under way in all; 16 when absent. Half of them at the most are for peers whose last attempt failed. */
  readonly concurrency?: number;
  /** Attempts under way to one peer; 4 when absent. One when its last attempt failed. */
  readonly perPeer?: number;
  readonly clock?: Clock;
  readonly after?: After;
}

/** Four attempts within an hour. */
export const defaultPausesMs: readonly number[] = [2 * 60_000, 10 * 60_000, 45 * 60_000];

/** The largest wait the timers of the platform know. */
const longestPauseMs = 2 ** 31 - 1;

/** {@link OutboundQueueOptions} with everything filled in. */
export type QueueSettings = Required<OutboundQueueOptions>;

/** @throws ConfigError when a number is not usable */
export function settingsOf(options: OutboundQueueOptions): QueueSettings {
  const settings: QueueSettings = {
    pausesMs: defaultPausesMs,
    onMaybeDelivered: 'retry',
    concurrency: 16,
    perPeer: 4,
    clock: systemClock,
    after: afterRealTime,
    ...options,
  };
  requireWhole('concurrency', settings.concurrency, 1, 10_000);
  requireWhole('perPeer', settings.perPeer, 1, 10_000);
  for (const pause of settings.pausesMs) requireWhole('pausesMs', pause, 0, longestPauseMs);
  return settings;
}

const afterRealTime: After = (ms, ring) => {
  const timer = setTimeout(ring, ms);
  return () => clearTimeout(timer);
};

function requireWhole(key: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const accepted = `a whole number from ${least} to ${most}`;
  throw new ConfigError(`expected ${accepted} for ${key}, found ${value}`, { key, accepted });
}
