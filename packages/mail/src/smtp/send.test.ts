import { afterEach, describe, expect, it } from 'vitest';
import { lines } from '../mail-samples.test-support.js';
import { assertSendable } from './octets.js';
import { sendMail } from './send.js';
import { anywhere, closeAll, envelope, listen, raw, scripted, to } from './smtp.test-support.js';

afterEach(closeAll);

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
