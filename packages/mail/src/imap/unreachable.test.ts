import { describe, expect, it } from 'vitest';
import { type MailboxEvent, watchMailbox } from './watch.js';

/** What is told of the first attempt to reach a mail server. */
async function firstEvent(host: string, port: number): Promise<MailboxEvent> {
  const told = Promise.withResolvers<MailboxEvent>();
  const watch = watchMailbox(
    { host, port, login: { user: 'desk', password: 'x' }, pausesMs: [1], onEvent: told.resolve },
    async () => {},
  );
  const event = await told.promise;
  await watch.close();
  return event;
}

describe('a mail server', () => {
  it('that nobody knows is unreachable', async () => {
    const event = await firstEvent('imap.library.invalid', 993);
    expect(event).toMatchObject({ type: 'lost', cause: { name: 'TransportError', code: 'unreachable' } });
  });

  it('that does not listen refuses', async () => {
    // Port 1 of this machine: nobody is there.
    expect(await firstEvent('127.0.0.1', 1)).toMatchObject({ cause: { code: 'refused', retryable: true } });
  });
});
