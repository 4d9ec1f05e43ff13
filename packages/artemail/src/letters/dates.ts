import type { CalendarDate } from '@interlend/core';

/** `dd/MM/yyyy`, as Alma writes days in its letters. */
export function formatDay(day: CalendarDate): string {
  return day.split('-').reverse().join('/');
}

/** A day in Alma's form or in ISO 8601; `undefined` for anything else. */
export function parseDay(text: string | undefined): CalendarDate | undefined {
  const found = /^(\d{2})\/(\d{2})\/(\d{4})\b/.exec(text?.trim() ?? '') ?? undefined;
  const day = found
    ? `${found[3]}-${found[2]}-${found[1]}`
    : /^\d{4}-\d{2}-\d{2}/.exec(text?.trim() ?? '')?.[0];
  if (day === undefined) return undefined;
  const moment = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(moment.getTime()) || !moment.toISOString().startsWith(day) ? undefined : day;
}
