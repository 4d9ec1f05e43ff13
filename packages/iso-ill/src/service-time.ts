import type { DateTime } from './messages/types.js';

/** A moment of the wire as text that sorts by time: `YYYYMMDDHHMMSS`. */
export type Stamp = string;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const made = formats.get(timeZone);
  if (made) return made;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(timeZone, format);
  return format;
}

/** The clock on the wall of a zone, as milliseconds of a UTC clock that shows the same. */
function wallClock(instant: Date, timeZone: string): number {
  if (timeZone === 'UTC') return instant.getTime();
  const parts: Record<string, number> = {};
  for (const { type, value } of formatFor(timeZone).formatToParts(instant)) parts[type] = Number(value);
  return Date.UTC(
    parts['year'] ?? 0,
    (parts['month'] ?? 1) - 1,
    parts['day'] ?? 1,
    parts['hour'] ?? 0,
    parts['minute'] ?? 0,
    parts['second'] ?? 0,
  );
}

function stampOfWall(milliseconds: number): Stamp {
  const at = new Date(milliseconds);
  const date = (at.getUTCFullYear() * 100 + at.getUTCMonth() + 1) * 100 + at.getUTCDate();
  const time = (at.getUTCHours() * 100 + at.getUTCMinutes()) * 100 + at.getUTCSeconds();
  return String(date * 1_000_000 + time).padStart(14, '0');
}

function wallOfStamp(stamp: Stamp): number {
  const at = (from: number, to: number): number => Number(stamp.slice(from, to));
  return Date.UTC(at(0, 4), at(4, 6) - 1, at(6, 8), at(8, 10), at(10, 12), at(12, 14));
}

/**
 * The moment of the next service of a transaction: now, but at least one second after the last one, since the wire has no
 * smaller unit and two services must differ.
 */
export function nextStamp(last: Stamp | undefined, now: Date, timeZone: string): Stamp {
  const wall = wallClock(now, timeZone);
  if (last === undefined) return stampOfWall(wall);
  return stampOfWall(Math.max(wall, wallOfStamp(last) + 1000));
}

export function toDateTime(stamp: Stamp): DateTime {
  return { date: stamp.slice(0, 8), time: stamp.slice(8) };
}

/** A received moment as a stamp; `undefined` without a time or when it is not made of digits. */
export function stampOf({ date, time }: DateTime): Stamp | undefined {
  if (time === undefined) return undefined;
  const full = time.length === 4 ? `${time}00` : time;
  const stamp = `${date}${full}`;
  return /^\d{14}$/.test(stamp) ? stamp : undefined;
}

/** More than any date or time has. Lenient reading lets longer ones pass, and they are kept and shown. */
const longestPart = 20;

/** `<date>T<time>`, or the date alone. */
export function momentText({ date, time }: DateTime): string {
  const day = date.slice(0, longestPart);
  return time === undefined ? day : `${day}T${time.slice(0, longestPart)}`;
}

/** The instant at which a day (`YYYYMMDD`) of a zone is over; `undefined` for text that is no day. */
export function endOfDay(date: string, timeZone: string): Date | undefined {
  if (!/^\d{8}$/.test(date)) return undefined;
  const wall = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6)) + 1);
  // Twice, because the offset at the first guess can be that of the other side of a change of the clocks.
  let instant = wall;
  for (let round = 0; round < 2; round++) instant += wall - wallClock(new Date(instant), timeZone);
  return new Date(instant);
}
