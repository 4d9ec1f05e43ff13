import type { LendingRequest, Role } from '@interlend/core';
import {
  type DeskTurn,
  type Difference,
  differences,
  type MessageTurn,
  redactMessage,
  shortfalls,
  turnBytes,
} from '@interlend/testing';
import { assertNone, CheckFailure, Checklist, type ExchangeResult, HarnessError } from '../run/checks.js';
import { assertState, lookAtEnd } from '../run/end.js';
import { assertHeard, whyLocal } from '../run/guard-way.js';
import { roleUnderTest } from '../run/protocols.js';
import { type ActOfStaff, SideUnderTest } from '../run/side-under-test.js';
import type { WireEntry } from '../run/wire-trace.js';
import { isDay, liveValues, type Parties, partiesOf } from './live-values.js';
import type { LoanDesk, PartnerDesk } from './partner-desk.js';
import type { PartnerLine } from './partner-line.js';
import type { Scenario } from './scenarios.js';

/** Where scenarios are tried. */
export interface LiveStage {
  readonly line: PartnerLine;
  readonly desk: PartnerDesk;
  /** How long the partner, and who works there, may take for one message. */
  readonly patienceMs: number;
  readonly now: () => Date;
  /** Identifiers of a new transaction. */
  readonly newOpening: () => { readonly group: string; readonly qualifier: string };
  /** The two libraries; those of the exchange where absent. */
  readonly parties: Partial<Parties>;
  /** Aborts when nothing more shall be tried. */
  readonly signal: AbortSignal;
}

/** Events that a machine says; no staff is asked for them. */
const automatic: ReadonlySet<string> = new Set(['statusReported', 'errorReported']);

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
      else if (turn.from === exchange.peer.role) await this.#hear(turn, index);
      else await this.#say(index);
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

  async #say(index: number): Promise<void> {
    const { protocol } = this.#scenario.put;
    await this.list.check(`server/turn-${index + 1}`, async () => {
      const bytes = this.#side.next();
      if (!bytes)
        throw new CheckFailure('our side has nothing to say here: the loan stands otherwise than it should');
      const { message } = protocol.decode(bytes);
      this.#key ??= protocol.correlate(message).key;
      this.trace.push({ direction: 'out', turn: index + 1, bytes });
      this.#said.push(bytes);
      await this.#stage.line.say(bytes);
      return `the partner took ${protocol.describe(message)}, ${bytes.length} octets`;
    });
  }

  async #hear(turn: MessageTurn, index: number): Promise<void> {
    const { exchange, put } = this.#scenario;
    const { protocol, clauseOf } = put;
    const name = `turn-${index + 1}`;
    const expected = protocol.decode(turnBytes(turn)).message;
    let bytes: Uint8Array = new Uint8Array();
    await this.list.check(`server/${name}`, async () => {
      const givenUp = await this.#askDesk(turn, expected);
      const { line, patienceMs, signal } = this.#stage;
      const arrival = await line.next(patienceMs, givenUp ? AbortSignal.any([signal, givenUp]) : signal);
      if (!arrival) {
        throw new CheckFailure(
          `expected ${protocol.describe(expected)}, nothing came within ${patienceMs} ms`,
          {
            clause: clauseOf(expected),
          },
        );
      }
      if ('problem' in arrival) throw new CheckFailure(arrival.problem, { clause: clauseOf(expected) });
      bytes = arrival.bytes;
      return `${bytes.length} octets came`;
    });
    if (this.list.isBroken) return;
    let message: unknown;
    await this.list.check(`codec/${name}`, () => {
      const decoded = protocol.decode(bytes, { profile: exchange.peer.profile });
      message = decoded.message;
      this.#keepTrace(bytes, index);
      for (const { code, path } of decoded.deviations) {
        if (!exchange.codec.deviations.includes(code)) {
          throw new CheckFailure(`${path} departs from the standard: ${code}`, { clause: clauseOf(message) });
        }
      }
      const again = protocol.decode(put.write(message, {})).message;
      const lost = this.#withoutPersonal(differences(message, again), message);
      assertNone('what was read is not what was written', lost, clauseOf(message));
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
  async #askDesk(turn: MessageTurn, expected: unknown): Promise<AbortSignal | undefined> {
    const { means } = turn;
    if (!means || automatic.has(means.type) || this.#stage.line.waiting.length > 0) return undefined;
    const event: ActOfStaff =
      means.type === 'requested'
        ? { type: means.type, request: this.#today(this.#scenario.put.protocol.toRequest(expected)) }
        : this.#today(means);
    return this.#loan.act(event, this.#said);
  }

  /** What came is kept for the report without what is personal in it. */
  #keepTrace(bytes: Uint8Array, index: number): void {
    const { protocol, personalFields } = this.#scenario.put;
    const redacted = redactMessage(bytes, {
      decode: (octets) => protocol.decode(octets).message,
      personalFields,
    });
    if (redacted) this.trace.push({ direction: 'in', turn: index + 1, bytes: redacted.bytes });
  }

  #withoutPersonal(found: readonly Difference[], message: unknown): readonly Difference[] {
    const personal = this.#scenario.put.personalFields(message).map(({ path }) => path);
    return found.map((difference) =>
      personal.some((path) => difference.path.startsWith(path))
        ? { path: difference.path, expected: 'a personal text', got: 'something else' }
        : difference,
    );
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
  #meaning({ means }: MessageTurn): Pick<MessageTurn, 'means'> {
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
  #assertPresent({ means }: MessageTurn, event: object | undefined): void {
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
