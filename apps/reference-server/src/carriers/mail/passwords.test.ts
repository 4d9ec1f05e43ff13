import { formatMail, messageIdFor } from '@interlend/mail';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test-server.test-support.js';
import { bounceOf, closeAll, partner, rehearsal, shownLoan } from './rehearsal.test-support.js';

afterEach(closeAll);

const password = 'SECRET7';

/** Everything that the server has kept and shows of a loan, octets and base64 in the open. */
function inTheOpen(shown: unknown): string {
  const text = JSON.stringify(shown);
  const octets = [...text.matchAll(/"hex":"([0-9a-f]*)"/g)].map(([, hex = '']) =>
    Buffer.from(hex, 'hex').toString('latin1'),
  );
  const encoded = octets.flatMap((each) =>
    [...each.matchAll(/(?:^[A-Za-z0-9+/=]{4,}\r?\n?)+/gm)].map(([block]) =>
      Buffer.from(block, 'base64').toString('latin1'),
    ),
  );
  return [text, ...octets, ...encoded].join('\n');
}

/** A mail server gives the order back, as most do, with the whole mail inside. */
function orderBack(order: Uint8Array, messageId: string, isEncoded: boolean): Uint8Array {
  const whole = Buffer.from(order);
  const lines = (whole.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n');
  const inside = isEncoded
    ? ['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64', '', lines]
    : ['Content-Type: message/rfc822', '', whole.toString()];
  return bounceOf(messageId, { diagnostic: `550 refused at 12-3456 ${password}`, inside });
}

describe('the password of an account', () => {
  it('is on the wire, and not in the data of the server', async () => {
    const { server, library, ordered, numberOf, arrived } = await rehearsal();
    const id = await ordered();
    expect(library.orders.get(await numberOf(id))).toMatchObject({ customer: '12-3456', state: 'open' });
    expect(Buffer.from(arrived[0] ?? []).toString()).toContain(password);
    expect(inTheOpen(await shownLoan(server, id))).not.toContain(password);
  });

  it.each([false, true])(
    'is not kept when a mail server gives the order back, in base64: %s',
    async (isEncoded) => {
      const { server, ordered, numberOf, arrived, hear } = await rehearsal({ replies: 'automatic' });
      const id = await ordered();
      const messageId = messageIdFor({ key: await numberOf(id), serial: 1, domain: 'library.example' });
      await hear(orderBack(arrived[0] ?? new Uint8Array(), messageId, isEncoded));
      const shown = await eventually(async () => {
        const found = await shownLoan(server, id);
        return found.events.some(({ event }) => event.type === 'errorReported') ? found : undefined;
      });
      expect(shown.needsReview).toBe(true);
      expect(JSON.stringify(shown.events)).toContain('refused at 12-3456 *******');
      expect(inTheOpen(shown)).toContain('TX');
      expect(inTheOpen(shown)).not.toContain(password);
    },
  );

  it('is not shown to staff when somebody quotes the order', async () => {
    const { server, ordered, numberOf, hear } = await rehearsal();
    const id = await ordered();
    const quoted = formatMail({
      from: partner.to,
      to: partner.from,
      subject: 'Your order',
      inReplyTo: messageIdFor({ key: await numberOf(id), serial: 1, domain: 'library.example' }),
      text: `What is this?\n\n12-3456\n${password}\n`,
    });
    await hear(quoted);
    const shown = await eventually(async () => {
      const found = await shownLoan(server, id);
      return JSON.stringify(found).includes('What is this') ? found : undefined;
    });
    expect(shown.needsReview).toBe(true);
    expect(inTheOpen(shown)).not.toContain(password);
  });
});
