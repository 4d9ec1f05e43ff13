import type { Role } from '@interlend/core';
import {
  type Exchange,
  exchangeDigest,
  formatExchange,
  isFilled,
  type MatchRule,
  type MessageTurn,
  type Mutation,
  type Recording,
  turnBytes,
} from '@interlend/testing';
import { toHex } from '@interlend/wire/ber';
import { lookAtCodec } from '../run/codec-way.js';
import { lookAtGuard } from '../run/guard-way.js';
import type { ProtocolUnderTest } from '../run/protocols.js';
import { inferTurns } from './infer-turns.js';

/** What the octets do not say about a recording. */
export interface RecordingHead {
  readonly id: string;
  readonly title: string;
  readonly transport: string;
  readonly peer: Exchange['peer'];
  readonly source: string;
  readonly captured: Date;
  readonly licence: string;
  readonly requirements: readonly string[];
  /** Rules for values of which it is known why they differ from run to run. */
  readonly match?: readonly MatchRule[];
  /** How the partner's software writes, in the options of the protocol's encoder. */
  readonly writing: Exchange['codec']['writing'];
}

/** An exchange made of a recording, and what a person should look at before it is kept. */
export interface RecordedExchange {
  readonly exchange: Exchange;
  readonly doubts: readonly string[];
}

/** The file of an exchange in the folder `exchanges` of a suite, with its schema for editors. */
export function exchangeFile(exchange: Exchange): string {
  const up = '../'.repeat(exchange.id.split('/').length);
  return `# yaml-language-server: $schema=${up}schema/exchange.json\n${formatExchange(exchange)}`;
}

/** The messages of one transaction of a recording. */
export interface RecordedTransaction {
  readonly turns: readonly MessageTurn[];
  /**
   * Whether the two sides have each other's role in it: the recorder knows them by who connects, and a central server, or
   * a library that both borrows and lends, connects in both.
   */
  readonly isTurned: boolean;
}

/**
 * The messages of a recording by transaction, in the order of their beginnings. Where a message is answered
 * on its own connection, an answer belongs to what was said there before it; a question about no loan, and its answer, to
 * the one that begins next. Greetings and goodbyes belong to nothing.
 */
export function transactionsOf(
  turns: readonly MessageTurn[],
  { protocol, onTheSpot }: ProtocolUnderTest,
): readonly RecordedTransaction[] {
  const lists = new Map<string, MessageTurn[]>();
  const keys = new Map<number, string>();
  let loose: readonly MessageTurn[] = [];
  for (const turn of turns) {
    const { message } = protocol.decode(turnBytes(turn));
    // Whoever connects may speak first, and be greeted then.
    if (onTheSpot?.isGreeting(message)) continue;
    if (onTheSpot?.isGoodbye(message)) {
      keys.delete(turn.connection);
      continue;
    }
    const about = protocol.correlate(message);
    const key = onTheSpot?.isAnswer(message) ? keys.get(turn.connection) : about.key;
    if (key === undefined) continue;
    keys.set(turn.connection, key);
    if (onTheSpot && key === '' && !about.isOpening) {
      loose = [...loose, turn];
      continue;
    }
    const before = about.isOpening && !lists.has(key) ? loose : [];
    if (before.length > 0) loose = [];
    lists.set(key, [...(lists.get(key) ?? []), ...before, turn]);
  }
  const all = [...lists.values(), ...(loose.length > 0 && lists.size === 0 ? [loose] : [])];
  return all.map((list) => {
    const addressees = list.map(({ from, hex }) => ({
      from,
      to: protocol.correlate(protocol.decode(turnBytes({ hex })).message).to,
    }));
    const told = addressees.find(({ to }) => to !== undefined);
    const isTurned = told?.from === told?.to && told !== undefined;
    return {
      turns: isTurned ? list.map((turn) => ({ ...turn, from: otherRole[turn.from] })) : list,
      isTurned,
    };
  });
}

const otherRole: Readonly<Record<Role, Role>> = { borrower: 'lender', lender: 'borrower' };

/**
 * Makes the exchange of the messages of one transaction: desk turns, meanings and states are inferred; what our own side
 * says otherwise than was recorded gets a rule and is listed as a doubt; mutated copies are made and tried.
 */
export async function exchangeOf(
  messages: readonly MessageTurn[],
  { redactions }: Pick<Recording, 'redactions'>,
  head: RecordingHead,
  put: ProtocolUnderTest,
): Promise<RecordedExchange> {
  const { peer, transport } = head;
  const inferred = inferTurns(messages, { put, peer, transport });
  const ownRole: Role = peer.role === 'borrower' ? 'lender' : 'borrower';
  const draft: Exchange = {
    format: 1,
    id: head.id,
    title: head.title,
    protocol: put.protocol.name as Exchange['protocol'],
    transport,
    peer,
    provenance: {
      origin: 'recorded',
      source: head.source,
      captured: head.captured.toISOString().slice(0, 10),
      licence: head.licence,
      redactions: [...redactions],
      sha256: exchangeDigest(messages),
    },
    ...(inferred.opening ? { opening: inferred.opening } : {}),
    codec: codecOf(messages, head, put),
    requirements: [...head.requirements],
    match: [...(head.match ?? [])],
    turns: [...inferred.turns],
    expect: inferred.state === undefined ? {} : { [ownRole]: inferred.state },
    mutations: [],
  };
  const { match, doubts } = await rulesFor(
    { ...draft, match: [...draft.match, ...hiddenRules(draft, put)] },
    put,
  );
  const ruled: Exchange = { ...draft, match: [...match] };
  const mutations = await mutationsFor(ruled, put);
  return { exchange: { ...ruled, mutations: [...mutations] }, doubts: [...inferred.doubts, ...doubts] };
}

/** What was replaced in messages of our own side stands there in another way when it says them again. */
function hiddenRules({ turns, peer, match }: Exchange, put: ProtocolUnderTest): readonly MatchRule[] {
  const { protocol, recording, personalFields } = put;
  const ruled = new Set([...match, ...put.volatile].map(({ path }) => path));
  return turns.flatMap((turn, index) => {
    if (!('hex' in turn) || turn.from === peer.role) return [];
    const { message } = protocol.decode(turnBytes(turn));
    const hidden = (recording?.personalFields ?? personalFields)(message).filter(({ text }) =>
      isFilled(text),
    );
    return [...new Set(hidden.map(({ path }) => path))]
      .filter((path) => !ruled.has(path))
      .map((path) => ({
        path,
        rule: 'present' as const,
        turn: index + 1,
        why: 'what stood there is personal, and was replaced',
      }));
  });
}

function codecOf(
  messages: readonly MessageTurn[],
  { peer, writing }: RecordingHead,
  { protocol, write }: ProtocolUnderTest,
): Exchange['codec'] {
  const peers = messages
    .filter(({ from }) => from === peer.role)
    .map((turn) => ({ hex: toHex(turnBytes(turn)), ...protocol.decode(turnBytes(turn)) }));
  const isExact = peers.every(({ hex, message }) => toHex(write(message, writing)) === hex);
  const deviations = peers.flatMap((decoded) => decoded.deviations.map(({ code }) => code));
  return { roundTrip: isExact ? 'octets' : 'value', writing, deviations: [...new Set(deviations)].sort() };
}

/** Rules for what our own side says otherwise than was recorded: one turn after the other until it agrees. */
async function rulesFor(
  draft: Exchange,
  put: ProtocolUnderTest,
): Promise<{ readonly match: readonly MatchRule[]; readonly doubts: readonly string[] }> {
  const match: MatchRule[] = [...draft.match];
  const doubts: string[] = [];
  for (let round = 0; round < draft.turns.length; round++) {
    const { checks } = await lookAtGuard({ ...draft, match }, put);
    const failed = checks.find(({ outcome }) => outcome === 'fail');
    if (!failed?.problem) break;
    const { text, differences } = failed.problem;
    if (differences.length === 0) {
      doubts.push(`${failed.id}: ${text}`);
      break;
    }
    const turn = turnOf(failed.id);
    const isRuled = (path: string): boolean =>
      match.some((rule) => rule.path === path && (rule.turn === undefined || rule.turn === turn));
    const unruled = differences.filter(({ path }) => !isRuled(path));
    if (unruled.length === 0) {
      // A rule for messages does not help against the state of a loan.
      doubts.push(`${failed.id}: ${text}`);
      break;
    }
    for (const { path, expected, got } of unruled) {
      const rule = expected === undefined || got === undefined ? 'any' : 'present';
      match.push({
        path,
        rule,
        ...(turn && { turn }),
        why: 'our own side says something else; see whether it may',
      });
      doubts.push(`${failed.id}: ${path} is not what our own side says; a rule lets it be`);
    }
  }
  return { match, doubts };
}

/** The turn that a check looked at, counted from 1. */
function turnOf(check: string): number | undefined {
  return Number(/\/turn-(\d+)$/.exec(check)?.[1]) || undefined;
}

/** Copies with one fault each, of which the suite was seen to notice the fault. */
async function mutationsFor(exchange: Exchange, put: ProtocolUnderTest): Promise<readonly Mutation[]> {
  for (const index of exchange.turns.keys()) {
    for (const cut of cuts) {
      const mutation = await cutShort(exchange, index, cut, put);
      if (mutation) return [mutation];
    }
  }
  return [];
}

/** Octets that are taken away; on some wires the last ones are the end of a line that is not missed. */
const cuts = [1, 4] as const;

async function cutShort(
  exchange: Exchange,
  index: number,
  cut: number,
  put: ProtocolUnderTest,
): Promise<Mutation | undefined> {
  const turn = exchange.turns[index];
  if (!turn || !('hex' in turn)) return undefined;
  const copy = { ...turn, hex: toHex(turnBytes(turn).slice(0, -cut)) };
  const turns = exchange.turns.map((each) => (each === turn ? copy : each));
  const { checks } = await lookAtCodec({ ...exchange, turns }, put);
  const failed = checks.find(({ outcome }) => outcome === 'fail');
  const code = /\(([a-z-]+)\)$/.exec(failed?.problem?.text ?? '')?.[1];
  if (!failed || code === undefined) return undefined;
  return {
    title: cut === 1 ? 'the last octet is missing' : `the last ${cut} octets are missing`,
    turn: index + 1,
    change: { cut },
    fails: { check: failed.id, names: code },
  };
}
