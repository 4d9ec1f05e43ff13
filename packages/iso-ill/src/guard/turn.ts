import type { GuardContext, LendingEvent, Proposal, Verdict } from '@interlend/core';
import { serviceOf } from '../describe.js';
import { machineOf, type WireFacts, type WireRow } from '../machine.js';
import type { ApduHead } from '../mapping/head.js';
import type { IllApdu } from '../messages/apdus.js';
import type { ApduName } from '../messages/enumerations.js';
import { type IsoIllRules, rulesFor } from '../profiles/index.js';
import { nextStamp, type Stamp, toDateTime } from '../service-time.js';
import type { WireEvent, WireState } from '../state-tables.js';
import type { IsoIllGuard, IsoIllStep, Spoken } from './guard.js';

/** One step of a guard in the making. */
export interface Turn {
  guard: IsoIllGuard;
  readonly context: GuardContext;
  readonly rules: IsoIllRules;
  readonly replies: IllApdu[];
  readonly warnings: string[];
  readonly rows: WireRow[];
  readonly proposals: Proposal[];
  /** Whether the guard had a timer running before. */
  readonly hadTimer: boolean;
}

export function newTurn(guard: IsoIllGuard, context: GuardContext): Turn {
  return {
    guard,
    context,
    rules: rulesFor(context.profile),
    replies: [],
    warnings: [],
    rows: [],
    proposals: [],
    hadTimer: guard.expiresOn !== undefined,
  };
}

/** States in which a request can expire. */
const expiringStates: readonly WireState[] = ['IN-PROCESS', 'CONDITIONAL', 'CANCEL-PENDING'];

export function finish(turn: Turn, verdict: Verdict, event?: LendingEvent): IsoIllStep {
  let { guard } = turn;
  const isTimerOver = turn.hadTimer && !expiringStates.includes(guard.state);
  if (isTimerOver) {
    const { expiresOn: _, ...rest } = guard;
    guard = rest;
  }
  return {
    guard,
    verdict,
    ...(event && { event }),
    replies: turn.replies,
    warnings: turn.warnings,
    rows: turn.rows,
    ...(isTimerOver && { wakeAt: null }),
    ...(turn.proposals.length > 0 && { proposals: turn.proposals }),
    ...(guard.review !== undefined && { needsReview: true }),
  };
}

/** What the machine needs to know beside the state. */
export function factsOf(guard: IsoIllGuard): WireFacts {
  return { isReturnable: guard.service === 'loan', isShippedSaid: guard.isShippedSaid === true };
}

/** The row of the table for an event in the present state. */
export function rowFor(guard: IsoIllGuard, event: WireEvent): WireRow | undefined {
  return machineOf[guard.role].find(guard.state, event, factsOf(guard));
}

export function timeZoneOf(context: GuardContext): string {
  return context.timeZone ?? 'UTC';
}

/** The moment of this side's next service. */
export function stampFor(guard: IsoIllGuard | undefined, context: GuardContext): Stamp {
  return nextStamp(guard?.lastStamp, context.now, timeZoneOf(context));
}

/** The common elements of this side's next APDU. */
export function headFor(guard: IsoIllGuard, stamp: Stamp, original?: Spoken): ApduHead {
  return {
    protocolVersionNum: guard.version,
    transactionId: guard.transactionId,
    serviceDateTime: {
      dateTimeOfThisService: toDateTime(stamp),
      ...(original && { dateTimeOfOriginalService: original.at }),
    },
    ...(guard.requesterId && { requesterId: guard.requesterId }),
    ...(guard.responderId && { responderId: guard.responderId }),
  };
}

/** APDUs that the other side may be owed a second time. */
const keptApdus: ReadonlySet<ApduName> = new Set<ApduName>([
  'Forward-Notification',
  'Shipped',
  'ILL-Answer',
  'Conditional-Reply',
  'Cancel',
  'Cancel-Reply',
  'Checked-In',
  'Renew-Answer',
  'Lost',
  'Expired',
]);

/** Services that do not count as the most recent one: they ask about it, or the enumeration does not list them. */
const unlistedServices: ReadonlySet<ApduName> = new Set<ApduName>([
  'Status-Query',
  'Status-Or-Error-Report',
  'Overdue',
  'Renew',
]);

/** Puts an APDU among the replies and remembers that it was said. */
export function speak(turn: Turn, message: IllApdu, stamp: Stamp, isRepeat = false): void {
  turn.replies.push(message);
  turn.guard = { ...turn.guard, lastStamp: stamp };
  if (isRepeat) return;
  const service = serviceOf(message);
  const { dateTimeOfThisService: at } = message.serviceDateTime;
  const spoken: Spoken = { at, service, ...(keptApdus.has(message.apdu) && { message }) };
  turn.guard = { ...turn.guard, spoken: { ...turn.guard.spoken, [message.apdu]: spoken } };
  noteService(turn, message, turn.guard.role);
}

/** Says an APDU that needs nothing but its head and a few words. */
export function reply(turn: Turn, build: (head: ApduHead) => IllApdu): void {
  const stamp = stampFor(turn.guard, turn.context);
  speak(turn, build(headFor(turn.guard, stamp)), stamp);
}

/** Says again what was said before: a new date-time of this service, the first one as that of the original. */
export function sayAgain(turn: Turn, apdu: ApduName): boolean {
  const spoken = turn.guard.spoken[apdu];
  if (!spoken?.message) return false;
  const row = rowFor(turn.guard, `out ${spoken.service} (repeat)`);
  if (row) turn.rows.push(row);
  const stamp = stampFor(turn.guard, turn.context);
  const { serviceDateTime, requesterId, responderId } = headFor(turn.guard, stamp, spoken);
  const ids =
    spoken.message.apdu === 'Forward-Notification'
      ? {}
      : { ...(requesterId && { requesterId }), ...(responderId && { responderId }) };
  speak(turn, { ...spoken.message, serviceDateTime, ...ids }, stamp, true);
  return true;
}

/** Follows a row of the table. */
export function follow(turn: Turn, row: WireRow): void {
  turn.rows.push(row);
  if (row.to === turn.guard.state) return;
  const { history } = turn.guard;
  const today = stampFor(undefined, turn.context).slice(0, 8);
  turn.guard = {
    ...turn.guard,
    state: row.to,
    ...(history && { history: { ...history, dateOfLastTransition: today } }),
  };
}

/** Remembers a service for status reports. */
export function noteService(turn: Turn, message: IllApdu, initiator: IsoIllGuard['role']): void {
  if (unlistedServices.has(message.apdu)) return;
  const { guard } = turn;
  const today = stampFor(undefined, turn.context).slice(0, 8);
  const results =
    message.apdu === 'ILL-Answer' ? message.transactionResults : guard.history?.transactionResults;
  turn.guard = {
    ...guard,
    history: {
      dateOfLastTransition: guard.history?.dateOfLastTransition ?? today,
      mostRecentService: message.apdu,
      dateOfMostRecentService: today,
      ...(results !== undefined && { transactionResults: results }),
      initiator,
    },
  };
}
