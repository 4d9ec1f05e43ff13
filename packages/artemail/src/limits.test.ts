import { describe, expect, it } from 'vitest';
import { artemail } from './british-library/artemail.js';
import { automatic, begun, context, reply } from './british-library/ordering.test-support.js';
import { readReplies, readReplyLine } from './british-library/replies.js';
import { type MailGuard, shown } from './guard/guard.js';
import { blankLines, heardMails, pendingReadings, replyLines, shownCharacters } from './limits.js';
import { parseOrderFile } from './order-file/parse-order-file.js';

/** The limits of what order files hold are tried in `order-file.test.ts` and `gathering.test.ts`. */
describe('each limit of reading', () => {
  it('empty lines: one more or less is listed', () => {
    const codes = (count: number): readonly string[] => {
      const empty = '\n'.repeat(count);
      const text = `00-0000\nXXXXXXX\n${empty}TXEX1 S\nA\n${empty}NNNN\n`;
      return [...new Set(parseOrderFile(text).deviations.map(({ code }) => code))];
    };
    expect([blankLines - 1, blankLines, blankLines + 1].map(codes)).toEqual([['W-BLANKS'], [], ['W-BLANKS']]);
  });

  it('lines of a mail that are looked at', () => {
    const last = (count: number): string => `${'x\n'.repeat(count - 1)}EX1001 NOT`;
    expect(readReplies(last(replyLines))).toHaveLength(1);
    expect(readReplies(last(replyLines + 1))).toEqual([]);
  });

  it('characters of a line that may be a reply', () => {
    const ofLength = (length: number): string => `EX1001 ${'x'.repeat(length - 'EX1001 '.length)}`;
    expect(readReplies(ofLength(500))).toHaveLength(1);
    expect(readReplies(ofLength(501))).toEqual([]);
  });

  it('characters of a request number', () => {
    expect(readReplyLine(`${'1'.repeat(64)} NOT`)?.code).toBe('NOT');
    expect(readReplyLine(`${'1'.repeat(65)} NOT`)).toBeUndefined();
  });

  it.each([
    ['CAT*REAPPLY 99', 'CAT*REAPPLY 100'],
    ['USE*9999', 'USE*10000'],
    [`*TOTAL LIBRARY MAX COST ${'9'.repeat(20)}`, `*TOTAL LIBRARY MAX COST ${'9'.repeat(21)}`],
    [`DIRECT ${'x'.repeat(200)}`, `DIRECT ${'x'.repeat(201)}`],
  ])('what stands behind a code', (known, unknown) => {
    expect(readReplyLine(`EX1001 ${known}`)?.code).toBeDefined();
    expect(readReplyLine(`EX1001 ${unknown}`)?.code).toBeUndefined();
  });

  it('characters that staff are shown', () => {
    expect(shown('x'.repeat(shownCharacters))).toBe('x'.repeat(shownCharacters));
    expect(shown('x'.repeat(shownCharacters + 1))).toBe(`${'x'.repeat(shownCharacters)}…`);
  });

  it('mails by which a repeat is known', () => {
    const first = reply('EX1001 USE*1');
    const after = (count: number): MailGuard => {
      let guard = artemail.receive(begun().guard, first, automatic).guard as MailGuard;
      for (let mail = 0; mail < count; mail++)
        guard = artemail.receive(guard, reply('EX1001 USE*1'), automatic).guard as MailGuard;
      return guard;
    };
    expect(artemail.receive(after(heardMails - 1), first, automatic).verdict).toBe('repeat');
    expect(artemail.receive(after(heardMails), first, automatic).verdict).toBe('accepted');
  });

  it('readings that wait for a person', () => {
    let guard: MailGuard = begun().guard;
    const warnings: (readonly string[])[] = [];
    for (let mail = 0; mail < pendingReadings + 1; mail++) {
      const step = artemail.receive(guard, reply('EX1001 NOT'), context);
      guard = step.guard as MailGuard;
      warnings.push(step.warnings);
    }
    expect(guard.pending).toHaveLength(pendingReadings);
    expect(warnings.at(-2)).toEqual([]);
    expect(warnings.at(-1)).toEqual(['too much waits for a person: not all of it is listed']);
  });
});
