import { EncodeError, isInterlendError, type LendingEvent, type Role, StateError } from '@interlend/core';
import { type Exchange, type MessageTurn, type Turn, turnBytes } from '@interlend/testing';
import { whyLocal } from '../run/guard-way.js';
import type { ProtocolUnderTest } from '../run/protocols.js';
import { type ActOfStaff, SideUnderTest } from '../run/side-under-test.js';

/** A conversation with what stands behind its messages. */
export interface InferredConversation {
  readonly turns: readonly Turn[];
  readonly opening: Exchange['opening'];
  /** State in which the side under test ends. */
  readonly state: string | undefined;
  /** For whoever keeps the recording: what could not be inferred. */
  readonly doubts: readonly string[];
}

function withoutSpeaker({ from: _, ...event }: LendingEvent): ActOfStaff {
  return event as ActOfStaff;
}

/**
 * Finds out what happened at the desks between the messages of a recording: two sides of our own hear and say what the two
 * systems did. What the partner's side hears of a message of ours is what our staff did before it.
 *
 * @param messages of one transaction, in their order
 */
export function inferTurns(
  messages: readonly MessageTurn[],
  { put, peer: partner, transport }: Inference,
): InferredConversation {
  const { protocol } = put;
  const { role: peerRole, profile, mode } = partner;
  const isStrict = mode === 'strict';
  const ownRole: Role = peerRole === 'borrower' ? 'lender' : 'borrower';
  const now = () => new Date();
  const today = (): string => now().toISOString().slice(0, 10);
  const first = messages[0] && protocol.decode(turnBytes(messages[0])).message;
  const opening =
    first === undefined ? undefined : { group: put.groupOf(first), qualifier: put.qualifierOf(first) };
  const { meaningOf, partnersWorld } = put.recording ?? {};
  const side = (role: Role, its = put) =>
    new SideUnderTest({ put: its, role, profile, transport, isStrict, opening, now });
  const own = side(ownRole);
  const peer = side(peerRole, partnersWorld ? { ...put, world: partnersWorld } : put);
  const turns: Turn[] = [];
  const doubts: string[] = [];

  const describe = (bytes: Uint8Array): string => protocol.describe(protocol.decode(bytes).message);
  const ask = (from: SideUnderTest, message: unknown): ActOfStaff => {
    const event = { type: 'requested', request: protocol.toRequest(message) };
    from.act(event);
    return event;
  };
  /** Begins the loan on a side. A protocol may have words for one of the two sides only. */
  const begin = (beginner: SideUnderTest, message: unknown): ActOfStaff | undefined => {
    try {
      return ask(beginner, message);
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error;
      doubts.push(`${protocol.describe(message)}: this side cannot be played: ${error.message}`);
      return undefined;
    }
  };
  /** Our own side may see the loan otherwise than the recorded one did, and then cannot take a message at all. */
  const hearAsOwn = (message: unknown): ReturnType<SideUnderTest['hear']> | undefined => {
    try {
      return own.hear(message);
    } catch (error) {
      if (!isInterlendError(error)) throw error;
      doubts.push(`${protocol.describe(message)}: ${error.message}`);
      return undefined;
    }
  };
  const hearAsPeer = (message: unknown): LendingEvent | undefined => {
    const [service] = own.transaction?.request.services ?? [];
    if (meaningOf)
      return meaningOf(message, { service: service === 'copy' ? 'copy' : 'loan', today: today() });
    try {
      const { event, proposals } = peer.hear(message);
      // A person of ours said it on purpose, so a person there would take it as it was meant.
      const [{ id } = {}] = proposals ?? [];
      return event ?? (id === undefined ? undefined : peer.accept(id));
    } catch (error) {
      if (!isInterlendError(error)) throw error;
      return undefined;
    }
  };
  /** What the wire has no word for must have happened where the next act cannot be without it. */
  const actAfterUnsaid = (event: ActOfStaff): void => {
    try {
      own.act(event);
    } catch (error) {
      const [service = 'loan'] = own.transaction?.request.services ?? [];
      const unsaid = { type: 'received', service, receivedOn: today() };
      const isUnsaid = whyLocal({ desk: ownRole, event: unsaid }, put) !== undefined;
      if (!(error instanceof StateError && isUnsaid) || own.transaction?.state === 'received') throw error;
      own.actLocally(unsaid);
      turns.push({ desk: ownRole, event: unsaid, ...stateOf(own) });
      own.act(event);
    }
  };
  /** Lets a side do what the recording says it did; it may see the loan otherwise than the system did. */
  const follow = (follower: SideUnderTest, event: ActOfStaff, doing: string): void => {
    try {
      if (follower === own) actAfterUnsaid(event);
      else follower.act(event);
    } catch (error) {
      doubts.push(`${doing}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  const hearPeer = (turn: MessageTurn, message: unknown): void => {
    const { isOpening } = protocol.correlate(message);
    if (isOpening && !peer.transaction && !meaningOf) {
      begin(peer, message);
      drain(peer);
    } else if (peer.pending.length > 0) peer.next();
    const step = hearAsOwn(message);
    if (!step) {
      turns.push(turn);
      return;
    }
    const { verdict, event } = step;
    if (meaningOf) {
      // Nobody but the partner plays its side.
    } else if (event && !isOpening && !peer.transaction)
      doubts.push(`${protocol.describe(message)} comes before a request`);
    else if (event && !isOpening && !isAnswer(event)) {
      follow(peer, withoutSpeaker(event), protocol.describe(message));
      drain(peer);
    }
    // The request stands in the octets; its meaning is said in one word.
    const means = event && (event.type === 'requested' ? { type: event.type } : withoutSpeaker(event));
    turns.push({ ...turn, verdict, ...(means ? { means } : {}), ...stateOf(own) });
  };

  const sayOwn = (turn: MessageTurn, bytes: Uint8Array, message: unknown): void => {
    const { isOpening } = protocol.correlate(message);
    const [owed] = own.pending;
    if (isOpening && !own.transaction) {
      const event = begin(own, message);
      if (event) turns.push({ desk: ownRole, event, ...stateOf(own) });
      drain(own);
      hearAsPeer(message);
    } else {
      const event = hearAsPeer(message);
      if (owed && describe(owed) === describe(bytes)) own.next();
      else if (event) {
        const act = withoutSpeaker(event);
        follow(own, act, protocol.describe(message));
        turns.push({ desk: ownRole, event: act, ...stateOf(own) });
        drain(own);
      } else
        doubts.push(
          `${protocol.describe(message)} means nothing here: nobody knows what staff did before it`,
        );
    }
    turns.push(turn);
  };

  for (const turn of messages) {
    const bytes = turnBytes(turn);
    const { message } = protocol.decode(bytes);
    if (turn.from === peerRole) hearPeer(turn, message);
    else sayOwn(turn, bytes, message);
  }
  for (const bytes of own.pending)
    doubts.push(`${describe(bytes)} is owed by the side under test, and was not said`);
  const begins = messages[0]?.from === ownRole;
  return { turns, opening: begins ? opening : undefined, state: own.transaction?.state, doubts };
}

/** What a recording is looked at with. */
export interface Inference {
  readonly put: ProtocolUnderTest;
  readonly peer: Exchange['peer'];
  readonly transport: string;
}

/** Reports are answers of the machine; no staff says them. */
function isAnswer({ type }: LendingEvent): boolean {
  return type === 'statusReported' || type === 'errorReported';
}

/** Forgets what a side said: the recording has it as it was said. */
function drain(side: SideUnderTest): void {
  while (side.next());
}

function stateOf({ transaction }: SideUnderTest): { readonly state?: string } {
  return transaction ? { state: transaction.state } : {};
}
