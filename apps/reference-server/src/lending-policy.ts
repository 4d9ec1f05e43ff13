import { type CalendarDate, isSameSymbol, type LendingRequest, type Refusal } from '@interlend/core';
import { z } from 'zod';
import { reasonWordsFor } from './reason-words.js';
import { accepts, choice, object, words } from './settings-fields.js';

const dayText = 'a day as YYYY-MM-DD';
const day = z.iso.date(accepts(dayText));
/** A reason for which a request is refused. */
export const unfilledReason = choice(reasonWordsFor('unfilled'));

/** What staff need not be asked about. Everything that a row names must fit; a row that names nothing fits always. */
export const refusal = object({
  service: choice(['loan', 'copy']).optional(),
  kind: choice(['monograph', 'serial']).optional(),
  borrower: words('authority:symbol').optional(),
  /** What the shelf mark begins with, whatever the case. */
  callNumber: words().optional(),
  from: day.optional(),
  until: day.optional(),
  reason: unfilledReason.default('policy-problem'),
  note: words().optional(),
}).readonly();

export type RefusalSettings = z.output<typeof refusal>;

/** The first row that fits a request. */
export function refusalFor(
  rows: readonly RefusalSettings[],
  { services, item, borrower }: LendingRequest,
  today: CalendarDate,
): Refusal | undefined {
  const fitting = rows.find(
    (row) =>
      (row.service === undefined || services.every((service) => service === row.service)) &&
      (row.kind === undefined || row.kind === (item.kind ?? 'monograph')) &&
      (row.borrower === undefined || isSameSymbol(row.borrower, borrower.symbol)) &&
      (row.callNumber === undefined || beginsWith(item.callNumber, row.callNumber)) &&
      (row.from === undefined || today >= row.from) &&
      (row.until === undefined || today <= row.until),
  );
  return fitting && { reason: fitting.reason, ...(fitting.note !== undefined && { note: fitting.note }) };
}

function beginsWith(text: string | undefined, beginning: string): boolean {
  return text?.toLowerCase().startsWith(beginning.toLowerCase()) === true;
}
