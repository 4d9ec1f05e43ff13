import {
  abilityFor,
  advance,
  type GuardContext,
  type LendingEvent,
  newTransaction,
  type Role,
  type Transaction,
} from '@interlend/core';
import { type DeskTurn, type Exchange, type MessageTurn, turnBytes } from '@interlend/testing';
import { assertNone, CheckFailure, Checklist, type WayResult } from './checks.js';
import { assertState, lookAtEnd } from './end.js';
import { assertSaid } from './matched-message.js';
import { shortfalls } from './matching.js';
import { type ProtocolUnderTest, roleUnderTest } from './protocols.js';
import type { WireEntry } from './wire-trace.js';

/** The day of the made-up conversations, so that no timer rings before its turn. */
const now = new Date('2024-03-04T12:00:00Z');

/** Our own side without a network: guard, mapping and desk, in one transaction. */
class SideUnderTest {
  readonly #exchange: Exchange;
  readonly #put: ProtocolUnderTest;
  readonly #role: Role;
  readonly #trace: WireEntry[];
  readonly #pending: Uint8Array[] = [];
  #guard: unknown;
  #transaction: Transaction | undefined;
  #wakeAt: Date | undefined;

  constructor(exchange: Exchange, put: ProtocolUnderTest, trace: WireEntry[]) {
    this.#exchange = exchange;
    this.#put = put;
    this.#trace = trace;
    this.#role = roleUnderTest(exchange);
  }

  get pending(): readonly Uint8Array[] {
    return this.#pending;
  }

  get transaction(): Transaction | undefined {
    return this.#transaction;
  }

  #context(at: Date = now): GuardContext {
    return { now: at, isStrict: false, profile: this.#exchange.peer.profile };
  }

  hear(turn: MessageTurn, index: number): void {
    const { protocol, awaited, clauseOf } = this.#put;
    const bytes = turnBytes(turn);
    this.#trace.push({ direction: 'in', turn: index + 1, bytes });
    const { message } = protocol.decode(bytes, { profile: this.#exchange.peer.profile });
    const isNew = this.#guard === undefined;
    const step = protocol.receive(this.#guard, message, this.#context());
    if (isNew && step.guard !== undefined) {
      this.#transaction = newTransaction(this.#role, protocol.toRequest(message));
    }
    this.#take(step);
    if (step.verdict !== turn.verdict) {
      throw new CheckFailure(
        `expected the message to be judged “${turn.verdict}”, it was “${step.verdict}”: ${step.warnings.join('; ') || 'no warning'}`,
        { clause: clauseOf(message) },
      );
    }
    const meaning = `${protocol.describe(message)} means something else`;
    if (turn.means) assertNone(meaning, shortfalls(turn.means, step.event, ''), clauseOf(message));
    else if (step.event) assertNone(meaning, [{ path: 'type', expected: undefined, got: step.event.type }]);
    if (isNew && awaited.includes(this.#exchange.transport) && step.replies.length === 0) {
      this.#take(
        protocol.say(this.#guard, { type: 'statusReported', from: this.#role }, this.#context()),
        false,
      );
    }
  }

  act({ event }: DeskTurn): void {
    const { protocol } = this.#put;
    const said = { ...event, from: this.#role } as unknown as LendingEvent;
    if (said.type === 'requested') {
      const { opening } = this.#exchange;
      if (!opening) throw new CheckFailure('expected `opening` in an exchange whose side under test asks');
      this.#guard = protocol.begin({
        ...opening,
        borrower: said.request.borrower.symbol,
        lender: said.request.lender.symbol,
      });
      this.#transaction = newTransaction('borrower', said.request);
    }
    if (this.#guard === undefined) throw new CheckFailure('expected a transaction before the desk acts');
    this.#take({ event: said, ...protocol.say(this.#guard, said, this.#context()) });
  }

  /** What the wire has no message for: it is recorded on this side and never faked. */
  actLocally({ event }: DeskTurn): void {
    if (!this.#transaction) throw new CheckFailure('expected a transaction before the desk acts');
    this.#transaction = advance(this.#transaction, { ...event, from: this.#role } as unknown as LendingEvent);
  }

  ring(): void {
    if (!this.#wakeAt) throw new CheckFailure('expected a timer to be set');
    this.#take(this.#put.protocol.expire(this.#guard, this.#context(this.#wakeAt)));
  }

  #take(
    step: Pick<
      ReturnType<ProtocolUnderTest['protocol']['receive']>,
      'guard' | 'event' | 'replies' | 'wakeAt'
    >,
    movesDesk = true,
  ): void {
    const { profile } = this.#exchange.peer;
    this.#guard = step.guard;
    if (step.wakeAt !== undefined) this.#wakeAt = step.wakeAt ?? undefined;
    for (const reply of step.replies) this.#pending.push(this.#put.protocol.encode(reply, { profile }));
    if (step.event && movesDesk && this.#transaction) {
      this.#transaction = advance(this.#transaction, step.event);
    }
  }

  match(turn: MessageTurn, index: number): void {
    const { protocol, clauseOf } = this.#put;
    const bytes = this.#pending.shift();
    if (!bytes) {
      const { message } = protocol.decode(turnBytes(turn));
      throw new CheckFailure(`expected ${protocol.describe(message)}, nothing was said`, {
        clause: clauseOf(message),
      });
    }
    this.#trace.push({ direction: 'out', turn: index + 1, bytes });
    assertSaid(turnBytes(turn), bytes, this.#exchange, this.#put);
  }
}

/** Why the wire of a protocol has no message for what the desk does, if so. */
function whyLocal({ desk, event }: DeskTurn, { protocol }: ProtocolUnderTest): string | undefined {
  const ability = abilityFor(protocol.capabilities, event.type as LendingEvent['type'], desk);
  return ability?.can === 'local-only' ? ability.why : undefined;
}

/** Our side, without a network, against the replayed partner. */
export async function lookAtGuard(exchange: Exchange, put: ProtocolUnderTest): Promise<WayResult> {
  const trace: WireEntry[] = [];
  const list = new Checklist();
  const side = new SideUnderTest(exchange, put, trace);
  for (const [index, turn] of exchange.turns.entries()) {
    const why = 'desk' in turn ? whyLocal(turn, put) : undefined;
    if ('desk' in turn && why !== undefined) {
      side.actLocally(turn);
      list.skip(`guard/turn-${index + 1}`, why);
      continue;
    }
    await list.check(`guard/turn-${index + 1}`, () => {
      if ('desk' in turn) side.act(turn);
      else if ('timer' in turn) side.ring();
      else if (turn.from === exchange.peer.role) side.hear(turn, index);
      else side.match(turn, index);
      assertState(turn, side.transaction?.state);
    });
    if (list.isBroken) return { checks: list.checks, trace };
  }
  await list.check('guard/end', () => {
    for (const bytes of side.pending) trace.push({ direction: 'out', bytes });
    const [first] = side.pending;
    if (first) {
      const { message } = put.protocol.decode(first);
      throw new CheckFailure(`expected nothing more, said ${put.protocol.describe(message)}`);
    }
    lookAtEnd(exchange, side.transaction);
  });
  return { checks: list.checks, trace };
}
