import {
  type Clock,
  type Correlation,
  type Decoded,
  type DecodeError,
  type IdSource,
  isInterlendError,
  type LibrarySymbol,
  type Role,
} from '@interlend/core';
import type { AnyProtocol } from '../any-protocol.js';
import type { Accepted, Channel } from '../carriers/carrier.js';
import type { Delivery } from '../delivery/delivery.js';
import type { Directory } from '../directory.js';
import { toAnswer, toOutgoing } from '../loan-step.js';
import { faultOf, type Logger } from '../logger.js';
import type { Observer } from '../observer.js';
import type { ProtocolRegistry } from '../registry.js';
import type { IncomingMessage, NewIncoming, Processed, Store } from '../store/store.js';
import { type ReceivedResult, receive } from './receive.js';
import { storedKey } from './stored-key.js';
import type { Unwrap } from './unwrap.js';

/** What an intake works with. */
export interface IntakeParts {
  readonly store: Store;
  readonly directory: Directory;
  readonly registry: ProtocolRegistry;
  readonly delivery: Delivery;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly unwrap: Unwrap;
  readonly logger: Logger;
  readonly observer: Observer;
}

/** Keeps what comes in, then gives it its effect: one message, one effect, also across a crash. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when the octets are on disk; only then may they be acknowledged. `channel` is the open connection that answers
   * may take.
   *
   * @throws when they could not be kept
   */
  accept(incoming: NewIncoming, channel?: Channel): Promise<Accepted> {
    return this.#accept(incoming, channel);
  }

  /** As {@link accept}, for wires where whatever is said of a message is said on the connection that brought it. */
  ask(incoming: NewIncoming): Promise<Accepted> {
    return this.#accept(incoming, 'here');
  }

  async #accept(asItCame: NewIncoming, channel: Channel | 'here' | undefined): Promise<Accepted> {
    const incoming = this.#concealed(asItCame);
    const id = await this.#parts.store.journal(incoming);
    this.#parts.observer.received(incoming);
    const effect = this.#process({ id, ...incoming }, channel);
    this.#underWay.add(effect);
    void effect.finally(() => this.#underWay.delete(effect));
    return {
      id,
      processed: effect.then(({ queue }) => queue),
      answer: effect.then(({ answer }) => answer),
    };
  }

  /** Keeps octets that are no message of the protocol. */
  async acceptRubbish(asItCame: NewIncoming, error: DecodeError): Promise<void> {
    const { store, observer, logger } = this.#parts;
    const incoming = this.#concealed(asItCame);
    const id = await store.journal(incoming);
    observer.received(incoming);
    logger.warn({ message: id, code: error.code, from: incoming.from }, 'undecodable octets');
    const warnings = [`${error.code}: ${error.message}`];
    await this.#note({ message: id, processing: 'undecodable', warnings });
  }

  /** What goes to disk: the octets as they came, but for secrets of ours that came back. */
  #concealed(incoming: NewIncoming): NewIncoming {
    return { ...incoming, raw: this.#parts.directory.concealed(incoming.protocol, incoming.raw) };
  }

  /** Processes what was on disk but had no effect yet when the server went down. Resolves to how many there were. */
  async recover(): Promise<number> {
    let recovered = 0;
    for (;;) {
      const waiting = await this.#parts.store.received('waiting', 1000);
      if (waiting.length === 0) return recovered;
      await Promise.all(waiting.map((message) => this.#process(message, undefined)));
      recovered += waiting.length;
      const left = await this.#parts.store.received('waiting', 1);
      if (left[0] !== undefined && waiting.some(({ id }) => id === left[0]?.id)) {
        throw new Error(`message ${left[0].id} stays unprocessed: its outcome could not be written`);
      }
    }
  }

  /** Resolves when everything accepted so far had its effect. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #process(incoming: Incoming, channel: Channel | 'here' | undefined): Promise<Effect> {
    const { logger } = this.#parts;
    try {
      return await this.#handle(incoming, channel);
    } catch (error) {
      const { fault, at } = faultOf(error);
      logger.error({ message: incoming.id, fault, at }, 'message failed');
      await this.#note({
        message: incoming.id,
        processing: 'failed',
        warnings: [`fault of this server: ${fault}`],
      }).catch(
        // The message stays `waiting` on disk and is tried again at the next start.
        () => undefined,
      );
      return { answer: 'failed' };
    }
  }

  async #handle(incoming: Incoming, channel: Channel | 'here' | undefined): Promise<Effect> {
    const { directory, registry } = this.#parts;
    const protocol = registry.get(incoming.protocol)?.protocol;
    if (!protocol) throw new Error(`protocol ${incoming.protocol} is not known`);
    const octets = await this.#unwrapped(incoming);
    if ('error' in octets) return this.#undecodable(protocol, incoming, octets.error, channel);
    const profile = directory.hubBehind(protocol.name, incoming)?.profile;
    const decoded = tryDecode(protocol, octets, { profile });
    if ('error' in decoded) return this.#undecodable(protocol, incoming, decoded.error, channel);
    const { message, deviations } = decoded;
    const all = protocol.correlateAll?.(message) ?? [protocol.correlate(message)];
    const addressed = await this.#addressed(
      protocol,
      all.map((each) => directory.named(each)),
      incoming,
    );
    if (deviations.length > 0 && addressed.some(({ sender }) => directory.peer(sender)?.mode === 'strict')) {
      const strictly = tryDecode(protocol, octets, { profile, isStrict: true });
      if ('error' in strictly) return this.#undecodable(protocol, incoming, strictly.error, channel);
    }
    let effect: Effect = {};
    for (const [index, sides] of addressed.entries()) {
      const isLast = index === addressed.length - 1;
      effect = await this.#take({ protocol, message, deviations, ...sides, incoming, channel, isLast });
    }
    return effect;
  }

  /** Octets without what their carrier wraps around them. */
  async #unwrapped(incoming: Incoming): Promise<Uint8Array | { readonly error: DecodeError }> {
    try {
      return await this.#parts.unwrap(incoming);
    } catch (error) {
      if (!isDecodeError(error)) throw error;
      return { error };
    }
  }

  /**
   * The transactions here that a message is about. One that names several may name what is no transaction at all; one
   * that names none that is known here is taken as it names itself first.
   */
  async #addressed(
    protocol: AnyProtocol,
    correlations: readonly Correlation[],
    incoming: Incoming,
  ): Promise<readonly Addressed[]> {
    const { store } = this.#parts;
    const known: Correlation[] = [];
    for (const correlation of correlations.length > 1 ? correlations : []) {
      const { result } = await store.step({ protocol: protocol.name, key: correlation.key }, (found) => ({
        writes: {},
        result: found.length > 0,
      }));
      if (result) known.push(correlation);
    }
    const meant = known.length > 0 ? known : await this.#behindNames(protocol, correlations);
    return Promise.all(
      meant.map(async (correlation) => {
        const sides = await this.#sides(protocol, correlation, incoming);
        const key = storedKey(correlation, sides.sender);
        return { correlation: { ...correlation, key }, ...sides };
      }),
    );
  }

  /** The transactions whose messages travelled under a name that a message quotes; else the first that it names. */
  async #behindNames(
    protocol: AnyProtocol,
    correlations: readonly Correlation[],
  ): Promise<readonly Correlation[]> {
    for (const correlation of protocol.namesOf ? correlations : []) {
      const keys = await this.#parts.store.keysBehind(protocol.name, correlation.key);
      if (keys.length > 0) return keys.map((key) => ({ ...correlation, key }));
    }
    return correlations.slice(0, 1);
  }

  /** Gives a message its effect in one transaction. It counts as processed with the last one, so that a crash before loses none. */
  async #take(
    taken: Addressed & {
      readonly protocol: AnyProtocol;
      readonly message: unknown;
      readonly deviations: Decoded<unknown>['deviations'];
      readonly incoming: Incoming;
      readonly channel: Channel | 'here' | undefined;
      readonly isLast: boolean;
    },
  ): Promise<Effect> {
    const { store, directory, delivery, clock, ids, observer } = this.#parts;
    const { channel, isLast, ...message } = taken;
    const { protocol, correlation, incoming, sender } = message;
    const received = {
      ...message,
      messageId: incoming.id,
      now: clock.now(),
      newId: ids.next(),
      isAwaited: isOpenChannel(channel),
    };
    const subject =
      incoming.transactionId === undefined
        ? { protocol: protocol.name, key: correlation.key }
        : { id: incoming.transactionId };
    const { result, posted } = await store.step<ReceivedResult>(subject, (found) => {
      const decision = receive(received, directory, found);
      if (isLast) return decision;
      const { processed, ...writes } = decision.writes;
      return { ...decision, writes: { ...writes, ...(processed && { about: processed }) } };
    });
    if (isOpenChannel(channel) && result.queue !== undefined) delivery.bind(result.queue, channel);
    if (isLast) observer.processed(sender, result.processed);
    if (result.stepped) observer.stepped(result.stepped.record, result.stepped.writes);
    delivery.offer(posted);
    return result;
  }

  /** Who speaks to whom, as far as the message and our own journal can tell. */
  async #sides(
    protocol: AnyProtocol,
    { key, to, borrower, lender }: Correlation,
    incoming: Incoming,
  ): Promise<{ readonly to: Role | undefined; readonly sender: LibrarySymbol | undefined }> {
    const { directory, store } = this.#parts;
    const speaker = (symbol: LibrarySymbol | undefined) =>
      directory.speakerFor(symbol, protocol.name, incoming);
    const sideOf = (role: Role) => ({ to: role, sender: speaker(role === 'lender' ? borrower : lender) });
    if (to !== undefined) return sideOf(to);
    const isBorrowerHere = directory.library(borrower) !== undefined;
    const isLenderHere = directory.library(lender) !== undefined;
    if (isBorrowerHere !== isLenderHere) return sideOf(isBorrowerHere ? 'borrower' : 'lender');
    const from = await store.senderOf(protocol.name, key, incoming.raw);
    if (from !== undefined) return sideOf(from === 'borrower' ? 'lender' : 'borrower');
    return { to: undefined, sender: speaker(undefined) };
  }

  /** Notes octets that are no message, and sends the report that their sender is owed, if it is one of our peers. */
  async #undecodable(
    protocol: AnyProtocol,
    incoming: Incoming,
    error: DecodeError,
    channel: Channel | 'here' | undefined,
  ): Promise<Effect> {
    const { directory, clock, store, delivery, observer } = this.#parts;
    const processed: Processed = {
      message: incoming.id,
      processing: 'undecodable',
      warnings: [`${error.code}: ${error.message}`],
    };
    const now = clock.now();
    const answer = protocol.answerUndecodable?.(
      incoming.raw,
      error,
      directory.guardContext(directory.hubBehind(protocol.name, incoming)?.symbol, now),
    );
    const sender =
      answer === undefined
        ? undefined
        : (await this.#sides(protocol, protocol.correlate(answer), incoming)).sender;
    const peer = directory.peer(sender);
    if (answer !== undefined && channel === 'here') {
      const context = directory.guardContext(peer?.symbol, now);
      const from = { library: undefined, peer: sender ?? '' };
      const outgoing = toAnswer(protocol, answer, from, undefined, context);
      await store.step('nothing', () => ({ writes: { processed, outgoing }, result: undefined }));
      observer.processed(sender, processed);
      return { answer: outgoing[0]?.raw };
    }
    if (answer === undefined || !peer || directory.doubt(peer, incoming) !== undefined) {
      await this.#note(processed);
      return {};
    }
    const context = directory.guardContext(peer.symbol, now);
    const from = { library: undefined, peer: peer.symbol };
    const outgoing = toOutgoing(protocol, [answer], from, undefined, context);
    const queue = `peer:${peer.symbol}`;
    const { posted } = await store.step('nothing', () => ({
      writes: { processed, outgoing },
      result: undefined,
    }));
    if (isOpenChannel(channel)) delivery.bind(queue, channel);
    observer.processed(peer.symbol, processed);
    delivery.offer(posted);
    return { queue };
  }

  async #note(processed: Processed): Promise<void> {
    await this.#parts.store.step('nothing', () => ({ writes: { processed }, result: undefined }));
    this.#parts.observer.processed(undefined, processed);
  }
}

/** One transaction that a message is about. */
interface Addressed {
  readonly correlation: Correlation;
  readonly to: Role | undefined;
  readonly sender: LibrarySymbol | undefined;
}

type Incoming = Pick<
  IncomingMessage,
  'id' | 'protocol' | 'transport' | 'from' | 'certificate' | 'peer' | 'raw'
> & {
  readonly transactionId?: string | undefined;
};

function isOpenChannel(channel: Channel | 'here' | undefined): channel is Channel {
  return channel !== undefined && channel !== 'here';
}

/** Where answers to a message stand. */
interface Effect {
  readonly queue?: string | undefined;
  /** What is said on the connection that brought it. */
  readonly answer?: Uint8Array | 'failed' | undefined;
}

function tryDecode(
  protocol: AnyProtocol,
  raw: Uint8Array,
  { profile, isStrict = false }: { readonly profile: string | undefined; readonly isStrict?: boolean },
): Decoded<unknown> | { readonly error: DecodeError } {
  try {
    return protocol.decode(raw, profile === undefined ? { isStrict } : { isStrict, profile });
  } catch (error) {
    if (!isDecodeError(error)) throw error;
    return { error };
  }
}

function isDecodeError(error: unknown): error is DecodeError {
  return isInterlendError(error) && error.name === 'DecodeError';
}
