import type { Connector, Gathering } from '@interlend/core';
import { type Accepted, type Channel, NoRouteError, type PeerLine } from '../carriers/carrier.js';
import type { Directory } from '../directory.js';
import type { ProtocolBinding, ProtocolRegistry } from '../registry.js';
import type { DeliverySettings, PeerSettings } from '../settings.js';
import type { NewIncoming, OutboxItem } from '../store/store.js';

/** What routes need. */
export interface RoutesParts {
  readonly directory: Directory;
  readonly registry: ProtocolRegistry;
  readonly settings: DeliverySettings;
  readonly connectorFor: (peer: PeerSettings) => Connector;
  /** Takes a message that came back on a connection that this server opened. */
  readonly hear: (answer: Omit<NewIncoming, 'at'>, channel: Channel | undefined) => Promise<Accepted>;
}

/** Finds the way for each message: an open connection of the peer, else a line of our own. */
export class Routes {
  readonly #parts: RoutesParts;
  /** Open channels by the queue they may carry. */
  readonly #bound = new Map<string, Channel>();
  readonly #queues = new Map<Channel, Set<string>>();
  /** Lines of our own, by the peer's symbol and what it speaks. */
  readonly #lines = new Map<string, PeerLine>();

  constructor(parts: RoutesParts) {
    this.#parts = parts;
  }

  /** Lets a channel carry the messages of a queue while it is open. */
  bind(queue: string, channel: Channel): void {
    if (!channel.isOpen) return;
    this.#bound.set(queue, channel);
    const queues = this.#queues.get(channel);
    if (queues) queues.add(queue);
    else this.#queues.set(channel, new Set([queue]));
  }

  /** The queues that a channel may carry. */
  queuesOf(channel: Channel): readonly string[] {
    return [...(this.#queues.get(channel) ?? [])];
  }

  /** Forgets a channel that is closed. */
  unbind(channel: Channel): void {
    for (const queue of this.queuesOf(channel))
      if (this.#bound.get(queue) === channel) this.#bound.delete(queue);
    this.#queues.delete(channel);
  }

  /** How messages to the peer of an item travel together; `undefined` where each travels alone. */
  gatheringFor({ peer: symbol, protocol }: OutboxItem): Gathering | undefined {
    const { directory, registry } = this.#parts;
    const peer = directory.peer(symbol);
    return peer?.protocol === protocol
      ? registry.get(protocol)?.protocol.gathering?.(peer.partner)
      : undefined;
  }

  /**
   * Delivers one message. Resolves when it counts as taken.
   *
   * @throws NoRouteError when the peer is unknown or its settings name no way
   * @throws TransportError @throws TimeoutError @throws DecodeError
   */
  async send(item: OutboxItem, raw: Uint8Array, signal: AbortSignal): Promise<void> {
    const { directory, registry } = this.#parts;
    const peer = directory.peer(item.peer);
    const binding = registry.get(item.protocol);
    const open = this.#bound.get(item.queue);
    if (open?.isOpen) {
      try {
        await open.say(raw, signal);
        return;
      } catch (error) {
        if (!peer?.address || binding?.protocol.isRepeatHarmless !== true) throw error;
      }
    }
    if (!peer || !binding) throw new NoRouteError(`${item.peer || 'sender'} is not among the peers`);
    if (peer.protocol !== item.protocol) {
      throw new NoRouteError(`${peer.symbol} now speaks ${peer.protocol}, the transaction ${item.protocol}`);
    }
    await this.#line(peer, binding).send(raw, signal, item);
  }

  /** Closes the lines of this server. */
  async close(): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line.close()));
  }

  #line(peer: PeerSettings, { protocol, transports }: ProtocolBinding): PeerLine {
    const name = `${protocol.name} ${peer.transport} ${peer.symbol}`;
    const known = this.#lines.get(name);
    if (known) return known;
    const carrier = transports[peer.transport];
    if (!carrier) throw new NoRouteError(`${peer.symbol} has no transport that ${protocol.name} knows`);
    const { directory, settings, connectorFor, hear } = this.#parts;
    const line = carrier.lineTo({
      protocol,
      get peer() {
        return directory.peer(peer.symbol) ?? peer;
      },
      delivery: settings,
      connector: () => connectorFor(peer),
      hear: (answer, channel) => hear(answer, channel),
      forget: (channel) => this.unbind(channel),
    });
    this.#lines.set(name, line);
    return line;
  }
}
