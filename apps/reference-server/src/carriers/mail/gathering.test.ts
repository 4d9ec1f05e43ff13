import { decodeArt } from '@interlend/artemail';
import { formatMail, parsePlainMail } from '@interlend/mail';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test-server.test-support.js';
import {
  bounceOf,
  closeAll,
  partner,
  rehearsal,
  type ShownLoan,
  shownLoan,
} from './rehearsal.test-support.js';

afterEach(closeAll);

const ordersIn = (raw: Uint8Array | undefined): readonly string[] => {
  const { message } = decodeArt(raw ?? new Uint8Array());
  return message.kind === 'orders' ? message.file.orders.map(({ requestNumber }) => requestNumber) : [];
};

describe('orders that travel together', () => {
  it('go in one file, and its report reaches each of them', async () => {
    const { server, arrived, ask, isOrdered, numberOf } = await rehearsal({
      collectSeconds: 3600,
      ordersPerFile: 3,
      replies: 'automatic',
    });
    const ids = [await ask(), await ask(), await ask()];
    for (const id of ids) await isOrdered(id);
    expect(arrived).toHaveLength(1);
    expect(ordersIn(arrived[0])).toEqual(await Promise.all(ids.map(numberOf)));
    expect(parsePlainMail(arrived[0] ?? new Uint8Array()).subject).toMatch(/^FILEREFNO \d{8}$/);
    for (const id of ids) {
      const shown = await eventually(async () => {
        const found = await shownLoan(server, id);
        return found.events.some(({ event }) => event.type === 'statusReported') ? found : undefined;
      });
      const [order] = shown.messages;
      // What was sent is kept, but for the password.
      const sent = Buffer.from(order?.sentIn[0]?.hex ?? '', 'hex').toString();
      expect(sent).toBe(
        Buffer.from(arrived[0] ?? [])
          .toString()
          .replace('SECRET7', '*******'),
      );
    }
    expect(await server.store.outbox()).toEqual([]);
  });

  it('beyond the cap go in another file', async () => {
    const { arrived, ask, isOrdered } = await rehearsal({ collectSeconds: 3600, ordersPerFile: 2 });
    const ids = [await ask(), await ask(), await ask(), await ask()];
    for (const id of ids) await isOrdered(id);
    expect(arrived.map((raw) => ordersIn(raw).length)).toEqual([2, 2]);
  });

  it('go when they have waited, however few they are', async () => {
    const { arrived, ask, isOrdered } = await rehearsal({ collectSeconds: 1 });
    const ids = [await ask(), await ask()];
    for (const id of ids) await isOrdered(id);
    expect(arrived.map((raw) => ordersIn(raw).length)).toEqual([2]);
  });

  it.each([
    [
      'names the file alone',
      (subject: string) => ({ subject: `ARTEMAIL FILE REJECTED ${subject}`, text: 'ERROR A03\n' }),
    ],
    [
      'says so in words',
      (subject: string) => ({ subject: 'Your file', text: `We could not read ${subject}.\n` }),
    ],
  ])('are all reached by a mail that %s', async (_, write) => {
    const { server, arrived, ask, isOrdered, hear } = await rehearsal({
      collectSeconds: 3600,
      ordersPerFile: 2,
    });
    const ids = [await ask(), await ask()];
    for (const id of ids) await isOrdered(id);
    const { subject } = parsePlainMail(arrived[0] ?? new Uint8Array());
    await hear(
      formatMail({ from: partner.to, to: partner.from, messageId: '<x@bl.example>', ...write(subject) }),
    );
    const isReached = ({ needsReview, messages }: ShownLoan): boolean => needsReview && messages.length >= 2;
    for (const id of ids)
      await eventually(async () => (isReached(await shownLoan(server, id)) ? true : undefined));
  });

  it('are all told of when the mail comes back', async () => {
    const { server, arrived, ask, isOrdered, hear } = await rehearsal({
      collectSeconds: 3600,
      ordersPerFile: 2,
    });
    const ids = [await ask(), await ask()];
    for (const id of ids) await isOrdered(id);
    const { messageId = '' } = parsePlainMail(arrived[0] ?? new Uint8Array());
    await hear(bounceOf(messageId));
    for (const id of ids)
      await eventually(async () =>
        (await shownLoan(server, id)).events.some(({ event }) => event.type === 'errorReported')
          ? true
          : undefined,
      );
  });
});
