import { type LendingEvent, type LendingRequest, Reasons, type ReasonUse, type Role } from '@interlend/core';
import type { PlainMail } from '@interlend/mail';
import { symbolOfAddress } from '../addresses.js';
import { type MailGuard, type Reading, shown } from '../guard/guard.js';
import type { AnswerKey } from '../tables/letters.js';
import { parseDay } from './dates.js';
import type { ReadLetter } from './read-letter.js';

type Rows = ReadLetter['rows'];

/** The reason whose title a letter names; its code is only in Alma's own XML. */
function reasonTitled(text: string | undefined, use: ReasonUse): number | undefined {
  const wanted = text?.trim().toLowerCase();
  return Reasons.find(
    (row) => (row.uses as readonly ReasonUse[]).includes(use) && row.title.toLowerCase() === wanted,
  )?.number;
}

const reasonWord = (number: number | undefined) => Reasons.find((row) => row.number === number)?.reason;

function joined(...texts: readonly (string | undefined)[]): { readonly note?: string } {
  const note = texts.filter((text) => text !== undefined && text !== '').join('; ');
  return note === '' ? {} : { note };
}

/** What the letters and the words of a partner say, as events. `undefined` where something is missing that cannot be guessed. */
function eventFor(
  type: LendingEvent['type'] | AnswerKey,
  from: Role,
  rows: Rows,
  about: { readonly day: string; readonly service: 'loan' | 'copy'; readonly remark?: string | undefined },
): LendingEvent | undefined {
  const { day, service, remark } = about;
  const note = joined(rows.note, remark);
  const due = parseDay(rows.dueDate);
  const asked = { from: 'borrower', ...note } as const;
  const said = { from: 'lender', ...note } as const;
  switch (type) {
    case 'shipped': {
      const format = rows.format?.toLowerCase();
      const what = format === 'digital' || format === 'physical non-returnable' ? 'copy' : service;
      return {
        type,
        ...said,
        service: what,
        shippedOn: parseDay(rows.shippingDate) ?? day,
        ...(due === undefined ? {} : { due }),
      };
    }
    case 'unfilled': {
      const reason = reasonWord(reasonTitled(rows.rejectReason, 'unfilled')) as never;
      const text = reason === undefined ? rows.rejectReason : undefined;
      return {
        type,
        from: 'lender',
        ...(reason === undefined ? {} : { reason }),
        ...joined(text, rows.note, remark),
      };
    }
    case 'willSupply': {
      const reason = reasonWord(reasonTitled(rows.willSupplyReason, 'will-supply')) as never;
      const text = reason === undefined ? rows.willSupplyReason : undefined;
      return {
        type,
        from: 'lender',
        ...(reason === undefined ? {} : { reason }),
        ...joined(text, rows.note, remark),
      };
    }
    case 'received':
      return { type, ...asked, service, receivedOn: parseDay(rows.arrivalDate) ?? day };
    case 'returned':
      return { type, ...asked, returnedOn: parseDay(rows.returnDate) ?? day };
    case 'checkedIn':
      return { type, ...said, checkedInOn: parseDay(rows.checkedInDate) ?? day };
    case 'renewRequested': {
      const desiredDue = parseDay(rows.desiredDueDate);
      return { type, ...asked, ...(desiredDue === undefined ? {} : { desiredDue }) };
    }
    case 'renewAnswered': {
      const answer = rows.renewAnswer?.trim().toLowerCase();
      if (answer !== 'yes' && answer !== 'no') return undefined;
      return { type, ...said, isAccepted: answer === 'yes', ...(due === undefined ? {} : { due }) };
    }
    case 'renewAnswered:yes':
    case 'renewAnswered:no':
      return {
        type: 'renewAnswered',
        ...said,
        isAccepted: type === 'renewAnswered:yes',
        ...(due === undefined ? {} : { due }),
      };
    case 'recalled':
      return { type, ...said };
    case 'overdue':
      return { type, ...said, due: due ?? parseDay(rows.oldDueDate) ?? day };
    case 'cancelRequested':
      return { type, ...asked };
    case 'statusQueried':
      return { type, from, ...note };
    case 'lost':
      return { type, from, ...note };
    case 'message':
      return { type, from, note: note.note ?? '' };
    default:
      return undefined;
  }
}

/** What a mail says about a transaction. */
export function readingOf(
  guard: MailGuard,
  mail: PlainMail,
  read: ReadLetter,
  now: Date,
): readonly Reading[] {
  const other: Role = guard.role === 'borrower' ? 'lender' : 'borrower';
  const day = (mail.date ?? now.toISOString()).slice(0, 10);
  const service = guard.subject?.['service'] === 'copy' ? 'copy' : 'loan';
  const about = { day, service, remark: read.remark } as const;
  const { letter, answer, rows } = read;
  if (answer !== undefined) {
    const event = eventFor(answer, other, rows, about);
    if (event && event.from === other) return [{ event, why: `the reply says ${answer}`, isCertain: true }];
    return [{ why: `the reply says ${answer}, which is not for the ${other} to say`, isCertain: false }];
  }
  if (letter === undefined) return [];
  if (letter.from !== 'either' && letter.from !== other)
    return [{ why: `${letter.letter} is not for the ${other} to write`, isCertain: false }];
  if (letter.event === 'requested') return [{ why: 'the request came a second time', isCertain: false }];
  const event = eventFor(letter.event, other, rows, about);
  if (event === undefined)
    return [{ why: `${letter.letter} lacks a row: ${shown(mail.text)}`, isCertain: false }];
  return [{ event, why: `it is a ${letter.letter}`, isCertain: letter.evidence !== 'inferred' }];
}

/** The request in a letter. */
export function requestIn(mail: PlainMail, rows: Rows): LendingRequest {
  const isCopy =
    rows.requestFormat?.toLowerCase() === 'digital' || rows.pages !== undefined || rows.chapter !== undefined;
  const isSerial = rows.journalTitle !== undefined || rows.issn !== undefined;
  const volumeIssue = rows.issue === undefined ? rows.volume : `${rows.volume ?? ''}(${rows.issue})`;
  const partTitle = isSerial && rows.journalTitle !== undefined ? rows.title : rows.chapter;
  const component = {
    ...(partTitle === undefined ? {} : { title: partTitle }),
    ...(rows.articleAuthor === undefined ? {} : { author: rows.articleAuthor }),
    ...(rows.pages === undefined ? {} : { pages: rows.pages }),
  };
  const title = rows.journalTitle ?? rows.title;
  const needBefore = parseDay(rows.neededBy);
  const maximum = /^(?:([A-Z]{3}) )?(\d[\d.,]*)(?: ([A-Z]{3}))?$/.exec(rows.maximumFee ?? '');
  const currency = maximum?.[1] ?? maximum?.[3];
  const item = {
    kind: isSerial ? 'serial' : 'monograph',
    title,
    author: rows.author,
    publisher: rows.publisher,
    placeOfPublication: rows.placeOfPublication,
    publicationDate: rows.publicationDate,
    edition: rows.edition,
    series: rows.series,
    volumeIssue,
    isbn: rows.isbn,
    issn: rows.issn,
    callNumber: rows.callNumber,
    verificationSource: rows.source,
    ...(Object.keys(component).length === 0 ? {} : { component }),
  };
  return {
    borrower: {
      symbol: symbolOfAddress(mail.from),
      ...(mail.fromName === undefined ? {} : { name: mail.fromName }),
    },
    lender: { symbol: symbolOfAddress(mail.to) },
    services: [isCopy ? 'copy' : 'loan'],
    item: Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)),
    ...(rows.levelOfService === undefined ? {} : { levelOfService: rows.levelOfService }),
    ...(needBefore === undefined ? {} : { needBefore }),
    ...(maximum?.[2] === undefined
      ? {}
      : { maximumCost: { ...(currency === undefined ? {} : { currency }), value: maximum[2] } }),
    ...(rows.note === undefined ? {} : { note: rows.note }),
  };
}
