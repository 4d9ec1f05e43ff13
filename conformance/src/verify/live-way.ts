import type { LendingRequest, Role } from '@interlend/core';
import { type DeskTurn, type Difference, type MessageTurn, shortfalls, turnBytes } from '@interlend/testing';
import { assertNone, CheckFailure, Checklist, type ExchangeResult, HarnessError } from '../run/checks.js';
import { assertState, lookAtEnd } from '../run/end.js';
import { assertHeard, whyLocal } from '../run/guard-way.js';
import { roleUnderTest } from '../run/protocols.js';
import { type ActOfStaff, SideUnderTest } from '../run/side-under-test.js';
import type { WireEntry } from '../run/wire-trace.js';
import { awaitMessage, heardEntry, readMessage } from './heard-message.js';
import type { LiveStage } from './live-stage.js';
import { isDay, liveValues, type Parties, partiesOf } from './live-values.js';
import type { LoanDesk } from './partner-desk.js';
import type { Scenario } from './scenarios.js';

/** Events that a machine says; no staff is asked for them. */
const automatic: ReadonlySet<string> = new Set(['statusReported', 'errorReported']);

/** What a message of the partner should be. Its octets are those of the exchange, where that has any for it. */
type Heard = Pick<MessageTurn, 'means' | 'verdict' | 'state'> & Partial<Pick<MessageTurn, 'hex'>>;

/** A scenario with a live partner: the checks have the ids that they have in the suite. */
class LiveConversation {
  readonly #scenario: Scenario;
  readonly #stage: LiveStage;
  readonly #side: SideUnderTest;
  readonly #loan: LoanDesk;
  readonly #written: Parties;
  readonly #live: Parties;
  readonly #said: Uint8Array[] = [];
  #key: string | undefined;
  readonly list: Checklist = new Checklist();
  readonly trace: WireEntry[] = [];

  constructor(scenario: Scenario, stage: LiveStage) {
    const { exchange, put } = scenario;
    this.#scenario = scenario;
    this.#stage = stage;
    const first = exchange.turns.find((turn) => 'hex' in turn);
    const written =
      first &&
      partiesOf(put.protocol.correlate(put.protocol.decode(turnBytes(first)).message), exchange.peer.role);
    if (!written) throw new HarnessError(`${exchange.id}: its first message names no borrower or no lender`);
    this.#written = written;
    this.#live = { ...written, ...stage.parties };
    this.#side = new SideUnderTest({
      put,
      role: this.#ownRole,
      profile: exchange.peer.profile,
      transport: exchange.transport,
      opening: stage.newOpening(),
      now: stage.now,
    });
    this.#loan = stage.desk.begin(this.#live);
  }

  get #ownRole(): Role {
    return roleUnderTest(this.#scenario.exchange);
  }

  /** A value of the exchange as it has to be in this run. */
  #today<Value>(value: Value): Value {
    return liveValues(value, this.#stage.now(), this.#written, this.#live);
  }

  async run(): Promise<void> {
    const { exchange } = this.#scenario;
    for (const [index, turn] of exchange.turns.entries()) {
      const name = `turn-${index + 1}`;
      if ('desk' in turn) await this.#actHere(turn, name);
      else if ('timer' in turn) await this.#do({ type: 'expired' }, name);
      else if (turn.from === exchange.peer.role) await this.#hear(turn, name, index + 1);
      else await this.#say(name, index + 1);
      if (!this.list.isBroken && index === this.#opening) await this.#confirm();
      if (this.list.isBroken) return;
      if (turn.state !== undefined && !('hex' in turn)) {
        await this.list.check(`guard/${name}`, () => assertState(turn, this.#side.transaction?.state));
      }
      if (this.list.isBroken) return;
    }
    await this.list.check('guard/end', () => this.#lookAtEnd());
    await this.list.check('server/end', () => {
      const more = this.#stage.line.waiting.length;
      if (more > 0) throw new CheckFailure(`expected nothing more from the partner, ${more} more came`);
      return 'the partner said nothing more';
    });
  }

  /** The turn that begins the transaction. */
  get #opening(): number {
    return this.#scenario.exchange.turns.findIndex((turn) => 'hex' in turn);
  }

  /** Where the borrower waits on its connection, the lender tells it at once where its request stands. */
  async #confirm(): Promise<void> {
    const { exchange, put } = this.#scenario;
    if (!put.awaited.includes(exchange.transport)) return;
    const turn = { verdict: 'accepted', means: { type: 'statusReported', from: 'lender' } } as const;
    if (this.#ownRole === 'borrower') await this.#hear(turn, 'confirmation');
    else await this.#say('confirmation');
  }

  async #actHere(turn: DeskTurn, name: string): Promise<void> {
    const why = whyLocal(turn, this.#scenario.put);
    if (why === undefined) return this.#do(this.#today(turn.event), name);
    this.#side.actLocally(this.#today(turn.event));
    this.list.skip(`guard/${name}`, why);
  }

  async #do(event: ActOfStaff, name: string): Promise<void> {
    await this.list.check(`guard/${name}`, () => {
      this.#side.act(event);
      return `we did: ${event.type}`;
    });
  }

  async #say(name: string, turn?: number): Promise<void> {
    const { protocol } = this.#scenario.put;
    await this.list.check(`server/${name}`, async () => {
      const bytes = this.#side.next();
      if (!bytes)
        throw new CheckFailure('our side has nothing to say here: the loan stands otherwise than it should');
      const { message } = protocol.decode(bytes);
      this.#key ??= protocol.correlate(message).key;
      this.trace.push({ direction: 'out', ...(turn === undefined ? {} : { turn }), bytes });
      this.#said.push(bytes);
      await this.#stage.line.say(bytes);
      return `the partner took ${protocol.describe(message)}, ${bytes.length} octets`;
    });
  }

  async #hear(turn: Heard, name: string, number?: number): Promise<void> {
    const { put } = this.#scenario;
    const { protocol, clauseOf } = put;
    const expected =
      turn.hex === undefined ? undefined : protocol.decode(turnBytes({ hex: turn.hex })).message;
    let bytes: Uint8Array = new Uint8Array();
    await this.list.check(`server/${name}`, async () => {
      const givenUp = await this.#askDesk(turn, expected);
      bytes = await awaitMessage(
        this.#stage,
        expected ? protocol.describe(expected) : 'word at once that the request has come',
        { ...(expected ? { clause: clauseOf(expected) } : {}), givenUp },
      );
      return `${bytes.length} octets came`;
    });
    if (this.list.isBroken) return;
    let message: unknown;
    await this.list.check(`codec/${name}`, () => {
      this.trace.push(...heardEntry(bytes, number, put));
      message = readMessage(bytes, this.#scenario);
      return `${protocol.describe(message)} reads without departures`;
    });
    if (this.list.isBroken) return;
    await this.list.check(`guard/${name}`, () => {
      this.#assertOurs(message);
      const step = this.#side.hear(message);
      const { verdict } = turn;
      assertHeard({ verdict, ...this.#meaning(turn) }, message, step, put);
      if (turn.means?.type === 'requested') this.#assertRequest(expected, message);
      this.#assertPresent(turn, step.event);
      assertState(turn, this.#side.transaction?.state);
      return `${protocol.describe(message)}: ${step.verdict}; the loan is ${this.#side.transaction?.state ?? 'not there'}`;
    });
  }

  /** Has the partner's staff do what leads to its message, unless the partner was quicker. */
  async #askDesk(turn: Heard, expected: unknown): Promise<AbortSignal | undefined> {
    const { means } = turn;
    if (!means || automatic.has(means.type) || this.#stage.line.waiting.length > 0) return undefined;
    const event: ActOfStaff =
      means.type === 'requested'
        ? { type: means.type, request: this.#today(this.#scenario.put.protocol.toRequest(expected)) }
        : this.#today(means);
    return this.#loan.act(event, this.#said);
  }

  /** Every message belongs to this transaction and names the two libraries. */
  #assertOurs(message: unknown): void {
    const { protocol, clauseOf } = this.#scenario.put;
    const { key, borrower, lender } = protocol.correlate(message);
    const { role } = this.#scenario.exchange.peer;
    this.#key ??= key;
    const named = partiesOf({ ...(borrower ? { borrower } : {}), ...(lender ? { lender } : {}) }, role);
    const found: Difference[] = [];
    if (key !== this.#key) found.push({ path: 'transaction', expected: this.#key, got: key });
    if (named && named.own !== this.#live.own) {
      found.push({ path: 'our library', expected: this.#live.own, got: named.own });
    }
    if (named && named.partner !== this.#live.partner) {
      found.push({ path: "the partner's library", expected: this.#live.partner, got: named.partner });
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
    const { protocol, clauseOf } = this.#scenario.put;
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

  #lookAtEnd(): string {
    const { exchange, put } = this.#scenario;
    const [owed] = this.#side.pending;
    if (owed) {
      const { message } = put.protocol.decode(owed);
      throw new CheckFailure(
        `our side has more to say than the scenario has: ${put.protocol.describe(message)}`,
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

/** Tries a scenario with a live partner. */
export async function tryScenario(scenario: Scenario, stage: LiveStage): Promise<ExchangeResult> {
  if (stage.signal.aborted) {
    const problem = { text: `${String(stage.signal.reason)} before it began`, differences: [] };
    return {
      exchange: scenario.exchange,
      checks: [{ id: 'server/start', outcome: 'not-tried', problem }],
      trace: [],
    };
  }
  const conversation = new LiveConversation(scenario, stage);
  await conversation.run();
  const { list, trace } = conversation;
  return { exchange: scenario.exchange, checks: list.checks, trace };
}
