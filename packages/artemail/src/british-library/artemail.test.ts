import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { advance, type LendingEvent, newTransaction, type Transaction } from '@interlend/core';
import { formatMail, type PlainMail, toPlainForm } from '@interlend/mail';
import { describe, expect, it } from 'vitest';
import { BritishLibrary } from '../double/british-library.js';
import type { MailGuard } from '../guard/guard.js';
import { ReplyCodes } from '../tables/reply-codes.js';
import { artemail } from './artemail.js';
import type { ArtMessage } from './messages.js';
import { formatReplyLine, readReplies } from './replies.js';

const now = new Date('2024-03-04T12:00:00Z');
const partner = {
  from: 'desk@library.example',
  to: 'artemail@bl.example',
  accounts: [{ customerCode: '12-3456', password: 'SECRET7' }],
  keywords: { service: ['S'], delivery: ['LOAN', 'PHOTO', 'SED99'], instructions: ['COPYRT'] },
};
const context = { now, isStrict: false, partner };
const automatic = { ...context, partner: { ...partner, replies: 'automatic' } };

const request = {
  borrower: { symbol: 'EX:LIB' },
  lender: { symbol: 'EX:BL' },
  services: ['loan'],
  item: { kind: 'monograph', title: 'Über Beispiele', author: 'Jones' },
} as const;
const asked: LendingEvent = { type: 'requested', from: 'borrower', request };

function begun(): { readonly guard: MailGuard; readonly order: ArtMessage } {
  const start = artemail.begin({ borrower: 'EX:LIB', lender: 'EX:BL', group: 'G', qualifier: 'EX1001' });
  const step = artemail.say(start, asked, context);
  return { guard: step.guard, order: step.replies[0] as ArtMessage };
}

let serial = 0;
const reply = (text: string, change: Partial<PlainMail> = {}): ArtMessage => ({
  kind: 'mail',
  mail: {
    from: 'artemail@bl.example',
    to: 'desk@library.example',
    subject: 'Replies',
    date: '2024-03-05T08:00:00Z',
    messageId: `<r${++serial}@bl.example>`,
    text,
    ...change,
  },
});

describe('an order', () => {
  it('is a mail whose text is the file, without the password', () => {
    const { order } = begun();
    const text = Buffer.from(artemail.encode(order)).toString();
    expect(text).toContain('\r\nTXEX1001 S LOAN\r\nUber Beispiele\r\nJones\r\n');
    expect(text).toMatch(/Subject: FILEREFNO \d{8}\r\n/);
    expect(text).not.toContain('SECRET7');
    expect(artemail.decode(artemail.encode(order)).message).toEqual(order);
  });

  it('gets its password on the way to the wire, and no longer', () => {
    const bytes = artemail.encode(begun().order);
    const sealed = artemail.seal?.(bytes, partner) ?? bytes;
    expect(Buffer.from(sealed).toString()).toContain('\r\n12-3456\r\nSECRET7\r\n');
    expect(JSON.stringify(artemail.decode(sealed))).not.toContain('SECRET7');
    expect(artemail.encode(artemail.decode(sealed).message)).toEqual(bytes);
    const other = { ...partner, accounts: [{ customerCode: '99-9999', password: 'OTHER' }] };
    expect(() => artemail.seal?.(bytes, other)).toThrow(
      expect.objectContaining({ name: 'EncodeError', code: 'missing' }),
    );
  });

  it('names what it could not carry', () => {
    const start = artemail.begin({ borrower: 'EX:LIB', lender: 'EX:BL', group: 'G', qualifier: 'EX1' });
    const full = {
      ...request,
      note: 'please',
      needBefore: '2024-05-01',
      copyrightCompliance: 'CCG',
      placeOnHold: 'no',
    } as const;
    const { losses, replies } = artemail.say(start, { ...asked, request: full }, context);
    expect(losses.map(({ path }) => path)).toEqual([
      'request.item.title',
      'request.placeOnHold',
      'request.needBefore',
      'request.note',
    ]);
    expect(replies[0]).toMatchObject({ file: { orders: [{ keywords: ['S', 'LOAN', 'COPYRT'] }] } });
  });

  it.each([
    [{ services: ['copy'] }, 'PHOTO'],
    [{ services: ['copy'], deliverTo: { electronic: { address: 'reader@library.example' } } }, 'SED99'],
    [{ deliveryMethod: 'SED99' }, 'SED99'],
  ] as const)('chooses the delivery code for %j', (change, code) => {
    const start = artemail.begin({ borrower: 'EX:LIB', lender: 'EX:BL', group: 'G', qualifier: 'EX1' });
    const { replies } = artemail.say(start, { ...asked, request: { ...request, ...change } }, context);
    expect(replies[0]).toMatchObject({ file: { orders: [{ keywords: ['S', code] }] } });
  });

  it('is cancelled by an order of the same number', () => {
    const { guard } = begun();
    const step = artemail.say(
      guard,
      { type: 'cancelRequested', from: 'borrower', note: 'no longer needed' },
      context,
    );
    expect(step.replies[0]).toMatchObject({
      file: { orders: [{ requestNumber: 'EX1001', keywords: ['CANCEL'], lines: ['no longer needed'] }] },
    });
  });

  it('is renewed only where the partner told its keyword', () => {
    const { guard } = begun();
    const renew: LendingEvent = { type: 'renewRequested', from: 'borrower' };
    expect(() => artemail.say(guard, renew, context)).toThrow(
      expect.objectContaining({ code: 'unsayable-event' }),
    );
    const told = { ...context, partner: { ...partner, renewKeyword: 'RENEW' } };
    expect(artemail.say(guard, renew, told).replies[0]).toMatchObject({
      file: { orders: [{ keywords: ['RENEW'] }] },
    });
  });

  it('is said once', () => {
    expect(() => artemail.say(begun().guard, asked, context)).toThrow(
      expect.objectContaining({ name: 'StateError' }),
    );
  });

  it('needs an account that is named, where there are several', () => {
    const two = {
      ...context,
      partner: { ...partner, accounts: [...partner.accounts, { customerCode: '65-4321' }] },
    };
    const start = artemail.begin({ borrower: 'EX:LIB', lender: 'EX:BL', group: 'G', qualifier: 'EX1' });
    expect(() => artemail.say(start, asked, two)).toThrow(
      expect.objectContaining({ path: 'request.accountNumber' }),
    );
    const named = { ...asked, request: { ...request, accountNumber: '65-4321' } };
    expect(artemail.say(start, named, two).replies[0]).toMatchObject({
      file: { account: { customerCode: '65-4321' } },
    });
  });

  it.each([
    ['partner.to', { ...partner, to: 'nowhere' }],
    ['partner.accounts', { ...partner, accounts: [] }],
    [
      'partner.accounts.0.password',
      { ...partner, accounts: [{ customerCode: '12-3456', password: 'se cret' }] },
    ],
    ['partner.keywords.service', { ...partner, keywords: { service: ['s'] } }],
    ['partner.colour', { ...partner, colour: 'red' }],
    ['partner', undefined],
  ])('is refused with wrong settings at %s', (key, settings) => {
    const check = (): unknown => artemail.assertPartner?.(settings);
    expect(check).toThrow(expect.objectContaining({ name: 'ConfigError', key }));
    expect(check).toThrow(expect.not.objectContaining({ message: expect.stringContaining('cret') }));
  });
});

const argumentFor = {
  weeks: '6',
  number: '3',
  amount: 'GBP20.00',
  date: '15-04-2024',
  text: 'SEE BELOW',
} as const;
const codes = ReplyCodes.map((row) => ({
  ...row,
  argument: 'argument' in row ? argumentFor[row.argument.kind] : undefined,
}));

describe('a reply', () => {
  it.each(codes)(
    '$code is proposed to a person, and does nothing by itself',
    ({ code, argument, meaning }) => {
      const { guard } = begun();
      const line = formatReplyLine({
        requestNumber: 'EX1001',
        code,
        ...(argument === undefined ? {} : { argument }),
      });
      expect(readReplies(line)).toEqual([expect.objectContaining({ requestNumber: 'EX1001', code })]);
      const step = artemail.receive(guard, reply(`Dear customer\n\n${line}\n`), context);
      expect(step).toMatchObject({ verdict: 'noted', needsReview: true });
      expect(step).not.toHaveProperty('event');
      const [proposal] = artemail.pending?.(step.guard as MailGuard) ?? [];
      const asks = { cancelAnswered: 'unfilled', renewAnswered: 'message' } as Record<string, string>;
      const expected =
        'isAccepted' in meaning && !meaning.isAccepted ? 'message' : (asks[meaning.event] ?? meaning.event);
      expect(proposal?.event.type).toBe(expected);
      const accepted = artemail.decide?.(step.guard as MailGuard, proposal?.id ?? '', 'accept', context);
      expect(accepted?.event).toEqual(proposal?.event);
      expect(artemail.pending?.(accepted?.guard as MailGuard)).toEqual([]);
    },
  );

  it.each(codes)('$code takes effect at once where the settings say so', ({ code, argument, evidence }) => {
    const { guard } = begun();
    const line = formatReplyLine({
      requestNumber: 'EX1001',
      code,
      ...(argument === undefined ? {} : { argument }),
    });
    const step = artemail.receive(guard, reply(line), automatic);
    expect(step.verdict).toBe(evidence === 'documented' ? 'accepted' : 'noted');
    if (step.event === undefined) return;
    const before = advance(newTransaction('borrower', request), asked);
    const received: Transaction = ['overdue', 'message'].includes(step.event.type)
      ? advance(before, { type: 'received', from: 'borrower', service: 'loan', receivedOn: '2024-03-05' })
      : before;
    expect(() => advance(received, step.event as LendingEvent)).not.toThrow();
  });

  it('answers a cancellation and a renewal where there was one', () => {
    const cancelled = artemail.say(
      begun().guard,
      { type: 'cancelRequested', from: 'borrower' },
      context,
    ).guard;
    expect(artemail.receive(cancelled, reply('EX1001 CANC'), automatic).event).toMatchObject({
      type: 'cancelAnswered',
      isAccepted: true,
    });
    expect(artemail.receive(cancelled, reply('EX1001 NCANC'), automatic).event).toMatchObject({
      isAccepted: false,
    });
    const renewing = { ...automatic, partner: { ...automatic.partner, renewKeyword: 'RENEW' } };
    const renewed = artemail.say(begun().guard, { type: 'renewRequested', from: 'borrower' }, renewing).guard;
    expect(artemail.receive(renewed, reply('EX1001 RENEWED*15-04-2024'), automatic).event).toMatchObject({
      type: 'renewAnswered',
      isAccepted: true,
      due: '2024-04-15',
    });
  });

  it('counts weeks from the day of the mail', () => {
    expect(artemail.receive(begun().guard, reply('EX1001 CAT*REAPPLY 6'), automatic).event).toMatchObject({
      type: 'retryLater',
      retryDate: '2024-04-16',
    });
  });

  it.each([
    'EX1001 SOMETHING NEW',
    'EX1001 CAT*REAPPLY',
    'EX1001 RENEWED*2024-04-15',
    'EX1001 USE*MANY',
    'EX1001 NOTHING',
  ])('that is not known waits for a person, who sees it: %s', (line) => {
    const { guard } = begun();
    const step = artemail.receive(guard, reply(line), automatic);
    expect(step).toMatchObject({ verdict: 'noted', needsReview: true, guard: { pending: [] } });
    expect(step.warnings.join()).toContain(line.slice('EX1001 '.length));
  });

  it('is found among prose, in any case, with the order line beside it', () => {
    const lines = [
      'The following 2 orders have been dealt with:',
      '  60010498-001 EX1001: shipped   copy  by post',
      'EX1002\t60010498-002 not*nukl',
      '> EX1003 NOT',
      'Yours 24 hours',
    ];
    expect(readReplies(lines.join('\n')).filter(({ code }) => code !== undefined)).toEqual([
      expect.objectContaining({
        requestNumber: 'EX1001',
        orderLine: '60010498-001',
        code: 'SHIPPED COPY',
        remark: 'by post',
      }),
      expect.objectContaining({ requestNumber: 'EX1002', orderLine: '60010498-002', code: 'NOT*NUKL' }),
    ]);
    expect(artemail.correlateAll?.(reply(lines.join('\n'))).map(({ key }) => key)).toContain('EX1001');
  });

  it('about several orders speaks to each', () => {
    const message = reply('EX1001 NOT\nEX1002 SHIPPED COPY\n');
    expect(artemail.correlateAll?.(message).map(({ key }) => key)).toEqual(['EX1001', 'EX1002']);
    expect(artemail.receive(begun().guard, message, automatic).event).toMatchObject({ type: 'unfilled' });
  });

  it('that says two things about one order waits for a person', () => {
    const step = artemail.receive(begun().guard, reply('EX1001 USE*3\nEX1001 SHIPPED COPY\n'), automatic);
    expect(step.verdict).toBe('noted');
    expect(step.proposals).toHaveLength(2);
  });

  it('of the same mail has no effect twice', () => {
    const message = reply('EX1001 NOT');
    const first = artemail.receive(begun().guard, message, automatic);
    expect(artemail.receive(first.guard, message, automatic)).toMatchObject({ verdict: 'repeat' });
  });

  it.each([
    ['a stranger', { from: 'evil@elsewhere.example' }, automatic],
    ['a sender that the mail server disproves', { proof: 'disproved' }, automatic],
    [
      'a sender without proof, where one is needed',
      {},
      { ...automatic, partner: { ...automatic.partner, needsProof: true } },
    ],
  ] as const)('of %s waits for a person', (_, change, hearing) => {
    const step = artemail.receive(begun().guard, reply('EX1001 NOT', change), hearing);
    expect(step.verdict).toBe('noted');
    expect(step.proposals?.[0]?.why).toContain('; but ');
  });

  it.each(['automatic', 'loop'] as const)('of the nature %s changes nothing', (nature) => {
    const step = artemail.receive(begun().guard, reply('EX1001 NOT', { nature }), automatic);
    expect(step).toMatchObject({ verdict: 'noted', guard: { pending: [] } });
    expect(step).not.toHaveProperty('needsReview');
  });

  it('by a mail server says that the order did not arrive', () => {
    const { guard, order } = begun();
    const { messageId = '' } = order.mail ?? {};
    const bounced = reply('Sorry', {
      from: 'MAILER-DAEMON@mx.example',
      nature: 'bounce',
      bounce: { action: 'failed', status: '5.1.1', recipient: 'artemail@bl.example', messageId },
    });
    expect(artemail.correlate(bounced).key).toBe('EX1001');
    expect(artemail.receive(guard, bounced, context)).toMatchObject({
      verdict: 'accepted',
      event: { type: 'errorReported', problem: 'undelivered 5.1.1' },
      needsReview: true,
    });
  });

  it('floods nobody', () => {
    let guard: MailGuard = begun().guard;
    for (let mail = 0; mail < 100; mail++)
      guard = artemail.receive(guard, reply('EX1001 NOT'), context).guard as MailGuard;
    expect(guard.pending).toHaveLength(32);
    expect(guard.heard).toHaveLength(64);
  });
});

const absence = (path: string) => (existsSync(path) ? '' : ' (skipped: ../shared is absent)');
const published = join(import.meta.dirname, '../../../../../shared/reference/artemail/reply-codes.csv');
describe('the table of reply codes', () => {
  it.runIf(existsSync(published))(`has every published code${absence(published)}`, () => {
    const rows = readFileSync(published, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .slice(1);
    const templates = rows.map((row) => (row.split(',')[0] ?? '').replace(/\s*\[.*\]$/, ''));
    expect(templates).toHaveLength(21);
    const documented = ReplyCodes.filter(({ evidence }) => evidence === 'documented').map(
      ({ code }): string => code,
    );
    expect([...documented].sort()).toEqual([...templates].sort());
  });
});

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
