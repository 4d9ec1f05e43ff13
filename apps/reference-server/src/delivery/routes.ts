import { type Connection, type Connector, type PeerAddress, TimeoutError } from '@interlend/core';
import type { Directory } from '../directory.js';
import type { ProtocolRegistry } from '../protocols.js';
import type { DeliverySettings, PeerSettings } from '../settings.js';
import type { NewIncoming, OutboxItem } from '../store/store.js';
import { Conversation, callerOf } from './conversation.js';
import { deliverOneWay } from './one-way.js';

/** A connection that was open for a day is opened anew for the next message. */
const longestLinkMs = 86_400_000;

/** There is no way to this peer: a person must change the settings or decide otherwise. */
export class NoRouteError extends Error {
  override readonly name = 'NoRouteError';
}

/** A message that came back on a connection that this server opened. */
export type HearAnswer = (
  answer: Omit<NewIncoming, 'at'>,
  conversation: Conversation | undefined,
) => Promise<void>;

/** What routes need. */
export interface RoutesParts {
  readonly directory: Directory;
  readonly registry: ProtocolRegistry;
  readonly settings: DeliverySettings;
  readonly connectorFor: (peer: PeerSettings) => Connector;
  readonly hear: HearAnswer;
}

/** Finds the way for each message: an open connection of the peer, else one of our own. */
export class Routes {
  readonly #parts: RoutesParts;
  /** Open connections by the queue they may carry. */
  readonly #bound = new Map<string, Conversation>();
  readonly #queues = new Map<Conversation, Set<string>>();
  /** Connections that this server opened to two-way peers, by symbol. */
  readonly #links = new Map<string, Promise<Conversation>>();
  readonly #connectors = new Map<string, Connector>();

  constructor(parts: RoutesParts) {
    this.#parts = parts;
  }

  bind(queue: string, conversation: Conversation): void {
    if (!conversation.isOpen) return;
    this.#bound.set(queue, conversation);
    const queues = this.#queues.get(conversation);
    if (queues) queues.add(queue);
    else this.#queues.set(conversation, new Set([queue]));
  }

  /** The queues that an open connection may carry. */
  queuesOf(conversation: Conversation): readonly string[] {
    return [...(this.#queues.get(conversation) ?? [])];
  }

  /** Forgets a connection that is closed. */
  unbind(conversation: Conversation): void {
    for (const queue of this.queuesOf(conversation))
      if (this.#bound.get(queue) === conversation) this.#bound.delete(queue);
    this.#queues.delete(conversation);
  }

  /**
   * Delivers one message. Resolves when it counts as taken.
   *
   * @throws NoRouteError when the peer is unknown or has no address
   * @throws TransportError @throws TimeoutError @throws DecodeError
   */
  async send(item: OutboxItem, raw: Uint8Array, signal: AbortSignal): Promise<void> {
    const { directory, registry, settings, hear } = this.#parts;
    const peer = directory.peer(item.peer);
    const address = peer?.address;
    const binding = registry.get(item.protocol);
    const open = this.#bound.get(item.queue);
    if (open?.isOpen) {
      try {
        await open.say(raw, signal);
        return;
      } catch (error) {
        if (!address || binding?.protocol.isRepeatHarmless !== true) throw error;
      }
    }
    if (!peer || !address || !binding) {
      throw new NoRouteError(
        peer ? `no address for ${peer.symbol}` : `${item.peer || 'sender'} is not among the peers`,
      );
    }
    if (peer.protocol !== item.protocol) {
      throw new NoRouteError(`${peer.symbol} now speaks ${peer.protocol}, the transaction ${item.protocol}`);
    }
    const framer = binding.protocol.createFramer();
    const { protocol, transport } = peer;
    if (binding.transports[transport] === 'two-way') {
      const link = await this.#link(peer, signal);
      await link.say(raw, signal);
      return;
    }
    await deliverOneWay({
      connector: this.#connector(peer),
      address,
      raw,
      timeoutMs: settings.timeoutMs + settings.closeWaitMs,
      closeWaitMs: settings.closeWaitMs,
      withoutClose: peer.withoutClose,
      framer,
      hear: (answer, connection) =>
        hear({ protocol, transport, ...callerOf(connection), raw: answer }, undefined),
      signal,
    });
  }

  /** Closes the connections that this server opened. */
  async close(): Promise<void> {
    const links = await Promise.allSettled(this.#links.values());
    for (const link of links) if (link.status === 'fulfilled') await link.value.close();
  }

  #connector(peer: PeerSettings): Connector {
    const known = this.#connectors.get(peer.symbol);
    if (known) return known;
    const connector = this.#parts.connectorFor(peer);
    this.#connectors.set(peer.symbol, connector);
    return connector;
  }

  async #link(peer: PeerSettings, signal: AbortSignal): Promise<Conversation> {
    const known = this.#links.get(peer.symbol);
    if (known) {
      const link = await known.catch(() => undefined);
      if (link?.isOpen) return link;
      // Another waiter may have replaced it meanwhile.
      if (this.#links.get(peer.symbol) !== known) return this.#link(peer, signal);
    }
    const opening = this.#open(peer, signal);
    this.#links.set(peer.symbol, opening);
    return opening;
  }

  async #open(peer: PeerSettings, signal: AbortSignal): Promise<Conversation> {
    const { registry, settings, hear } = this.#parts;
    const binding = registry.get(peer.protocol);
    if (!peer.address || !binding) throw new NoRouteError(`no address for ${peer.symbol}`);
    const connection = await this.#dial(peer, peer.address, signal);
    const { protocol, transport } = peer;
    const conversation: Conversation = new Conversation({
      connection,
      framer: binding.protocol.createFramer(),
      settleMs: settings.settleMs,
      maxFrameAgeMs: settings.timeoutMs,
      hear: (raw) => hear({ protocol, transport, ...callerOf(connection), raw }, conversation),
    });
    void this.#attend(peer.symbol, conversation);
    return conversation;
  }

  /** The budget of an attempt ends with its connection, but a link stays: its budget is its longest life. */
  async #dial(peer: PeerSettings, address: PeerAddress, signal: AbortSignal): Promise<Connection> {
    const { timeoutMs } = this.#parts.settings;
    const patience = AbortSignal.timeout(timeoutMs);
    try {
      return await this.#connector(peer).open(address, {
        signal: AbortSignal.any([signal, patience]),
        timeoutMs: longestLinkMs,
      });
    } catch (cause) {
      if (!patience.aborted || signal.aborted) throw cause;
      const where = { phase: 'connect', budgetMs: timeoutMs } as const;
      throw new TimeoutError(`${peer.symbol} did not answer within ${timeoutMs} ms`, where, { cause });
    }
  }

  /** Hears what comes over a link until it ends or nobody has used it for a while. Never rejects. */
  async #attend(symbol: string, conversation: Conversation): Promise<void> {
    const { keepOpenMs } = this.#parts.settings;
    const watch = setInterval(
      () => {
        if (conversation.idleMs >= keepOpenMs) void conversation.close();
      },
      Math.max(keepOpenMs / 4, 10),
    );
    try {
      await conversation.listen();
    } catch {
      // Whoever waited for an answer was told; the link is opened anew when there is something to say.
    } finally {
      clearInterval(watch);
      await conversation.close();
      this.unbind(conversation);
      const link = this.#links.get(symbol);
      if (link && (await link.catch(() => undefined)) === conversation) this.#links.delete(symbol);
    }
  }
}
