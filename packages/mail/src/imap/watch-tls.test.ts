import { generate } from 'selfsigned';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Dovecot, whyNoDovecot } from '../dovecot/dovecot.js';
import type { MailboxOptions } from './watch.js';
import { closeAll, mail, subjectOf, watchOn } from './watching.test-support.js';

const missing = whyNoDovecot();
afterEach(closeAll);

const name = 'imap.library.example';
const certificate = async (): Promise<{ readonly cert: string; readonly key: string }> => {
  const made = await generate([{ name: 'commonName', value: name }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
  return { cert: made.cert, key: made.private };
};

describe.skipIf(missing)(`a watch over TLS on a mailbox of Dovecot${missing ? ` (${missing})` : ''}`, () => {
  let own: Awaited<ReturnType<typeof certificate>>;
  let other: Awaited<ReturnType<typeof certificate>>;
  let server: Dovecot;
  beforeAll(async () => {
    [own, other] = await Promise.all([certificate(), certificate()]);
    server = await Dovecot.start({ tls: own });
  });
  afterAll(() => server.close());

  /** At the port that speaks TLS at once, or at the one where it begins after a word. */
  const watching = (security: 'implicit' | 'required', options: Partial<MailboxOptions>) => {
    const port = security === 'implicit' ? server.tlsPort : server.port;
    return watchOn(server, { security, port, ...options });
  };

  it.each([
    ['implicit', 'of an authority that is not known', () => ({ serverName: name })],
    ['required', 'of an authority that is not known', () => ({ serverName: name })],
    ['implicit', 'that somebody else made for the name', () => ({ ca: other.cert, serverName: name })],
    ['required', 'that somebody else made for the name', () => ({ ca: other.cert, serverName: name })],
    ['implicit', 'of another name', () => ({ ca: own.cert, serverName: 'imap.other.example' })],
    ['required', 'of another name', () => ({ ca: own.cert, serverName: 'imap.other.example' })],
  ] as const)('says no password, %s, to a certificate %s', async (security, _, options) => {
    const { events, taken, watch, state } = watching(security, options());
    const before = server.log.length;
    watch();
    await state.holds(() => events.some(({ type }) => type === 'lost'));
    expect(taken).toEqual([]);
    expect(events[0]).toMatchObject({ cause: { name: 'TransportError', code: 'tls' } });
    // Dovecot writes down whoever tries to log in.
    expect(server.log.slice(before).join('\n')).not.toMatch(/Login: user=|auth failed/);
  });

  it.each(['implicit', 'required'] as const)('takes what comes, %s', async (security) => {
    const { taken, watch, isWatching, hasTaken } = watching(security, { ca: own.cert, serverName: name });
    watch();
    await isWatching();
    server.deliver(security, mail(security));
    await hasTaken(1);
    expect(taken.map(subjectOf)).toEqual([security]);
    expect(server.log.join('\n')).toMatch(/Login: user=/);
  });
});
