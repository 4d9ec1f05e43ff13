import {
  advance,
  eventKey,
  type GuardContext,
  type LendingEvent,
  type LendingRequest,
  newTransaction,
  type Role,
  StateError,
  type Transaction,
} from '@interlend/core';
import { decode, encode } from '../codec.js';
import { begin, type IsoIllGuard, type IsoIllStep } from '../guard/guard.js';
import { receive } from '../guard/receive.js';
import { expire, say } from '../guard/say.js';
import { tableRowOf, type WireRow } from '../machine.js';
import { toNeutralState } from '../mapping/states.js';
import { rulesFor } from '../profiles/index.js';
import type { TableRow } from '../state-tables.js';

/** One party of a simulated loan: its guard, and the transaction of its desk. */
export interface Side {
  readonly role: Role;
  guard: IsoIllGuard | undefined;
  transaction: Transaction;
  /** The last event of each kind that the desk said, for repeats. */
  readonly said: Map<string, LendingEvent>;
  /** Whether the guard ever asked for a person. */
  wasFlagged: boolean;
}

/** The square of the two machines does not commute. */
export class SquareError extends Error {
  override readonly name = 'SquareError';
}

/** Rows of the standard's tables that were used. */
export type Coverage = Set<TableRow>;

export function newSide(role: Role, request: LendingRequest): Side {
  const { borrower, lender } = request;
  const guard = begin({ borrower: borrower.symbol, lender: lender.symbol, group: 'G-1', qualifier: 'Q-1' });
  return {
    role,
    guard: role === 'borrower' ? guard : undefined,
    transaction: newTransaction(role, request),
    said: new Map(),
    wasFlagged: false,
  };
}

/** The bytes that `side` now sends. Checks that the neutral step leads where the wire step leads. */
export function take(
  side: Side,
  step: IsoIllStep<IsoIllGuard | undefined>,
  coverage: Coverage,
): readonly Uint8Array[] {
  for (const row of step.rows) cover(row, coverage);
  side.guard = step.guard;
  if (step.needsReview) side.wasFlagged = true;
  if (step.event) side.transaction = advance(side.transaction, step.event);
  if (step.guard) {
    const { role, state, isCheckedInSeen } = step.guard;
    const neutral = toNeutralState(role, state, isCheckedInSeen === true);
    if (neutral !== side.transaction.state) {
      throw new SquareError(
        `${role} ${state} is ${neutral}, the desk stands at ${side.transaction.state} after ${step.event ? eventKey(step.event) : 'nothing'}`,
      );
    }
  }
  const { defaults } = rulesFor(undefined);
  return step.replies.map((message) => encode(message, { defaults }));
}

function cover(row: WireRow, coverage: Coverage): void {
  const source = tableRowOf(row);
  if (source) coverage.add(source);
}

export function hear(side: Side, bytes: Uint8Array, context: GuardContext, coverage: Coverage) {
  return take(side, receive(side.guard, decode(bytes, { isStrict: true }).message, context), coverage);
}

/** What the desk says goes out; `undefined` when the wire does not allow it now. */
export function speakUp(
  side: Side,
  event: LendingEvent,
  context: GuardContext,
  coverage: Coverage,
): readonly Uint8Array[] | undefined {
  if (!side.guard) return undefined;
  try {
    const bytes = take(side, say(side.guard, event, context), coverage);
    side.said.set(event.type, event);
    return bytes;
  } catch (error) {
    if (error instanceof StateError) return undefined;
    throw error;
  }
}

export function ring(side: Side, context: GuardContext, coverage: Coverage): readonly Uint8Array[] {
  return side.guard ? take(side, expire(side.guard, context), coverage) : [];
}
