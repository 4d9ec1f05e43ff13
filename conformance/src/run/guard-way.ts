import { abilityFor, type LendingEvent } from '@interlend/core';
import {
  type DeskTurn,
  type Exchange,
  type MessageTurn,
  shortfalls,
  type Turn,
  turnBytes,
} from '@interlend/testing';
import { assertNone, CheckFailure, Checklist, type WayResult } from './checks.js';
import { actText, assertState, endText, lookAtEnd } from './end.js';
import { assertSaid } from './matched-message.js';
import { Moments } from './moments.js';
import { type ProtocolUnderTest, roleUnderTest } from './protocols.js';
import { SideUnderTest } from './side-under-test.js';
import { hideSecrets, Trace } from './trace.js';

/** The day of the made-up conversations, so that no timer rings before its turn. */
export const conversationDay = '2024-03-04';
const now = new Date(`${conversationDay}T12:00:00Z`);

/** @throws CheckFailure when a message of the partner is judged otherwise, or means something else, than its turn says */
export function assertHeard(
  turn: Pick<MessageTurn, 'verdict' | 'means'>,
  message: unknown,
  step: ReturnType<SideUnderTest['hear']>,
  { protocol, clauseOf }: ProtocolUnderTest,
): void {
  if (step.verdict !== turn.verdict) {
    throw new CheckFailure(
      `expected the message to be judged “${turn.verdict}”, it was “${step.verdict}”: ${step.warnings.join('; ') || 'no warning'}`,
      { clause: clauseOf(message) },
    );
  }
  const meaning = `${protocol.describe(message)} means something else`;
  if (turn.means) assertNone(meaning, shortfalls(turn.means, step.event, ''), clauseOf(message));
  else if (step.event) {
    const unwanted = [{ path: 'type', expected: undefined, got: step.event.type }];
    assertNone(meaning, unwanted, clauseOf(message));
  }
}

/** Why the wire of a protocol has no message for what the desk does, if so. */
export function whyLocal({ desk, event }: DeskTurn, { protocol }: ProtocolUnderTest): string | undefined {
  const ability = abilityFor(protocol.capabilities, event.type as LendingEvent['type'], desk);
  return ability?.can === 'local-only' ? ability.why : undefined;
}

/** Our side, without a network, against the replayed partner. */
export async function lookAtGuard(exchange: Exchange, put: ProtocolUnderTest): Promise<WayResult> {
  const trace = new Trace(put);
  const list = new Checklist({ hide: (text) => hideSecrets(text, put) });
  const { peer, transport, opening } = exchange;
  const { profile, mode } = peer;
  const role = roleUnderTest(exchange);
  const isStrict = mode === 'strict';
  const side = new SideUnderTest({ put, role, profile, transport, isStrict, opening, now: () => now });
  const moments = new Moments(put);

  const hear = (turn: MessageTurn, index: number): string => {
    const bytes = turnBytes(turn);
    trace.add('in', bytes, index + 1);
    const { message } = put.protocol.decode(bytes, { profile });
    assertHeard(turn, message, side.hear(message), put);
    return `heard ${put.protocol.describe(message)}: ${turn.verdict}`;
  };
  const match = (turn: MessageTurn, index: number): string => {
    const bytes = side.next();
    if (!bytes) {
      const { message } = put.protocol.decode(turnBytes(turn));
      throw new CheckFailure(`expected ${put.protocol.describe(message)}, nothing was said`, {
        clause: put.clauseOf(message),
      });
    }
    trace.add('out', bytes, index + 1);
    assertSaid(turnBytes(turn), bytes, index + 1, exchange, put);
    moments.assertLater(bytes);
    return `said ${put.protocol.describe(put.protocol.decode(bytes).message)}, ${bytes.length} octets`;
  };

  const look = (turn: Turn, index: number): string => {
    if ('hex' in turn) return turn.from === peer.role ? hear(turn, index) : match(turn, index);
    if ('timer' in turn) {
      side.ring();
      return `the timer of the ${turn.timer} rang`;
    }
    side.act(turn.event);
    return actText(turn);
  };

  for (const [index, turn] of exchange.turns.entries()) {
    const why = 'desk' in turn ? whyLocal(turn, put) : undefined;
    if ('desk' in turn && why !== undefined) {
      side.actLocally(turn.event);
      list.skip(`guard/turn-${index + 1}`, why);
      continue;
    }
    await list.check(`guard/turn-${index + 1}`, () => {
      const seen = look(turn, index);
      assertState(turn, side.transaction?.state);
      return seen;
    });
    if (list.isBroken) return { checks: list.checks, trace: trace.entries };
  }
  await list.check('guard/end', () => {
    for (const bytes of side.pending) trace.add('out', bytes);
    const [first] = side.pending;
    if (first) {
      const { message } = put.protocol.decode(first);
      throw new CheckFailure(`expected nothing more, said ${put.protocol.describe(message)}`, {
        clause: put.clauseOf(message),
      });
    }
    lookAtEnd(exchange, side.transaction);
    return endText(side.transaction);
  });
  return { checks: list.checks, trace: trace.entries };
}
