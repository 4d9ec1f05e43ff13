import { ConfigError } from '@interlend/core';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import { defaultMailLimits } from '../limits.js';
import { type MailboxFailure, mailboxFailure } from './mailbox-failure.js';

/** A mail as it lies in a mailbox. */
export interface MailInBox {
  readonly raw: Uint8Array;
  /** Names the mail in its mailbox for ever, together with `uidValidity`. */
  readonly uid: number;
  readonly uidValidity: string;
}

/** What a watch tells its owner. */
export type MailboxEvent =
  /** The mailbox is open and everything in it was taken. */
  | { readonly type: 'watching' }
  /** Connection or login failed, or the connection broke; the next attempt comes after the pause. */
  | { readonly type: 'lost'; readonly cause: MailboxFailure; readonly pauseMs: number }
  /** A mail was not taken: it stays as it is and is tried again with the next look. */
  | { readonly type: 'not-kept'; readonly uid: number; readonly cause: unknown }
  /** A mail is larger than the limit. It is flagged for staff and left. */
  | { readonly type: 'too-large'; readonly uid: number; readonly octets: number };

/** Which mailbox is watched, and how. */
export interface MailboxOptions {
  readonly host: string;
  readonly port: number;
  /** `implicit` (default): TLS from the first octet. `required`: STARTTLS or nothing. `none`: for loopback. */
  readonly security?: 'implicit' | 'required' | 'none';
  readonly login: { readonly user: string; readonly password: string };
  readonly ca?: string;
  readonly serverName?: string;
  /** `INBOX` when absent. */
  readonly mailbox?: string;
  /** What happens to a mail that was taken: it is marked as read (default), or moved to another mailbox. */
  readonly moveTo?: string;
  /** Whether the server tells of new mails (IDLE, default) or is only asked. */
  readonly usesIdle?: boolean;
  /** How long to wait before looking again, told or not; 60 s when absent. */
  readonly pollMs?: number;
  /** Pauses between attempts to connect; the last one repeats. */
  readonly pausesMs?: readonly number[];
  readonly messageOctets?: number;
  readonly onEvent?: (event: MailboxEvent) => void;
}

/** A watch on a mailbox. */
export interface MailboxWatch {
  /** Takes nothing more, waits for the mail in hand and logs out. */
  close(): Promise<void>;
}

const defaultPausesMs = [1000, 5000, 30_000, 60_000];
const connectMs = 30_000;

/**
 * Takes every unread mail of a mailbox, now and as they come. A mail is marked as read, or moved, when `handle` has
 * resolved, so nothing is lost by a crash, and a mail may come twice after one. Goes on until it is closed, whatever
 * becomes of the server.
 */
export function watchMailbox(
  options: MailboxOptions,
  handle: (mail: MailInBox) => Promise<void>,
): MailboxWatch {
  const { pollMs = 60_000, pausesMs = defaultPausesMs, onEvent } = options;
  if (pausesMs.length === 0)
    throw new ConfigError('expected at least one pause', {
      key: 'pausesMs',
      accepted: 'a list of milliseconds',
    });
  const stop = new AbortController();
  const tell = (event: MailboxEvent): void => onEvent?.(event);

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        stop.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      if (stop.signal.aborted) done();
      else stop.signal.addEventListener('abort', done, { once: true });
    });

  async function run(): Promise<void> {
    for (let failures = 0; !stop.signal.aborted; ) {
      try {
        await session(() => {
          failures = 0;
        });
      } catch (cause) {
        if (stop.signal.aborted) return;
        const pauseMs = pausesMs[Math.min(failures++, pausesMs.length - 1)] ?? 0;
        tell({ type: 'lost', cause: mailboxFailure(cause, `${options.host}:${options.port}`), pauseMs });
        await sleep(pauseMs);
      }
    }
  }

  async function session(onOpen: () => void): Promise<void> {
    const client = new ImapFlow(clientOptions(options));
    let broken: unknown;
    let wake = (): void => {};
    client.on('error', (error) => {
      broken ??= error;
      wake();
    });
    client.on('close', () => {
      broken ??= new Error('the server closed the connection');
      wake();
    });
    // Told at any moment, also while mails are being taken.
    let isNewTold = false;
    client.on('exists', () => {
      isNewTold = true;
      wake();
    });
    const close = (): void => wake();
    stop.signal.addEventListener('abort', close);
    try {
      await client.connect();
      const box = await client.mailboxOpen(options.mailbox ?? 'INBOX');
      onOpen();
      let isFirst = true;
      while (!stop.signal.aborted) {
        if (broken !== undefined) throw broken;
        isNewTold = false;
        await takeAll(client, String(box.uidValidity));
        if (isFirst) tell({ type: 'watching' });
        isFirst = false;
        if (stop.signal.aborted || isNewTold || broken !== undefined) continue;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pollMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          if (options.usesIdle !== false)
            client.idle().catch((error: unknown) => {
              broken ??= error;
              wake();
            });
        });
        wake = () => {};
      }
      await client.logout();
    } finally {
      stop.signal.removeEventListener('abort', close);
      client.close();
    }
  }

  async function takeAll(client: ImapFlow, uidValidity: string): Promise<void> {
    // Some servers look into the mailbox anew only when asked for nothing.
    await client.noop();
    const uids = (await client.search({ seen: false, flagged: false }, { uid: true })) || [];
    for (const uid of uids) {
      if (stop.signal.aborted) return;
      const head = await client.fetchOne(String(uid), { size: true }, { uid: true });
      if (head === false) continue;
      const most = options.messageOctets ?? defaultMailLimits.messageOctets;
      if ((head.size ?? 0) > most) {
        await client.messageFlagsAdd(String(uid), ['\\Flagged'], { uid: true });
        tell({ type: 'too-large', uid, octets: head.size ?? 0 });
        continue;
      }
      const fetched = await client.fetchOne(String(uid), { source: true }, { uid: true });
      if (fetched === false || fetched.source === undefined) continue;
      try {
        await handle({ raw: new Uint8Array(fetched.source), uid, uidValidity });
      } catch (cause) {
        tell({ type: 'not-kept', uid, cause });
        continue;
      }
      if (options.moveTo === undefined) await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true });
      else await client.messageMove(String(uid), options.moveTo, { uid: true });
    }
  }

  const running = run();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}

function clientOptions(options: MailboxOptions): ImapFlowOptions {
  const { host, port, security = 'implicit', login, ca, serverName } = options;
  return {
    host,
    port,
    secure: security === 'implicit',
    doSTARTTLS: security === 'required' ? true : security === 'none' ? false : undefined,
    auth: { user: login.user, pass: login.password },
    ...(serverName === undefined ? {} : { servername: serverName }),
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    logger: false,
    disableAutoIdle: true,
    disableCompression: true,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
  };
}
