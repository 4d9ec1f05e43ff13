import { advance, type LendingEvent, newTransaction, type Transaction } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import type { MailGuard } from '../guard/guard.js';
import { ReplyCodes } from '../tables/reply-codes.js';
import { artemail } from './artemail.js';
import { asked, automatic, begun, context, reply, request } from './ordering.test-support.js';
import { formatReplyLine, readReplies } from './replies.js';

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
      const asks = { cancelAnswered: 'unfilled' } as Record<string, string>;
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
    const received: Transaction = ['overdue', 'message', 'renewAnswered'].includes(step.event.type)
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

  it('prolongs a loan of its own accord, also one that is overdue', () => {
    const renewal = artemail.receive(begun().guard, reply('EX1001 RENEWED*15-04-2024'), automatic).event;
    const loan = [
      asked,
      { type: 'received', from: 'borrower', service: 'loan', receivedOn: '2024-03-05' },
    ] as const;
    const held = loan.reduce<Transaction>(
      (before, event) => advance(before, event),
      newTransaction('borrower', request),
    );
    const late = advance(held, { type: 'overdue', from: 'lender', due: '2024-04-01' });
    for (const before of [held, late])
      expect(advance(before, renewal as LendingEvent)).toMatchObject({
        state: 'received',
        facts: { due: '2024-04-15' },
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
