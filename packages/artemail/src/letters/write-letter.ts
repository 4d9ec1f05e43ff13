import { EncodeError, type LendingEvent, type LendingRequest, type Loss, Reasons } from '@interlend/core';
import type { MailGuard } from '../guard/guard.js';
import { type AnswerKey, invitations, type Letter, Letters, type RowKey } from '../tables/letters.js';
import { formatDay } from './dates.js';
import type { EmailPartner } from './partner.js';

type Rows = Partial<Record<RowKey, string | undefined>>;

/** The letter that says an event. @throws EncodeError where there is none */
export function letterFor(event: LendingEvent): Letter {
  const found = Letters.find(
    (row) => row.event === event.type && (row.from === 'either' || row.from === event.from),
  );
  if (found) return found;
  throw new EncodeError(
    'unsayable-event',
    `there is no letter for ${event.type}: write a message instead`,
    '',
  );
}

function titleOf(reason: string | number | undefined): string | undefined {
  if (reason === undefined) return undefined;
  return Reasons.find((row) => row.reason === reason || row.number === reason)?.title ?? String(reason);
}

const day = (date: string | undefined): string | undefined =>
  date === undefined ? undefined : formatDay(date);

function requestRows(request: LendingRequest): Rows {
  const { item, maximumCost } = request;
  const isSerial = item.kind === 'serial';
  const [, volume, issue] = /^\s*(.*?)\s*\((.*)\)\s*$/.exec(item.volumeIssue ?? '') ?? [];
  return {
    neededBy: day(request.needBefore),
    title: isSerial ? item.component?.title : item.title,
    journalTitle: isSerial ? item.title : undefined,
    author: item.author,
    publisher: item.publisher,
    placeOfPublication: item.placeOfPublication,
    publicationDate: item.publicationDate ?? item.component?.date,
    edition: item.edition,
    callNumber: item.callNumber,
    volume: volume ?? item.volumeIssue,
    issue,
    source: item.verificationSource,
    series: item.series,
    isbn: item.isbn,
    issn: item.issn,
    chapter: isSerial ? undefined : item.component?.title,
    articleAuthor: item.component?.author,
    pages: item.component?.pages,
    requestFormat: request.services[0] === 'copy' ? 'Digital' : 'Physical',
    maximumFee:
      maximumCost === undefined
        ? undefined
        : [maximumCost.value, maximumCost.currency].filter(Boolean).join(' '),
    levelOfService: request.levelOfService,
    deliverTo: request.deliverTo?.electronic?.address,
  };
}

const requestPaths = [
  'patron',
  'billTo',
  'deliveryMethod',
  'expiry',
  'placeOnHold',
  'accountNumber',
  'willPayFee',
  'isReciprocal',
  'isPaymentProvided',
  'copyrightCompliance',
] as const;

function eventRows(event: LendingEvent): Rows {
  switch (event.type) {
    case 'requested':
      return requestRows(event.request);
    case 'shipped':
      return {
        shippingDate: day(event.shippedOn),
        dueDate: day(event.due),
        format: event.service === 'copy' ? 'Digital' : 'Physical',
      };
    case 'unfilled':
      return { rejectReason: titleOf(event.reason) ?? 'Other' };
    case 'willSupply':
      return { willSupplyReason: titleOf(event.reason) ?? 'Being processed for supply' };
    case 'received':
      return { arrivalDate: day(event.receivedOn) };
    case 'returned':
      return { returnDate: day(event.returnedOn) };
    case 'checkedIn':
      return { checkedInDate: day(event.checkedInOn) };
    case 'renewRequested':
      return { desiredDueDate: day(event.desiredDue) ?? '-' };
    case 'renewAnswered':
      return { renewAnswer: event.isAccepted ? 'Yes' : 'No', dueDate: day(event.due) };
    case 'overdue':
      return { dueDate: day(event.due) };
    case 'recalled':
      return { oldDueDate: '-' };
    default:
      return {};
  }
}

function oneLine(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Links that open a reply with the answering word in it, for readers whose mail program does that. */
function invitation(event: LendingEvent, subject: string, partner: EmailPartner): readonly string[] {
  const keys: readonly AnswerKey[] = partner.invitesAnswers ? (invitations[event.type] ?? []) : [];
  if (keys.length === 0) return [];
  return [
    '',
    'To answer, reply to this mail and begin with one of these words, or follow its link:',
    ...keys.map((key) => {
      const word = partner.answers[key][0] ?? '';
      return `${word} <mailto:${partner.from}?subject=${encodeURIComponent(`Re: ${subject}`)}&body=${encodeURIComponent(word)}>`;
    }),
  ];
}

/** Subject, text and losses of the letter for an event. @throws EncodeError */
export function writeLetter(
  guard: MailGuard,
  event: LendingEvent,
  partner: EmailPartner,
): { readonly subject: string; readonly text: string; readonly losses: readonly Loss[] } {
  const { letter, subject: title } = letterFor(event);
  const subject = `${oneLine(partner.subjects[letter] ?? title)} [ILL ${guard.key}]`;
  const opening = (partner.openings[letter] ?? '')
    .replaceAll('{requestId}', guard.key)
    .replaceAll('{title}', guard.subject?.['title'] ?? '');
  const repeated =
    event.type === 'requested' ? {} : { title: guard.subject?.['title'], author: guard.subject?.['author'] };
  const note = event.note ?? (event.type === 'requested' ? event.request.note : undefined);
  const rows: Rows = {
    requestId: guard.key,
    requestDate: guard.subject?.['date'],
    ...repeated,
    ...eventRows(event),
    note,
  };
  const lines = Object.entries(rows).flatMap(([key, value]) => {
    const text = oneLine(value ?? '');
    return text === '' ? [] : [`${partner.labels[key as RowKey][0] ?? key}: ${text}`];
  });
  const losses =
    event.type === 'requested'
      ? requestPaths
          .filter((path) => event.request[path] !== undefined)
          .map((path) => ({ path: `request.${path}`, why: 'the letter has no row for it' }))
      : [];
  const text = [
    ...(opening === '' ? [] : [opening, '']),
    ...lines,
    ...invitation(event, subject, partner),
    '',
  ].join('\n');
  return { subject, text, losses };
}
