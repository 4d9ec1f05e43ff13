import { setTimeout as pause } from 'node:timers/promises';
import type { Connection, PeerAddress } from '@interlend/core';
import { type DeskTurn, type Exchange, type MessageTurn, shortfalls, turnBytes } from '@interlend/testing';
import { fromHex, toHex } from '@interlend/wire/ber';
import { assertNone, CheckFailure, Checklist, HarnessError, type WayResult } from './checks.js';
import { actText, assertState, endText, lookAtEnd } from './end.js';
import { assertSaid } from './matched-message.js';
import { Moments } from './moments.js';
import type { Inbox, Partner } from './partner.js';
import { type ProtocolUnderTest, roleUnderTest } from './protocols.js';
import type { ServerApi, ServerMessage, Timeline } from './server-api.js';
import { hideSecrets, Trace } from './trace.js';

/** Where an exchange is replayed. */
export interface Stage {
  readonly api: ServerApi;
  readonly partner: Partner;
  /** Where the server listens for a transport. */
  readonly server: (transport: string) => PeerAddress;
  /** Symbol of the library under test and of its partner. */
  readonly own: string;
  readonly other: string;
}

/** A server that says nothing for so long is not going to. */
const patienceMs = 10_000;
const lookEveryMs = 5;

/** The replayed partner against a running server, in one transaction. */
class Replay {
  readonly #exchange: Exchange;
  readonly #put: ProtocolUnderTest;
  readonly #stage: Stage;
  readonly #trace: Trace;
  readonly #heard = new Map<string, number>();
  readonly #moments: Moments;
  /** Messages about no loan: nothing is kept of them with one. */
  #apart = 0;
  #id: string | undefined;
  #inbox: Inbox | undefined;
  #connection: Connection | undefined;
  /** What the server said last. */
  #said: Uint8Array | undefined;
  /** The server's own qualifier in place of that of the exchange, both in hex. */
  #qualifier: { readonly from: string; readonly to: string } | undefined;

  constructor(exchange: Exchange, put: ProtocolUnderTest, stage: Stage, trace: Trace) {
    this.#exchange = exchange;
    this.#put = put;
    this.#moments = new Moments(put);
    this.#stage = stage;
    this.#trace = trace;
  }

  /** The octets of a turn as they have to be in this run. */
  #bytes(turn: MessageTurn): Uint8Array {
    const hex = toHex(turnBytes(turn));
    return (
      fromHex(this.#qualifier ? hex.replaceAll(this.#qualifier.from, this.#qualifier.to) : hex) ??
      new Uint8Array()
    );
  }

  async act(turn: DeskTurn): Promise<string> {
    const { event } = turn;
    const { api, partner } = this.#stage;
    if (event.type === 'requested') {
      const { opening } = this.#exchange;
      if (!opening) throw new CheckFailure('expected `opening` in an exchange whose side under test asks');
      const opened = partner.expectOpening();
      this.#id = await api.borrow(event['request'], opening.group);
      this.#inbox = await Promise.race([opened, pause(patienceMs, undefined, { ref: false })]);
      return actText(turn);
    }
    if (this.#id === undefined) throw new CheckFailure('expected a transaction before the desk acts');
    assertState(turn, await api.act(this.#id, event));
    return actText(turn);
  }

  async match(turn: MessageTurn, index: number): Promise<string> {
    const { protocol, qualifierOf, clauseOf } = this.#put;
    const bytes = await this.#inbox?.next(patienceMs);
    if (!bytes) {
      const { message } = protocol.decode(turnBytes(turn));
      throw new CheckFailure(`expected ${protocol.describe(message)}, nothing came within ${patienceMs} ms`, {
        clause: clauseOf(message),
      });
    }
    this.#trace.add('out', bytes, index + 1);
    const { opening } = this.#exchange;
    if (opening && !this.#qualifier) {
      const to = Buffer.from(qualifierOf(protocol.decode(bytes).message)).toString('hex');
      const from = Buffer.from(opening.qualifier).toString('hex');
      if (to.length !== from.length) {
        throw new HarnessError(`opening.qualifier needs ${to.length / 2} octets, so that no length changes`);
      }
      this.#qualifier = { from, to };
    }
    this.#assertNoEcho(this.#bytes(turn), bytes);
    this.#said = bytes;
    assertSaid(this.#bytes(turn), bytes, index + 1, this.#exchange, this.#put);
    this.#moments.assertLater(bytes);
    return `the server said ${protocol.describe(protocol.decode(bytes).message)}, ${bytes.length} octets`;
  }

  /** Whoever says a thing twice is told so, and not that it is no answer to what came in between. */
  #assertNoEcho(expected: Uint8Array, said: Uint8Array): void {
    const { protocol, clauseOf } = this.#put;
    const { message } = protocol.decode(expected);
    const words = protocol.describe(protocol.decode(said).message);
    if (!this.#said || toHex(this.#said) !== toHex(said) || words === protocol.describe(message)) return;
    throw new CheckFailure(`it said 2 times ${words}, expected ${protocol.describe(message)} by now`, {
      clause: clauseOf(message),
    });
  }

  async say(turn: MessageTurn, index: number): Promise<string> {
    const { partner, server } = this.#stage;
    const { transport } = this.#exchange;
    const bytes = this.#bytes(turn);
    this.#trace.add('in', bytes, index + 1);
    this.#inbox = partner.expect(bytes, this.#inbox);
    const { onTheSpot, protocol } = this.#put;
    if (onTheSpot) {
      const { message: said } = protocol.decode(bytes);
      if (onTheSpot.isAnswer(said)) await this.#inbox.answer(bytes);
      else await partner.ask(bytes, server(transport), this.#inbox);
      const isOfNoLoan =
        protocol.correlate(said).key === '' || (turn.verdict === 'refused' && this.#id === undefined);
      if (!onTheSpot.isAnswer(said) && isOfNoLoan) {
        // What it was taken for shows in the answer, which is the next turn.
        this.#apart += 1;
        return `the server was asked ${protocol.describe(said)}`;
      }
    } else if (!this.#put.awaited.includes(transport)) await partner.say(bytes, server(transport));
    // Who was asked on a connection that goes both ways answers on it.
    else if (roleUnderTest(this.#exchange) === 'borrower') await this.#inbox.answer(bytes);
    else {
      this.#connection ??= await partner.talk(server(transport));
      await this.#connection.send(bytes);
    }
    const clause = this.#put.clauseOf(protocol.decode(bytes).message);
    const { message, timeline } = await this.#processed(toHex(bytes), clause);
    this.#assertHeard(turn, message, timeline, clause);
    return `the server took ${protocol.describe(protocol.decode(bytes).message)}: ${turn.verdict}`;
  }

  #assertHeard(turn: MessageTurn, message: ServerMessage, timeline: Timeline, clause: string): void {
    const name = message.name ?? 'the message';
    if (message.verdict !== turn.verdict) {
      const why = message.warnings.join('; ') || 'no warning';
      throw new CheckFailure(
        `expected ${name} to be judged “${turn.verdict}”, it was “${message.verdict ?? 'not'}”: ${why}`,
        { clause },
      );
    }
    const row = timeline.events.find((candidate) => candidate.message === message.id);
    const event = row?.event;
    if (turn.means) assertNone(`${name} means something else`, shortfalls(turn.means, event, ''), clause);
    else if (event)
      throw new CheckFailure(`expected ${name} to have no effect, it was “${event.type}”`, { clause });
    assertState(turn, row?.state ?? timeline.state);
  }

  /** Waits until the server has dealt with a message it took. */
  async #processed(
    hex: string,
    clause: string,
  ): Promise<{ readonly message: ServerMessage; readonly timeline: Timeline }> {
    const { api, own, other } = this.#stage;
    const before = this.#heard.get(hex) ?? 0;
    this.#heard.set(hex, before + 1);
    for (const until = performance.now() + patienceMs; performance.now() < until; await pause(lookEveryMs)) {
      const id = this.#id ?? (await api.newestLoan(own, other, roleUnderTest(this.#exchange)));
      const timeline = id === undefined ? undefined : await api.timeline(id);
      const message = timeline?.messages.filter((row) => row.direction === 'in' && row.hex === hex)[before];
      if (!timeline || !message || message.processing === 'waiting') continue;
      this.#id = timeline.id;
      return { message, timeline };
    }
    const lost = (await api.withoutEffect()).find((row) => row.hex === hex);
    throw new CheckFailure(
      lost
        ? `the message had no effect: ${lost.processing ?? ''} ${lost.warnings.join('; ')}`
        : `the message had no effect within ${patienceMs} ms`,
      { clause },
    );
  }

  async end(): Promise<string> {
    const timeline = this.#id === undefined ? undefined : await this.#stage.api.timeline(this.#id);
    lookAtEnd(this.#exchange, timeline);
    const { role } = this.#exchange.peer;
    const turns = this.#exchange.turns.filter((turn) => 'hex' in turn && turn.from !== role);
    const expected = turns.length - this.#apart;
    const said = timeline?.messages.filter(({ direction }) => direction === 'out') ?? [];
    if (said.length !== expected) {
      const names = said.map(({ name }) => name ?? '?').join(', ');
      throw new CheckFailure(
        `expected ${expected} messages of the side under test, it said ${said.length}: ${names}`,
      );
    }
    for (const bytes of this.#inbox?.waiting ?? []) this.#trace.add('out', bytes);
    if ((this.#inbox?.waiting.length ?? 0) > 0) throw new CheckFailure('expected nothing more on the wire');
    return endText(timeline);
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }
}

/** The replayed partner against a reference server, over real connections; desk turns go through its API. */
export async function lookAtServer(
  exchange: Exchange,
  put: ProtocolUnderTest,
  stage: Stage,
): Promise<WayResult> {
  const trace = new Trace(put);
  const list = new Checklist({ hide: (text) => hideSecrets(text, put) });
  const replay = new Replay(exchange, put, stage, trace);
  try {
    for (const [index, turn] of exchange.turns.entries()) {
      await list.check(`server/turn-${index + 1}`, async () => {
        if ('timer' in turn) return 'the timer of the server rings by itself';
        if ('desk' in turn) return await replay.act(turn);
        if (turn.from === roleUnderTest(exchange)) return await replay.match(turn, index);
        return await replay.say(turn, index);
      });
      if (list.isBroken) return { checks: list.checks, trace: trace.entries };
    }
    await list.check('server/end', () => replay.end());
    return { checks: list.checks, trace: trace.entries };
  } finally {
    await replay.close();
  }
}
