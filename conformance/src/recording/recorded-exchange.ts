import type { Role } from '@interlend/core';
import {
  type Exchange,
  exchangeDigest,
  formatExchange,
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

/**
 * The messages of a recording, one list for each transaction, in the order of their beginnings. Where a message is answered
 * on its own connection, an answer belongs to what was said there before it; greetings and goodbyes belong to nothing.
 */
export function transactionsOf(
  turns: readonly MessageTurn[],
  { protocol, onTheSpot }: ProtocolUnderTest,
): readonly (readonly MessageTurn[])[] {
  const lists = new Map<string, MessageTurn[]>();
  const keys = new Map<number, string>();
  for (const turn of turns) {
    const { message } = protocol.decode(turnBytes(turn));
    if (onTheSpot?.isGoodbye(message)) {
      keys.delete(turn.connection);
      continue;
    }
    const key = onTheSpot?.isAnswer(message) ? keys.get(turn.connection) : protocol.correlate(message).key;
    if (key === undefined) continue;
    keys.set(turn.connection, key);
    lists.set(key, [...(lists.get(key) ?? []), turn]);
  }
  return [...lists.values()];
}

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
  const { match, doubts } = await rulesFor(draft, put);
  const ruled: Exchange = { ...draft, match: [...match] };
  const mutations = await mutationsFor(ruled, put);
  return { exchange: { ...ruled, mutations: [...mutations] }, doubts: [...inferred.doubts, ...doubts] };
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
    for (const { path, expected, got } of differences) {
      const rule = expected === undefined || got === undefined ? 'any' : 'present';
      const turn = turnOf(failed.id);
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
  const first = exchange.turns.findIndex((turn) => 'hex' in turn);
  const cut = await cutShort(exchange, first, put);
  return cut ? [cut] : [];
}

async function cutShort(
  exchange: Exchange,
  index: number,
  put: ProtocolUnderTest,
): Promise<Mutation | undefined> {
  const turn = exchange.turns[index];
  if (!turn || !('hex' in turn)) return undefined;
  const change = { cut: 1 };
  const copy = { ...turn, hex: toHex(turnBytes(turn).slice(0, -change.cut)) };
  const turns = exchange.turns.map((each) => (each === turn ? copy : each));
  const { checks } = await lookAtCodec({ ...exchange, turns }, put);
  const failed = checks.find(({ outcome }) => outcome === 'fail');
  const code = /\(([a-z-]+)\)$/.exec(failed?.problem?.text ?? '')?.[1];
  if (!failed || code === undefined) return undefined;
  return {
    title: 'the last octet is missing',
    turn: index + 1,
    change,
    fails: { check: failed.id, names: code },
  };
}
