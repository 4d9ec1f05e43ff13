import type { Role } from '@interlend/core';
import { conversationDay } from '../run/guard-way.js';

/** The two libraries of a conversation, by whose side of the harness they are on. */
export interface Parties {
  /** The library that the harness plays. */
  readonly own: string;
  readonly partner: string;
}

const dayMs = 24 * 60 * 60 * 1000;
const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a value is a day, which staff of a live partner may be told but not made to enter. */
export function isDay(value: unknown): boolean {
  return typeof value === 'string' && datePattern.test(value);
}

/**
 * The values of a written conversation as they have to be today: its days keep their distance from the day on which it
 * plays, its libraries are those of this run.
 */
export function liveValues<Value>(value: Value, today: Date, written: Parties, live: Parties): Value {
  const shiftMs = Math.floor((today.getTime() - Date.parse(conversationDay)) / dayMs) * dayMs;
  const change = (part: unknown): unknown => {
    if (typeof part === 'string') {
      if (part === written.own) return live.own;
      if (part === written.partner) return live.partner;
      return isDay(part) ? new Date(Date.parse(part) + shiftMs).toISOString().slice(0, 10) : part;
    }
    if (Array.isArray(part)) return part.map(change);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, change(member)]));
  };
  return change(value) as Value;
}

/** Who of two libraries is who, seen from the role of the partner. */
export function partiesOf(
  correlation: { readonly borrower?: string; readonly lender?: string },
  partnerRole: Role,
): Parties | undefined {
  const { borrower, lender } = correlation;
  if (borrower === undefined || lender === undefined) return undefined;
  return partnerRole === 'borrower' ? { own: lender, partner: borrower } : { own: borrower, partner: lender };
}
