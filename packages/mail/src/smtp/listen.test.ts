import { connect, type Socket } from 'node:net';
import type { PeerAddress } from '@interlend/core';
import { afterEach, describe, expect, it } from 'vitest';
import { type ArrivedMail, listenForMail } from './listen.js';
import { sendMail } from './send.js';
import { closeAll, envelope, listen, raw, raw25, to } from './smtp.test-support.js';

afterEach(closeAll);

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

  it.each([
    ['of one address', { connectionsPerAddress: 2 }],
    ['in all', { connections: 2 }],
  ])('takes as many connections as it may, %s, and not one more', async (_, limit) => {
    const server = await listen(async () => {}, limit);
    const first = await opening(server.address);
    const second = await opening(server.address);
    expect([first.greeting, second.greeting].map((line) => line.slice(0, 3))).toEqual(['220', '220']);
    // Those that are refused do not count, neither while they last nor when they are gone.
    for (let more = 0; more < 3; more++) expect(await raw25(server)).toMatch(/^421/);
    const closed = new Promise((resolve) => first.socket.once('close', resolve));
    first.socket.end('QUIT\r\n');
    await closed;
    const third = await opening(server.address);
    expect(third.greeting).toMatch(/^220/);
    for (const { socket } of [second, third]) socket.destroy();
  });

  it('waits for a mail that drips so long and no longer', async () => {
    const arrived: ArrivedMail[] = [];
    const errors: Error[] = [];
    const server = await listen(
      async (mail) => {
        arrived.push(mail);
      },
      { messageMs: 100, onError: (error) => errors.push(error) },
    );
    expect(await drip(server.address, start)).toMatch(/354 .*\r\n421 4\.4\.2 the mail took too long\r\n$/);
    expect(arrived).toEqual([]);
    await server.close();
    expect(errors).toMatchObject([{ name: 'TimeoutError', budgetMs: 100 }]);
  });

  it('does not count the time in which a mail is kept, nor the time between mails', async () => {
    let isOver = (): void => {};
    const over = new Promise<void>((resolve) => {
      isOver = resolve;
    });
    const server = await listen(() => over, { messageMs: 100 });
    // The clock of the second mail, which never ends, runs out after that of the first would have.
    const keeping = sendMail(raw, envelope, to(server));
    await drip(server.address, start);
    isOver();
    expect(await keeping).toMatchObject({ outcome: 'delivered' });
  });

  it('says so when the port is taken', async () => {
    const server = await listen(async () => {});
    await expect(
      listenForMail(server.address, { isRecipient: () => true }, async () => {}),
    ).rejects.toMatchObject({ name: 'TransportError', code: 'address-in-use' });
  });
});

/** A connection, and the first thing that was said on it. */
async function opening({ host, port }: PeerAddress): Promise<{ socket: Socket; greeting: string }> {
  const socket = connect(port, host);
  socket.on('error', () => {});
  const greeting = await new Promise<string>((resolve) => {
    socket.once('data', (chunk) => resolve(chunk.toString()));
  });
  return { socket, greeting };
}

/** Begins a mail, says one octet after the other until the other side has enough, and gives what came back. */
async function drip({ host, port }: PeerAddress, begin: readonly string[]): Promise<string> {
  const socket = connect(port, host);
  socket.on('error', () => {});
  let heard = '';
  let next = 0;
  let dripping: NodeJS.Timeout | undefined;
  socket.on('data', (chunk) => {
    heard += chunk.toString();
    const line = begin[next++];
    if (line !== undefined) socket.write(line);
    else dripping ??= setInterval(() => socket.write('x'), 5);
  });
  return new Promise((resolve) => {
    socket.once('end', () => {
      clearInterval(dripping);
      resolve(heard);
    });
  });
}
