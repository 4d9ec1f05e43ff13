import { type DeskTurn, type Exchange, shortfalls, type Turn } from '@interlend/testing';
import { assertNone, CheckFailure } from './checks.js';
import { roleUnderTest } from './protocols.js';

/** A loan as a side shows it. */
export interface Loan {
  readonly state: string;
  readonly request: object;
  readonly facts: object;
}

/** @throws CheckFailure when the loan does not end as the exchange says */
export function lookAtEnd(exchange: Exchange, loan: Loan | undefined): void {
  const { expect } = exchange;
  if (!loan) throw new CheckFailure('expected a loan, there is none');
  const state = expect[roleUnderTest(exchange)];
  assertNone('the loan ends otherwise than it should', [
    ...(state === undefined ? [] : shortfalls(state, loan.state, 'state')),
    ...shortfalls(expect.request ?? {}, loan.request, 'request'),
    ...shortfalls(expect.facts ?? {}, loan.facts, 'facts'),
  ]);
}

/** What staff did, for people. */
export function actText({ desk, event }: DeskTurn): string {
  return `the staff of the ${desk} said ${event.type}`;
}

/** Where a loan stands, for people. */
export function endText(loan: Loan | undefined): string {
  return `the loan is ${loan?.state ?? 'none'}`;
}

/** @throws CheckFailure when the loan does not stand where the turn says */
export function assertState(turn: Pick<Turn, 'state'>, state: string | undefined): void {
  if (turn.state !== undefined) {
    assertNone('the loan stands otherwise than it should', shortfalls(turn.state, state, 'state'));
  }
}
