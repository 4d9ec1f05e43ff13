/**
 * Mail by IMAP: taking what comes into a mailbox, told by IDLE or asked for.
 *
 * @packageDocumentation
 */
export type { MailboxFailure } from './mailbox-failure.js';
export {
  type MailboxEvent,
  type MailboxOptions,
  type MailboxWatch,
  type MailInBox,
  watchMailbox,
} from './watch.js';
