import { createServer, type Socket } from 'node:net';
import { type Listening, type PeerAddress, PeerError } from '@interlend/core';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { formatMail } from '../format-mail.js';
import { lines, sample } from '../mail-samples.test-support.js';
import { type ArrivedMail, listenForMail, type MailListenerOptions } from './listen.js';
import { assertSendable } from './octets.js';
import { type MailServer, sendMail } from './send.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const envelope = { from: 'desk@library.example', to: 'ill@partner.example' };
const raw = formatMail(sample);
const anywhere = { host: '127.0.0.1', port: 0 };

async function listen(
  handle: (mail: ArrivedMail) => Promise<void>,
  options: Partial<MailListenerOptions> = {},
): Promise<Listening> {
  const listening = await listenForMail(
    anywhere,
    { isRecipient: (address) => address.endsWith('@partner.example'), ...options },
    handle,
  );
  open.push(listening);
  return listening;
}

const to = ({ address }: { readonly address: PeerAddress }, more: Partial<MailServer> = {}) => ({
  server: { ...address, security: 'none' as const, ...more },
});

/** A mail server that says what it is told, line by line. */
async function scripted(
  play: (socket: Socket, line: string) => void,
): Promise<{ readonly address: PeerAddress }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 ready\r\n');
    let held = '';
    socket.on('data', (chunk) => {
      held += chunk.toString('latin1');
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end);
        held = held.slice(end + 2);
        play(socket, line);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  const bound = server.address();
  return { address: { host: '127.0.0.1', port: typeof bound === 'object' && bound ? bound.port : 0 } };
}

/** Says something to a listener and gives everything that came back. */
async function raw25({ address }: Listening, ...said: readonly string[]): Promise<string> {
  const { connect } = await import('node:net');
  return new Promise((resolve, reject) => {
    const socket = connect(address.port, address.host);
    let heard = '';
    let next = 0;
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      const line = said[next++];
      if (line === undefined) socket.end();
      else socket.write(line);
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}

describe('a mail from sender to listener', () => {
  it('arrives octet for octet', async () => {
    const arrived: ArrivedMail[] = [];
    const server = await listen(async (mail) => {
      arrived.push(mail);
    });
    const tricky = formatMail({
      ...sample,
      text: `.\n..\n.dot\nFrom here\n  blank first\ntrailing blank \n\n\n\n${'x'.repeat(998)}\nNNNN\n`,
    });
    expect(await sendMail(tricky, envelope, to(server))).toMatchObject({ outcome: 'delivered' });
    expect(Buffer.from(arrived[0]?.raw ?? []).equals(Buffer.from(tricky))).toBe(true);
    expect(arrived[0]).toMatchObject({ envelopeFrom: envelope.from, envelopeTo: [envelope.to] });
  });

  it('is not acknowledged before it is kept', async () => {
    let keep = (): void => {};
    const kept = new Promise<void>((resolve) => {
      keep = resolve;
    });
    const events: string[] = [];
    const server = await listen(async () => {
      await kept;
      events.push('kept');
    });
    const sending = sendMail(raw, envelope, to(server)).then(() => events.push('acknowledged'));
    keep();
    await sending;
    expect(events).toEqual(['kept', 'acknowledged']);
  });

  it('is deferred when it could not be kept', async () => {
    const errors: Error[] = [];
    const server = await listen(() => Promise.reject(new Error('disk full')), {
      onError: (error) => errors.push(error),
    });
    await expect(sendMail(raw, envelope, to(server))).rejects.toMatchObject({
      name: 'PeerError',
      retryable: true,
      wireCode: '451 4.3.0 not kept, try again',
    });
    expect(errors.map(({ message }) => message)).toEqual(['disk full']);
  });

  it('is refused where there is no such mailbox, for good', async () => {
    const server = await listen(async () => {});
    const wrong = { ...envelope, to: 'who@elsewhere.example' };
    const error = await sendMail(raw, wrong, to(server)).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(PeerError);
    expect(error).toMatchObject({ retryable: false, wireCode: '550 5.1.1 no such mailbox here' });
  });

  it('is refused when it is too large', async () => {
    const server = await listen(async () => {}, { messageOctets: 100 });
    await expect(sendMail(raw, envelope, to(server))).rejects.toMatchObject({
      name: 'PeerError',
      retryable: false,
    });
  });

  it('travels encrypted, and only where the certificate is known', async () => {
    const pems = await generate([{ name: 'commonName', value: 'mx.partner.example' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'mx.partner.example' }] }],
    });
    const arrived: ArrivedMail[] = [];
    const server = await listen(
      async (mail) => {
        arrived.push(mail);
      },
      { tls: { cert: pems.cert, key: pems.private, isRequired: true } },
    );
    const known = { security: 'required', ca: pems.cert, serverName: 'mx.partner.example' } as const;
    await sendMail(raw, envelope, to(server, known));
    expect(arrived[0]?.isEncrypted).toBe(true);
    await expect(
      sendMail(raw, envelope, to(server, { ...known, ca: undefined as never })),
    ).rejects.toMatchObject({
      name: 'TransportError',
      maybeDelivered: false,
    });
    await expect(sendMail(raw, envelope, to(server))).rejects.toMatchObject({ name: 'PeerError' });
    expect(arrived).toHaveLength(1);
  });
});

describe('a sender', () => {
  it('says what cannot have been delivered when nobody answers', async () => {
    const server = await listen(async () => {});
    await server.close();
    await expect(sendMail(raw, envelope, to(server))).rejects.toMatchObject({
      name: 'TransportError',
      code: 'refused',
      maybeDelivered: false,
      retryable: true,
    });
  });

  it.each([
    ['MAIL', false],
    ['RCPT', false],
    ['DATA', false],
    ['.', true],
  ] as const)('knows what a connection that breaks after %s means', async (command, isUnknown) => {
    const server = await scripted((socket, line) => {
      if (line.startsWith(command) && (command !== '.' || line === '.')) socket.destroy();
      else if (/^(EHLO|MAIL|RCPT)/.test(line)) socket.write('250 fine\r\n');
      else if (line === 'DATA') socket.write('354 go on\r\n');
    });
    const sending = sendMail(raw, envelope, to(server));
    if (isUnknown) expect(await sending).toMatchObject({ outcome: 'maybe-delivered' });
    else await expect(sending).rejects.toMatchObject({ maybeDelivered: false });
  });

  it.each([
    ['451 4.7.1 later', true],
    ['554 5.7.1 never', false],
  ])('takes the answer %s after the mail for what it is', async (answer, retryable) => {
    const server = await scripted((socket, line) => {
      if (/^(EHLO|MAIL|RCPT)/.test(line)) socket.write('250 fine\r\n');
      else if (line === 'DATA') socket.write('354 go on\r\n');
      else if (line === '.') socket.write(`${answer}\r\n`);
    });
    await expect(sendMail(raw, envelope, to(server))).rejects.toMatchObject({
      name: 'PeerError',
      retryable,
      wireCode: answer,
    });
  });

  it('gives up a server that says nothing', async () => {
    const server = await scripted(() => {});
    await expect(sendMail(raw, envelope, { ...to(server), timeoutMs: 50 })).rejects.toMatchObject({
      name: 'TimeoutError',
      maybeDelivered: false,
    });
  });

  it('can be told to stop', async () => {
    const server = await scripted(() => {});
    const stop = new AbortController();
    const sending = sendMail(raw, envelope, { ...to(server), signal: stop.signal });
    stop.abort();
    await expect(sending).rejects.toMatchObject({ name: 'TransportError', code: 'aborted' });
  });

  it('sends no password without encryption', async () => {
    const server = await scripted(() => {});
    const login = { user: 'desk', password: 'secret' };
    await expect(sendMail(raw, envelope, to(server, { login }))).rejects.toMatchObject({
      name: 'ConfigError',
    });
  });

  it.each([
    ['a bare LF', lines('A: b', '', 'x\ny')],
    ['a bare CR', lines('A: b', '', 'x\ry')],
    ['a smuggled end', lines('A: b', '', 'x\n.\r\nMAIL FROM:<a@b.example>')],
    ['NUL', lines('A: b', '', 'x\0')],
    ['octets beyond ASCII', lines('A: b', '', 'ä')],
    ['a line of 999', lines('A: b', '', 'x'.repeat(999))],
    ['no header', lines('', '', 'x')],
    ['no empty line', lines('A: b', 'C: d')],
  ])('refuses %s', async (_, bytes) => {
    expect(() => assertSendable(bytes, 10_000)).toThrow(expect.objectContaining({ name: 'EncodeError' }));
    await expect(
      sendMail(bytes, envelope, { server: { ...anywhere, security: 'none' } }),
    ).rejects.toMatchObject({
      name: 'EncodeError',
    });
  });

  it('takes a line of 998 and refuses one octet too many', () => {
    const bytes = lines('A: b', '', 'x'.repeat(998));
    expect(() => assertSendable(bytes, bytes.length)).not.toThrow();
    expect(() => assertSendable(bytes, bytes.length - 1)).toThrow(
      expect.objectContaining({ code: 'too-long' }),
    );
  });

  it('refuses an envelope that holds a command', async () => {
    const evil = { ...envelope, to: 'a@partner.example>\r\nRCPT TO:<b@partner.example' };
    await expect(sendMail(raw, evil, { server: { ...anywhere, security: 'none' } })).rejects.toMatchObject({
      name: 'EncodeError',
      path: 'to',
    });
  });
});

describe('a listener', () => {
  const start = [
    'EHLO x\r\n',
    'MAIL FROM:<a@b.example>\r\n',
    'RCPT TO:<ill@partner.example>\r\n',
    'DATA\r\n',
  ];

  it.each(['\n.\n', '\n.\r\n', '\r.\r', '\r\n.\n', '\r\n.\r'])(
    'takes no second mail that hides behind %j',
    async (end) => {
      const arrived: ArrivedMail[] = [];
      const server = await listen(async (mail) => {
        arrived.push(mail);
      });
      const hidden = `MAIL FROM:<c@d.example>\r\nRCPT TO:<ill@partner.example>\r\nDATA\r\nA: b\r\n\r\nevil`;
      const heard = await raw25(server, ...start, `A: b\r\n\r\nx${end}${hidden}\r\n.\r\n`);
      expect(heard).toContain('554 5.6.0');
      expect(arrived).toEqual([]);
    },
  );

  it('takes a few recipients, not a list', async () => {
    const server = await listen(async () => {}, { recipients: 2 });
    const rcpt = 'RCPT TO:<ill@partner.example>\r\n';
    const more = ['a', 'b', 'c'].map((name) => rcpt.replace('ill', name));
    const heard = await raw25(server, 'EHLO x\r\n', 'MAIL FROM:<a@b.example>\r\n', ...more);
    expect(heard).toContain('452 4.5.3');
  });

  it('lets only the servers in that it knows', async () => {
    const server = await listen(async () => {}, { isAllowed: () => false });
    expect(await raw25(server)).toContain('554');
  });

  it('says so when the port is taken', async () => {
    const server = await listen(async () => {});
    await expect(
      listenForMail(server.address, { isRecipient: () => true }, async () => {}),
    ).rejects.toMatchObject({ name: 'TransportError', code: 'address-in-use' });
  });
});
