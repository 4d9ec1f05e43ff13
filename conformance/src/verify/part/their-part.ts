import type { Role } from '@interlend/core';
import {
  type DeskTurn,
  differences,
  type MessageTurn,
  messageTurns,
  shortfalls,
  turnBytes,
} from '@interlend/testing';
import { assertNone, CheckFailure, HarnessError } from '../../run/checks.js';
import type { Rewriting, RewritingValues } from '../../run/live.js';
import { roleUnderTest } from '../../run/protocols.js';
import type { ActOfStaff } from '../../run/side-under-test.js';
import { withoutPersonal } from '../heard-message.js';
import type { LiveStage } from '../live-stage.js';
import type { Parties } from '../live-values.js';
import { particularsOf } from '../particulars.js';
import type { Scenario } from '../scenarios.js';
import type { Heard, Part } from './part.js';

/**
 * The harness is the partner of the exchange, and says what stands there with the values of this run; what the suite tests,
 * a library towards its central server, is live, and its desk is the partner's.
 */
export class TheirPart implements Part {
  readonly parties: Parties;
  readonly role: Role;
  readonly keys = new Set<string>();
  readonly #scenario: Scenario;
  readonly #stage: LiveStage;
  readonly #rewriting: Rewriting;
  #values: RewritingValues;

  constructor(scenario: Scenario, stage: LiveStage, rewriting: Rewriting) {
    const { exchange, put } = scenario;
    this.#scenario = scenario;
    this.#stage = stage;
    this.#rewriting = rewriting;
    this.role = exchange.peer.role;
    const messages = messageTurns(exchange).map((turn) => put.protocol.decode(turnBytes(turn)).message);
    const written = messages
      .map((message) => put.protocol.correlate(message)[roleUnderTest(exchange)])
      .find((symbol) => symbol !== undefined);
    const order = messages.map((message) => put.qualifierOf(message)).find((number) => number !== '');
    if (written === undefined || order === undefined) {
      throw new HarnessError(`${exchange.id}: its messages name no library or no order`);
    }
    this.parties = { own: rewriting.own, partner: written, ...stage.parties };
    this.#values = {
      ...this.parties,
      written,
      order: { written: order, live: stage.newOrder() },
      particulars: particularsOf(put, stage.particulars),
      learned: {},
    };
  }

  #bytes({ hex }: Pick<MessageTurn, 'hex'>): Uint8Array {
    return this.#rewriting.rewrite(turnBytes({ hex }), this.#values);
  }

  async atDesk({ event }: DeskTurn): Promise<ActOfStaff> {
    return event;
  }

  ring(): void {
    throw new CheckFailure("the partner's own timer cannot be rung");
  }

  say(turn: MessageTurn | undefined): Uint8Array {
    if (!turn) throw new CheckFailure('the exchange has nothing to say here');
    const bytes = this.#bytes(turn);
    const { protocol } = this.#scenario.put;
    const { key } = protocol.correlate(protocol.decode(bytes).message);
    if (key !== '') this.keys.add(key);
    return bytes;
  }

  expected({ hex = '' }: Heard): unknown {
    const { protocol } = this.#scenario.put;
    const { message } = protocol.decode(this.#bytes({ hex }));
    const { key } = protocol.correlate(message);
    if (key !== '') this.keys.add(key);
    return message;
  }

  asks(): undefined {
    // The exchange has a turn of the desk for it.
    return undefined;
  }

  judge(turn: Heard, message: unknown): string {
    const { put } = this.#scenario;
    const expected = this.expected(turn);
    const freedom = { role: roleUnderTest(this.#scenario.exchange), isExact: this.#stage.desk.isExact };
    const mayLack = this.#rewriting.optional(expected);
    const found = differences(expected, message, this.#rewriting.free(expected, freedom)).filter(
      ({ path, expected: wanted, got }) =>
        // What nobody expected is passed over, as everybody must.
        wanted !== undefined && !(got === undefined && mayLack.has(path)),
    );
    const [said, wanted] = [put.protocol.describe(message), put.protocol.describe(expected)];
    assertNone(
      said === wanted ? `${said} says something else` : `expected ${wanted}, came ${said}`,
      withoutPersonal(found, message, put),
      put.clauseOf(expected),
    );
    this.#values = {
      ...this.#values,
      learned: { ...this.#values.learned, ...this.#rewriting.learn(message) },
    };
    return `${said}, as expected`;
  }

  overhear(): void {
    // Nothing is kept here that could change.
  }

  assertStands(): void {
    // Where the loan stands at the partner, its desk says at the end.
  }

  assertEnd(stands: string | undefined): string {
    const { exchange } = this.#scenario;
    const state = exchange.expect[roleUnderTest(exchange)];
    if (stands === undefined || state === undefined) return 'the partner said all that it should';
    assertNone("the loan ends at the partner's otherwise than it should", shortfalls(state, stands, 'state'));
    return `the loan ends at the partner's as ${stands}`;
  }
}
