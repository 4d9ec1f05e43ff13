import { afterEach, describe, expect, it } from 'vitest';
import { formatMail } from '../format-mail.js';
import { sample } from '../mail-samples.test-support.js';
import { Dovecot, whyNoDovecot } from './dovecot.test-support.js';
import {
  type MailboxEvent,
  type MailboxOptions,
  type MailboxWatch,
  type MailInBox,
  watchMailbox,
} from './watch.js';

const missing = whyNoDovecot();
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

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

const mail = (subject: string): Uint8Array => formatMail({ ...sample, subject });
const subjectOf = ({ raw }: MailInBox): string =>
  /Subject: (.*)\r/.exec(Buffer.from(raw).toString())?.[1] ?? '';

async function start(options: Partial<MailboxOptions> = {}, handle?: (mail: MailInBox) => Promise<void>) {
  const server = await Dovecot.start();
  open.push(server);
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

describe.skipIf(missing)(`a watch on a mailbox of Dovecot${missing ? ` (${missing})` : ''}`, () => {
  it('takes what lies there, and what comes by IDLE, octet for octet', async () => {
    const { server, taken, watch, isWatching, hasTaken } = await start({ pollMs: 600_000 });
    const first = formatMail({ ...sample, subject: 'one', text: '.\n..\nFrom x\n  \nNNNN\n' });
    server.deliver('1', first);
    const watching = watch();
    await isWatching();
    expect(taken.map(subjectOf)).toEqual(['one']);
    expect(Buffer.from(taken[0]?.raw ?? []).equals(Buffer.from(first))).toBe(true);
    server.deliver('2', mail('two'));
    await hasTaken(2);
    await watching.close();
    expect(taken.map(subjectOf)).toEqual(['one', 'two']);
    expect(server.flags()).toEqual({ '1': 'S', '2': 'S' });
  });

  it('asks, where the server shall not tell', async () => {
    const { server, taken, watch, isWatching, hasTaken } = await start({ usesIdle: false, pollMs: 20 });
    watch();
    await isWatching();
    server.deliver('1', mail('one'));
    await hasTaken(1);
    expect(taken.map(subjectOf)).toEqual(['one']);
  });

  it('marks nothing as read that was not kept, and takes it again', async () => {
    let isFull = true;
    const { server, events, taken, watch, hasTaken, state } = await start(
      { usesIdle: false, pollMs: 20 },
      () => (isFull ? Promise.reject(new Error('disk full')) : Promise.resolve()),
    );
    server.deliver('1', mail('one'));
    watch();
    await state.holds(() => events.some(({ type }) => type === 'not-kept'));
    expect(server.flags()).toEqual({ '1': '' });
    isFull = false;
    await hasTaken(1);
    expect(taken).toHaveLength(1);
  });

  it('moves what it took where it is told to', async () => {
    const { server, watch, isWatching } = await start({ moveTo: 'Kept' });
    server.deliver('1', mail('one'));
    const watching = watch();
    await isWatching();
    await watching.close();
    expect(server.flags()).toEqual({});
    expect(Object.keys(server.flags('.Kept'))).toHaveLength(1);
  });

  it('leaves a huge mail to staff, and takes the others', async () => {
    const { server, events, taken, watch, isWatching } = await start({ messageOctets: 2000 });
    server.deliver('1', formatMail({ ...sample, text: 'x\n'.repeat(2000) }));
    server.deliver('2', mail('two'));
    const watching = watch();
    await isWatching();
    await watching.close();
    expect(taken.map(subjectOf)).toEqual(['two']);
    expect(events).toContainEqual(expect.objectContaining({ type: 'too-large' }));
    expect(server.flags()).toEqual({ '1': 'F', '2': 'S' });
  });

  it('loses nothing while the server is away', async () => {
    const { server, events, taken, watch, isWatching, hasTaken, state } = await start();
    watch();
    await isWatching();
    await server.down();
    await state.holds(() => events.some(({ type }) => type === 'lost'));
    server.deliver('1', mail('one'));
    await server.up();
    await hasTaken(1);
    expect(taken.map(subjectOf)).toEqual(['one']);
  });

  it('says so when the password is wrong, and goes on trying', async () => {
    const { events, watch, state } = await start({
      login: { user: 'desk', password: 'wrong' },
      pausesMs: [1],
    });
    watch();
    await state.holds(() => events.filter(({ type }) => type === 'lost').length >= 1);
    expect(JSON.stringify(events)).not.toContain('wrong');
  });
});
