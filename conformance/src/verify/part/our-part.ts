import type { LendingRequest, Role } from '@interlend/core';
import { type DeskTurn, type Difference, type MessageTurn, shortfalls, turnBytes } from '@interlend/testing';
import { assertNone, CheckFailure, type Checklist } from '../../run/checks.js';
import { assertState, lookAtEnd } from '../../run/end.js';
import { assertHeard, whyLocal } from '../../run/guard-way.js';
import { type ProtocolUnderTest, roleUnderTest } from '../../run/protocols.js';
import { type ActOfStaff, SideUnderTest } from '../../run/side-under-test.js';
import { writtenParties } from '../live-scenario.js';
import type { LiveStage } from '../live-stage.js';
import { isDay, liveValues, type Parties, partiesOf } from '../live-values.js';
import type { Scenario } from '../scenarios.js';
import type { Heard, Part } from './part.js';

/** Events that a machine says; no staff is asked for them. */
const automatic: ReadonlySet<string> = new Set(['statusReported', 'errorReported']);

/** The harness is the side that the suite tests, with its guard and its desk; the partner of the exchange is live. */
export class OurPart implements Part {
  readonly parties: Parties;
  readonly role: Role;
  readonly keys = new Set<string>();
  readonly #scenario: Scenario;
  readonly #stage: LiveStage;
  readonly #put: ProtocolUnderTest;
  readonly #side: SideUnderTest;
  readonly #written: Parties;
  #key: string | undefined;

  constructor(scenario: Scenario, stage: LiveStage) {
    const { exchange, put } = scenario;
    this.#scenario = scenario;
    this.#stage = stage;
    this.#put = put;
    this.#written = writtenParties(scenario);
    this.parties = { ...this.#written, ...stage.parties };
    this.role = roleUnderTest(exchange);
    this.#side = new SideUnderTest({
      put,
      role: this.role,
      profile: exchange.peer.profile,
      transport: exchange.transport,
      opening: stage.newOpening(),
      now: stage.now,
    });
  }

  /** A value of the exchange as it has to be in this run. */
  #today<Value>(value: Value): Value {
    return liveValues(value, this.#stage.now(), this.#written, this.parties);
  }

  async atDesk(turn: DeskTurn, check: string, list: Checklist): Promise<undefined> {
    const event = this.#today(turn.event);
    const why = whyLocal(turn, this.#put);
    if (why === undefined) {
      await list.check(check, () => {
        this.#side.act(event);
        return `we did: ${event.type}`;
      });
      return;
    }
    this.#side.actLocally(event);
    list.skip(check, why);
  }

  ring(): void {
    this.#side.act({ type: 'expired' });
  }

  say(): Uint8Array {
    const bytes = this.#side.next();
    if (!bytes)
      throw new CheckFailure('our side has nothing to say here: the loan stands otherwise than it should');
    this.#note(this.#put.protocol.correlate(this.#put.protocol.decode(bytes).message).key);
    return bytes;
  }

  #note(key: string): void {
    this.#key ??= key;
    this.keys.add(key);
  }

  expected({ hex }: Heard): unknown {
    return hex === undefined ? undefined : this.#put.protocol.decode(turnBytes({ hex })).message;
  }

  asks(turn: Heard): ActOfStaff | undefined {
    const { means } = turn;
    if (!means || automatic.has(means.type)) return undefined;
    return means.type === 'requested'
      ? { type: means.type, request: this.#today(this.#put.protocol.toRequest(this.expected(turn))) }
      : this.#today(means);
  }

  judge(turn: Heard, message: unknown): string {
    const { protocol } = this.#put;
    this.#assertOurs(message);
    const step = this.#side.hear(message);
    const { verdict } = turn;
    assertHeard({ verdict, ...this.#meaning(turn) }, message, step, this.#put);
    if (turn.means?.type === 'requested') this.#assertRequest(this.expected(turn), message);
    this.#assertPresent(turn, step.event);
    assertState(turn, this.#side.transaction?.state);
    return `${protocol.describe(message)}: ${step.verdict}; the loan is ${this.#side.transaction?.state ?? 'not there'}`;
  }

  overhear(message: unknown): void {
    this.#side.hear(message);
  }

  /** Every message belongs to this transaction and names the two libraries. */
  #assertOurs(message: unknown): void {
    const { protocol, clauseOf } = this.#put;
    const { key, borrower, lender } = protocol.correlate(message);
    const { role } = this.#scenario.exchange.peer;
    this.#note(key);
    const named = partiesOf({ ...(borrower ? { borrower } : {}), ...(lender ? { lender } : {}) }, role);
    const found: Difference[] = [];
    if (key !== this.#key) found.push({ path: 'transaction', expected: this.#key, got: key });
    if (named && named.own !== this.parties.own) {
      found.push({ path: 'our library', expected: this.parties.own, got: named.own });
    }
    if (named && named.partner !== this.parties.partner) {
      found.push({ path: "the partner's library", expected: this.parties.partner, got: named.partner });
    }
    assertNone(`${protocol.describe(message)} belongs to another conversation`, found, clauseOf(message));
  }

  /** What a message must mean: all of it where the desk is exact, else what no system lets its staff choose. */
  #meaning({ means }: Heard): Pick<MessageTurn, 'means'> {
    if (!means) return {};
    const fields = Object.entries(this.#today(means)).filter(
      ([key, value]) =>
        this.#stage.desk.isExact ||
        key === 'type' ||
        key === 'service' ||
        key === 'from' ||
        typeof value === 'boolean',
    );
    return { means: { type: means.type, ...Object.fromEntries(fields) } };
  }

  /** Where the desk is not exact, what the scenario has must be there all the same. */
  #assertPresent({ means }: Heard, event: object | undefined): void {
    if (this.#stage.desk.isExact) return;
    const lacking = Object.entries(means ?? {})
      .filter(([key, value]) => (isDay(value) || typeof value === 'string') && !(event && key in event))
      .map(([path]): Difference => ({ path, expected: 'any value', got: undefined }));
    assertNone('the message lacks what staff were asked to say', lacking);
  }

  #assertRequest(expected: unknown, message: unknown): void {
    const { protocol, clauseOf } = this.#put;
    const { services, item } = this.#today(protocol.toRequest(expected));
    const got: LendingRequest = protocol.toRequest(message);
    assertNone(
      'the request is not what staff asked for',
      [
        ...shortfalls(services, got.services, 'services'),
        ...(this.#stage.desk.isExact ? shortfalls(item, got.item, 'item') : []),
      ],
      clauseOf(message),
    );
  }

  assertStands(turn: DeskTurn): void {
    assertState(turn, this.#side.transaction?.state);
  }

  assertEnd(): string {
    const { exchange } = this.#scenario;
    const [owed] = this.#side.pending;
    if (owed) {
      const { message } = this.#put.protocol.decode(owed);
      throw new CheckFailure(
        `our side has more to say than the scenario has: ${this.#put.protocol.describe(message)}`,
      );
    }
    const { request: _, facts, ...states } = exchange.expect;
    const isExact = this.#stage.desk.isExact && facts !== undefined;
    lookAtEnd(
      { ...exchange, expect: { ...states, ...(isExact ? { facts: this.#today(facts) } : {}) } },
      this.#side.transaction,
    );
    return `the loan ends as ${this.#side.transaction?.state ?? 'none'}`;
  }
}
