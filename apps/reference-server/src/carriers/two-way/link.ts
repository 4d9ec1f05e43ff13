import { type Connection, type Connector, type PeerAddress, TimeoutError } from '@interlend/core';
import { callerOf } from '../caller.js';
import { NoRouteError, type Outward, type PeerLine } from '../carrier.js';
import { Conversation } from './conversation.js';

/** A connection that was open for a day is opened anew for the next message. */
const longestLinkMs = 86_400_000;

/** The connection that this server keeps to a two-way peer while it is used. */
export class Link implements PeerLine {
  readonly #outward: Outward;
  readonly #connector: Connector;
  #current: Promise<Conversation> | undefined;

  constructor(outward: Outward) {
    this.#outward = outward;
    this.#connector = outward.connector();
  }

  async send(raw: Uint8Array, signal: AbortSignal): Promise<void> {
    const conversation = await this.#conversation(signal);
    await conversation.say(raw, signal);
  }

  async close(): Promise<void> {
    const conversation = await this.#current?.catch(() => undefined);
    await conversation?.close();
  }

  async #conversation(signal: AbortSignal): Promise<Conversation> {
    const known = this.#current;
    if (known) {
      const conversation = await known.catch(() => undefined);
      if (conversation?.isOpen) return conversation;
      // Another waiter may have replaced it meanwhile.
      if (this.#current !== known) return this.#conversation(signal);
    }
    const opening = this.#open(signal);
    this.#current = opening;
    return opening;
  }

  async #open(signal: AbortSignal): Promise<Conversation> {
    const { protocol, peer, delivery, hear } = this.#outward;
    if (!peer.address) throw new NoRouteError(`no address for ${peer.symbol}`);
    const connection = await this.#dial(peer.address, signal);
    const { transport } = peer;
    const conversation: Conversation = new Conversation({
      connection,
      framer: protocol.createFramer(),
      settleMs: delivery.settleMs,
      maxFrameAgeMs: delivery.timeoutMs,
      hear: async (raw) => {
        await hear({ protocol: protocol.name, transport, ...callerOf(connection), raw }, conversation);
      },
    });
    void this.#attend(conversation);
    return conversation;
  }

  /** The budget of an attempt ends with its connection, but a link stays: its budget is its longest life. */
  async #dial(address: PeerAddress, signal: AbortSignal): Promise<Connection> {
    const { peer, delivery } = this.#outward;
    const { timeoutMs } = delivery;
    const patience = AbortSignal.timeout(timeoutMs);
    try {
      return await this.#connector.open(address, {
        signal: AbortSignal.any([signal, patience]),
        timeoutMs: longestLinkMs,
      });
    } catch (cause) {
      if (!patience.aborted || signal.aborted) throw cause;
      const where = { phase: 'connect', budgetMs: timeoutMs } as const;
      throw new TimeoutError(`${peer.symbol} did not answer within ${timeoutMs} ms`, where, { cause });
    }
  }

  /** Hears what comes until the connection ends or nobody has used it for a while. Never rejects. */
  async #attend(conversation: Conversation): Promise<void> {
    const { keepOpenMs } = this.#outward.delivery;
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
      this.#outward.forget(conversation);
    }
  }
}
