import { afterEach, describe, expect, it } from 'vitest';
import { whyNoDovecot } from '../dovecot/dovecot.js';
import { formatMail } from '../format-mail.js';
import { sample } from '../mail-samples.test-support.js';
import { closeAll, mail, start, subjectOf } from './watching.test-support.js';

const missing = whyNoDovecot();
afterEach(closeAll);

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
    expect(events[0]).toMatchObject({ type: 'lost', cause: { name: 'PeerError' } });
    expect(JSON.stringify(events)).not.toContain('wrong');
  });
});
