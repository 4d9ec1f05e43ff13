import type { CalendarDate, LendingEvent } from '@interlend/core';
import { type PlainMail, relatedKeys } from '@interlend/mail';
import { type MailGuard, type Reading, shown } from '../guard/guard.js';
import { type ReplyCode, ReplyCodes } from '../tables/reply-codes.js';
import { fileReferenceIn, subjectOfFile } from './file-reference.js';
import { type ReplyLine, readReplies } from './replies.js';
import { FileErrors, readFileReport } from './reports.js';

const rowOf: ReadonlyMap<string, ReplyCode> = new Map(ReplyCodes.map((row) => [row.code, row]));

/** What a mail may be about: the request numbers of its lines, the mail it answers, the file that it quotes. */
export function requestNumbersOf(mail: PlainMail): readonly string[] {
  if (mail.nature !== undefined) return relatedKeys(mail);
  const reference = fileReferenceIn(mail.subject) ?? fileReferenceIn(mail.text);
  const report = readFileReport(mail);
  const numbers = report
    ? [...report.accepted, ...report.errors.flatMap(({ requestNumber }) => requestNumber ?? [])]
    : readReplies(mail.text).map(({ requestNumber }) => requestNumber);
  const files = reference === undefined ? [] : [subjectOfFile(reference)];
  return [...new Set([...numbers, ...relatedKeys(mail), ...files])];
}

/** What a mail says about one order. */
export function readMailOf(guard: MailGuard, mail: PlainMail, now: Date): readonly Reading[] {
  const report = readFileReport(mail);
  if (report) {
    const errors = report.errors.filter(
      ({ requestNumber }) =>
        requestNumber === guard.key || (requestNumber === undefined && !report.isAccepted),
    );
    if (errors.length > 0) return errors.map(({ code }) => rejection(code));
    if (!report.accepted.includes(guard.key)) return [];
    const state = 'order accepted';
    return [
      {
        event: { type: 'statusReported', from: 'lender', state },
        why: 'the file was accepted',
        isCertain: true,
      },
    ];
  }
  const day = (mail.date ?? now.toISOString()).slice(0, 10);
  return readReplies(mail.text)
    .filter(({ requestNumber }) => requestNumber === guard.key)
    .map((line) => readReply(guard, line, day));
}

/** Not an answer but an error of transmission: nothing was ordered. */
function rejection(code: string): Reading {
  const title = FileErrors.find((row) => row.code === code)?.title ?? 'the reason is not known';
  return {
    event: { type: 'errorReported', from: 'lender', problem: code, about: 'order', note: title },
    why: `the order was rejected: ${title}`,
    isCertain: true,
  };
}

function readReply(guard: MailGuard, line: ReplyLine, day: CalendarDate): Reading {
  const row = line.code === undefined ? undefined : rowOf.get(line.code);
  if (!row) return { why: `code not known: ${shown(line.text)}`, isCertain: false };
  const note = [row.title, line.argument, line.remark].filter(Boolean).join(': ');
  const event = eventOf(guard, row, line, day, note);
  const isListed = row.evidence === 'documented';
  return {
    event,
    why: isListed
      ? `the reply code is ${line.text}`
      : `W-CODE-UNLISTED: ${line.text} is not on the published list`,
    isCertain: isListed,
  };
}

function eventOf(
  guard: MailGuard,
  { meaning }: ReplyCode,
  { argument }: ReplyLine,
  day: CalendarDate,
  note: string,
): LendingEvent {
  const base = { from: 'lender', note } as const;
  switch (meaning.event) {
    case 'shipped':
      return { type: 'shipped', ...base, service: meaning.service, shippedOn: day };
    case 'unfilled':
      return { type: 'unfilled', ...base, reason: meaning.reason };
    case 'retryLater':
      return { type: 'retryLater', ...base, retryDate: daysAfter(day, 7 * Number(argument)) };
    case 'willSupply':
      return { type: 'willSupply', ...base, reason: meaning.reason };
    case 'message':
      return { type: 'message', ...base };
    case 'overdue':
      // The code names no day: the item was due on the day of the notice at the latest.
      return { type: 'overdue', ...base, due: day };
    case 'cancelAnswered':
      if (guard.said.includes('cancelRequested'))
        return { type: 'cancelAnswered', ...base, isAccepted: meaning.isAccepted };
      // Nobody here asked: the other side has ended the order of its own accord.
      return meaning.isAccepted
        ? { type: 'unfilled', ...base, reason: 'other' }
        : { type: 'message', ...base };
    case 'renewAnswered': {
      const due = argument === undefined ? undefined : argument.split('-').reverse().join('-');
      // Loans that are not returned are renewed without being asked.
      if (meaning.isAccepted || guard.said.includes('renewRequested'))
        return {
          type: 'renewAnswered',
          ...base,
          isAccepted: meaning.isAccepted,
          ...(due === undefined ? {} : { due }),
        };
      return { type: 'message', ...base };
    }
    default:
      return meaning satisfies never;
  }
}

function daysAfter(day: CalendarDate, days: number): CalendarDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
