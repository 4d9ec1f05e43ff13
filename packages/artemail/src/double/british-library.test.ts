import { formatMail, toPlainForm } from '@interlend/mail';
import { describe, expect, it } from 'vitest';
import { artemail } from '../british-library/artemail.js';
import type { ArtMessage } from '../british-library/messages.js';
import { automatic, begun, context, now, partner } from '../british-library/ordering.test-support.js';
import { BritishLibrary } from './british-library.js';

describe('the British Library simulator', () => {
  const library = () =>
    new BritishLibrary({
      address: 'artemail@bl.example',
      accounts: [{ customerCode: '12-3456', password: 'SECRET7' }],
      clock: { now: () => now },
    });
  const sent = (message: ArtMessage): Uint8Array =>
    artemail.seal?.(artemail.encode(message), partner) ?? new Uint8Array();
  const read = async (raw: Uint8Array): Promise<ArtMessage> =>
    artemail.decode(await toPlainForm(raw)).message;

  it('accepts an order and replies later', async () => {
    const bl = library();
    const { guard, order } = begun();
    const report = await read(await bl.receive(sent(order)));
    expect(artemail.describe(report)).toBe('File accepted');
    expect(artemail.receive(guard, report, automatic)).toMatchObject({ event: { type: 'statusReported' } });
    const answer = await read(bl.reply([{ requestNumber: 'EX1001', code: 'NOT*NUKL' }]));
    expect(artemail.receive(guard, answer, automatic)).toMatchObject({
      event: { type: 'unfilled', reason: 'locations-not-found' },
    });
  });

  it('refuses a wrong password, and the order is not taken for unfilled', async () => {
    const { guard, order } = begun();
    const report = await read(await library().receive(artemail.encode(order)));
    expect(artemail.correlate(report).key).toBe('EX1001');
    const step = artemail.receive(guard, report, automatic);
    expect(step.event).toMatchObject({ type: 'errorReported', problem: 'A03' });
  });

  it('refuses a number twice, takes a cancellation, and forgets a test', async () => {
    const bl = library();
    const { guard, order } = begun();
    const test = { ...order, mail: { ...order.mail, to: 'artemail-test@bl.example' } } as ArtMessage;
    expect(artemail.describe(await read(await bl.receive(sent(test))))).toBe('File accepted');
    expect(bl.orders.size).toBe(0);
    await bl.receive(sent(order));
    const again = await read(await bl.receive(sent(order)));
    expect(artemail.receive(guard, again, automatic).event).toMatchObject({ problem: 'A07' });
    const cancel = artemail.say(guard, { type: 'cancelRequested', from: 'borrower' }, context)
      .replies[0] as ArtMessage;
    expect(artemail.describe(await read(await bl.receive(sent(cancel))))).toBe('File accepted');
    expect(bl.orders.get('EX1001')?.state).toBe('cancelled');
  });

  it.each([
    ['A01', 'Hello\n'],
    ['A02', '1234\nSECRET7\n\n\n\n\nTXA1\nx\n\n\n\n\nNNNN\n'],
    ['A04', '12-3456\nSECRET7\n\n\n\n\nNNNN\n'],
    ['A05', '12-3456\nSECRET7\n\n\n\n\nTXA1\nx\n'],
    ['A06', '12-3456\nSECRET7\n\n\n\n\nTX?\nx\n\n\n\n\nNNNN\n'],
    ['A08', '12-3456\nSECRET7\n\n\n\n\nTXA1 S\n\n\n\n\nNNNN\n'],
    ['A10', '12-3456\nSECRET7\n\n\n\n\nTXA1\nBücher\n\n\n\n\nNNNN\n'],
    [
      'A12',
      '12-3456\nSECRET7\n\n\n\n\nTXA1\nx\n\n\n\n\n:DELIVER ABOVE ITEM TO:\na@b.example\n\n\n\n\nNNNN\n',
    ],
  ])('refuses with %s', async (code, text) => {
    const raw = formatMail({
      from: 'desk@library.example',
      to: 'artemail@bl.example',
      subject: 'FILEREFNO 7',
      text,
    });
    const report = await read(await library().receive(raw));
    expect(report).toMatchObject({
      mail: { subject: 'ARTEMAIL FILE REJECTED FILEREFNO 7', text: expect.stringContaining(`ERROR ${code}`) },
    });
  });
});
