/**
 * A queue of messages that must not be lost: kept in a journal, sent in the order of their transaction, tried again after
 * pauses, and left to a person when that does not help.
 *
 * @packageDocumentation
 */
export { OutboundQueue } from './outbound-queue.js';
export {
  createMemoryJournal,
  type OutboundEntry,
  type PendingEntry,
  type QueueJournal,
} from './queue-journal.js';
export {
  type After,
  defaultPausesMs,
  type OutboundQueueOptions,
  type QueueEvent,
  type SendEntry,
  type SendOutcome,
} from './queue-options.js';
