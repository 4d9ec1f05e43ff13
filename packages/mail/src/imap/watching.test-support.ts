import { Dovecot } from '../dovecot/dovecot.js';
import { formatMail } from '../format-mail.js';
import { sample } from '../mail-samples.test-support.js';
import {
  type MailboxEvent,
  type MailboxOptions,
  type MailboxWatch,
  type MailInBox,
  watchMailbox,
} from './watch.js';

const open: { close(): Promise<void> }[] = [];

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const each of open.splice(0).reverse()) await each.close();
}

/** Calls that wait for something to become true. */
function until() {
  const waiting = new Set<() => void>();
  return {
    changed: () => {
      for (const look of waiting) look();
    },
    holds: (condition: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!condition()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

export const mail = (subject: string): Uint8Array => formatMail({ ...sample, subject });
export const subjectOf = ({ raw }: MailInBox): string =>
  /Subject: (.*)\r/.exec(Buffer.from(raw).toString())?.[1] ?? '';

/** Watches on the mailbox of a Dovecot, and what they took. */
export function watchOn(
  server: Dovecot,
  options: Partial<MailboxOptions> = {},
  handle?: (mail: MailInBox) => Promise<void>,
) {
  const state = until();
  const events: MailboxEvent[] = [];
  const taken: MailInBox[] = [];
  const watch = (): MailboxWatch => {
    const watching = watchMailbox(
      {
        host: '127.0.0.1',
        port: server.port,
        security: 'none',
        login: server.login,
        pausesMs: [20],
        ...options,
        onEvent: (event) => {
          events.push(event);
          state.changed();
        },
      },
      async (each) => {
        await handle?.(each);
        taken.push(each);
        state.changed();
      },
    );
    open.push(watching);
    return watching;
  };
  const isWatching = (): Promise<void> => state.holds(() => events.some(({ type }) => type === 'watching'));
  const hasTaken = (count: number): Promise<void> => state.holds(() => taken.length >= count);
  return { server, events, taken, watch, isWatching, hasTaken, state };
}

/** The same on a Dovecot of its own. */
export async function start(
  options: Partial<MailboxOptions> = {},
  handle?: (mail: MailInBox) => Promise<void>,
) {
  const server = await Dovecot.start();
  open.push(server);
  return watchOn(server, options, handle);
}
