import { afterEach, describe, expect, it } from 'vitest';
import { type ArrivedMail, listenForMail } from './listen.js';
import { closeAll, listen, raw25 } from './smtp.test-support.js';

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

  it('says so when the port is taken', async () => {
    const server = await listen(async () => {});
    await expect(
      listenForMail(server.address, { isRecipient: () => true }, async () => {}),
    ).rejects.toMatchObject({ name: 'TransportError', code: 'address-in-use' });
  });
});
