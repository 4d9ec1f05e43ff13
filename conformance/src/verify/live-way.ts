import type { MessageTurn } from '@interlend/testing';
import { CheckFailure, Checklist, type ExchangeResult } from '../run/checks.js';
import type { ActOfStaff } from '../run/side-under-test.js';
import { hideSecrets, Trace } from '../run/trace.js';
import { readMessage, withoutReaders } from './heard-message.js';
import { type Expected, hearNext, readable } from './hearing.js';
import type { Arrival } from './line/arrivals.js';
import type { LiveStage } from './live-stage.js';
import { OurPart } from './part/our-part.js';
import type { Heard, Part } from './part/part.js';
import { TheirPart } from './part/their-part.js';
import type { LoanDesk } from './partner-desk.js';
import type { Scenario } from './scenarios.js';

/** Who the harness is: the partner of the exchange where the live system is what the suite tests, our own side elsewhere. */
function partIn(scenario: Scenario, stage: LiveStage): Part {
  const { rewriting } = scenario.put.live ?? {};
  return rewriting ? new TheirPart(scenario, stage, rewriting) : new OurPart(scenario, stage);
}

/** A scenario with a live partner: the checks have the ids that they have in the suite. */
class LiveConversation {
  readonly #scenario: Scenario;
  readonly #stage: LiveStage;
  readonly #part: Part;
  readonly #loan: LoanDesk;
  /** What was said in this loan, for a desk that has to know of it first. */
  readonly #said: Uint8Array[] = [];
  /** Aborts when the person gives up who was asked to act. */
  #givenUp: AbortSignal | undefined;
  readonly list: Checklist;
  readonly trace: Trace;

  constructor(scenario: Scenario, stage: LiveStage) {
    this.#scenario = scenario;
    this.#stage = stage;
    this.list = new Checklist({ hide: (text) => hideSecrets(text, scenario.put) });
    this.trace = new Trace(scenario.put);
    this.#part = partIn(scenario, stage);
    this.#loan = stage.desk.begin(this.#part.parties, scenario.partnerRole);
  }

  async run(): Promise<void> {
    const { exchange } = this.#scenario;
    for (const [index, turn] of exchange.turns.entries()) {
      const name = `turn-${index + 1}`;
      if ('desk' in turn) {
        const asked = await this.#part.atDesk(turn, `guard/${name}`, this.list);
        if (asked) await this.list.check(`server/${name}`, () => this.#askStaff(asked));
      } else if ('timer' in turn) {
        await this.list.check(`guard/${name}`, () => this.#part.ring());
      } else if (turn.from === this.#part.role) await this.#say(turn, name, index + 1);
      else await this.#hear(turn, name, index + 1);
      if (!this.list.isBroken && index === this.#opening) await this.#confirm();
      if (this.list.isBroken) return;
      if (turn.state !== undefined && 'desk' in turn) {
        await this.list.check(`guard/${name}`, () => this.#part.assertStands(turn));
      }
      if (this.list.isBroken) return;
    }
    await this.list.check('guard/end', async () => this.#part.assertEnd(await this.#loan.stands?.()));
    if (this.#isMonologue) await this.#giveTimeToObject();
    await this.list.check('server/end', () => this.#assertSilence());
  }

  /** Whether the partner has nothing to say in the whole conversation, though it may object at any time. */
  get #isMonologue(): boolean {
    const { exchange, put } = this.#scenario;
    const isAnswered = exchange.turns.some((turn) => 'hex' in turn && turn.from !== this.#part.role);
    return !isAnswered && put.live?.isAside !== undefined;
  }

  /** Waits for what a partner says of its own accord about what we said; silence is well. */
  async #giveTimeToObject(): Promise<void> {
    const { put } = this.#scenario;
    const { line, patienceMs, signal } = this.#stage;
    const arrival = await line.next(patienceMs, signal);
    if (!arrival) {
      this.list.skip('codec/end', 'the partner said nothing that could be read');
      return;
    }
    await this.list.check('codec/end', () => {
      if ('problem' in arrival) throw new CheckFailure(arrival.problem);
      this.#note(arrival.bytes);
      const message = readMessage(arrival.bytes, this.#scenario);
      const name = put.protocol.describe(message);
      if (!this.#isAside(message)) throw new CheckFailure(`expected no objection, came ${name}`);
      return `${name} reads without departures`;
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
    if (this.#part.role === 'borrower') await this.#hear(turn, 'confirmation');
    else await this.#say(undefined, 'confirmation');
  }

  async #say(turn: MessageTurn | undefined, name: string, number?: number): Promise<void> {
    const { protocol } = this.#scenario.put;
    await this.list.check(`server/${name}`, async () => {
      const bytes = this.#part.say(turn);
      const { message } = protocol.decode(bytes);
      this.trace.add('out', bytes, number);
      if (protocol.correlate(message).key !== '') this.#said.push(bytes);
      await this.#stage.line.say(bytes);
      return `the partner took ${protocol.describe(message)}, ${bytes.length} octets`;
    });
  }

  async #hear(turn: Heard, name: string, number?: number): Promise<void> {
    const { put } = this.#scenario;
    const { protocol, clauseOf } = put;
    let bytes: Uint8Array = new Uint8Array();
    await this.list.check(`server/${name}`, async () => {
      const message = this.#part.expected(turn);
      const asked = this.#part.asks(turn);
      if (asked && this.#unclaimed.length === 0) await this.#askStaff(asked, message);
      bytes = await this.#next({
        text: message === undefined ? 'word at once that the request has come' : protocol.describe(message),
        ...(message === undefined ? {} : { clause: clauseOf(message) }),
        isAside: message !== undefined && this.#isAside(message),
      });
      return `${bytes.length} octets came`;
    });
    if (this.list.isBroken) return;
    let message: unknown;
    await this.list.check(`codec/${name}`, () => {
      this.#note(bytes, number);
      message = readMessage(bytes, this.#scenario);
      return `${protocol.describe(message)} reads without departures`;
    });
    if (this.list.isBroken) return;
    await this.list.check(`guard/${name}`, () => this.#part.judge(turn, message));
  }

  async #askStaff(event: ActOfStaff, expected?: unknown): Promise<string> {
    const { protocol } = this.#scenario.put;
    const about =
      expected === undefined ? {} : { expected: { message: expected, name: protocol.describe(expected) } };
    this.#givenUp = await this.#loan.act(event, { said: this.#said, ...about });
    return `staff were asked: ${event.type}`;
  }

  /** Keeps what came, without what is personal in it; nothing of octets that cannot be read. */
  #note(bytes: Uint8Array, turn?: number): void {
    const redacted = withoutReaders(bytes, this.#scenario.put);
    if (redacted) this.trace.add('in', redacted, turn);
  }

  #isAside(message: unknown): boolean {
    return this.#scenario.put.live?.isAside?.(message) ?? false;
  }

  #next(expected: Expected): Promise<Uint8Array> {
    return hearNext(this.#stage, this.#scenario.put, expected, {
      givenUp: this.#givenUp,
      isAside: (message) => this.#isAside(message),
      onAside: (message, bytes) => {
        this.#note(bytes);
        this.#part.overhear(message);
      },
    });
  }

  /** What came and nobody asked for, but for what may come at any time, or late from an earlier conversation. */
  get #unclaimed(): readonly Arrival[] {
    const { put } = this.#scenario;
    return this.#stage.line.waiting.filter((arrival) => {
      const message = readable(arrival, put);
      if (message === undefined) return true;
      return !this.#isAside(message) && !this.#stage.past.has(put.protocol.correlate(message).key);
    });
  }

  #assertSilence(): string {
    const more = this.#unclaimed.length;
    if (more > 0) throw new CheckFailure(`expected nothing more from the partner, ${more} more came`);
    return 'the partner said nothing more';
  }

  /** What comes of this conversation from now on is late. */
  end(): void {
    for (const key of this.#part.keys) this.#stage.past.add(key);
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
  conversation.end();
  const { list, trace } = conversation;
  return { exchange: scenario.exchange, checks: list.checks, trace: trace.entries };
}
