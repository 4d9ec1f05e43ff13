import type { CalendarDate } from '@interlend/core';

const forms = [
  /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})$/,
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})$/,
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/,
];

/** A day in one of the three forms that are accepted; which form the wire means is not public. `undefined` for other text. */
export function parseDate(text: string): CalendarDate | undefined {
  for (const form of forms) {
    const { year, month, day } = form.exec(text)?.groups ?? {};
    if (year === undefined || month === undefined || day === undefined) continue;
    const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    const read = new Date(`${date}T00:00:00Z`);
    return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(date) ? date : undefined;
  }
  return undefined;
}

/** A day as German systems write it. */
export function formatDate(date: CalendarDate): string {
  const [year, month, day] = date.split('-');
  return `${day}.${month}.${year}`;
}
