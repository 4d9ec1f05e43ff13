import {
  type GuardContext,
  isInterlendError,
  type LendingEvent,
  type LendingRequest,
  type Opening,
  StateError,
} from '@interlend/core';
import { fromHex } from '@interlend/wire/ber';
import type { IsoIllGuard } from '../guard/guard.js';
import { isoIll } from '../iso-ill.js';
import type { IllApdu } from '../messages/apdus.js';
import type { OutgoingApdu, ReceivedApdu } from '../received.js';
import { answersTo, type DoubleBehaviour, rubbishHex } from './behaviour.js';

/** The staff of a double that acts by itself: what it says to what it hears. */
export class Desk {
  readonly #behaviour: DoubleBehaviour;
  readonly #context: () => GuardContext;
  readonly #onUnsaid: (failure: unknown) => void;
  readonly #guards = new Map<string, IsoIllGuard>();

  /** @param onUnsaid told when the behaviour wants to say what the wire does not allow now */
  constructor(behaviour: DoubleBehaviour, context: () => GuardContext, onUnsaid: (failure: unknown) => void) {
    this.#behaviour = behaviour;
    this.#context = context;
    this.#onUnsaid = onUnsaid;
  }

  /** Begins a transaction; gives its key and what to send. */
  request(
    opening: Opening,
    request: LendingRequest,
  ): { readonly key: string; readonly apdus: readonly IllApdu[] } {
    const event = { type: 'requested', from: 'borrower', request } as const;
    const { guard, replies } = isoIll.say(isoIll.begin(opening), event, this.#context());
    const key = replies[0] ? isoIll.correlate(replies[0]).key : '';
    this.#guards.set(key, guard);
    return { key, apdus: replies };
  }

  /** @throws StateError when the wire does not allow it now, or when there is no such transaction */
  say(key: string, event: LendingEvent): readonly IllApdu[] {
    const known = this.#guards.get(key);
    if (!known) {
      throw new StateError(`expected the key of a transaction, found ${JSON.stringify(key)}`, {
        state: 'unknown',
        event: event.type,
        allowed: [...this.#guards.keys()],
      });
    }
    const { guard, replies } = isoIll.say(known, event, this.#context());
    this.#guards.set(key, guard);
    return replies;
  }

  /** What is said to what came, in order. */
  answer(received: ReceivedApdu): readonly OutgoingApdu[] {
    const behaviour = this.#behaviour;
    if (behaviour.kind === 'silent' || behaviour.kind === 'never-closes') return [];
    if (behaviour.kind === 'rubbish') return [fromHex(behaviour.hex ?? rubbishHex) ?? new Uint8Array()];
    const context = this.#context();
    if (received.kind === 'unreadable') {
      const report = isoIll.answerUndecodable?.(received.bytes, received.error, context);
      return report ? [report] : [];
    }
    const { key } = isoIll.correlate(received.message);
    const { guard, event, replies } = isoIll.receive(this.#guards.get(key), received.message, context);
    if (!guard) return replies;
    this.#guards.set(key, guard);
    if (!event) return replies;
    const about = { service: guard.service, now: context.now };
    return [...replies, ...answersTo(event, behaviour, about).flatMap((answer) => this.#trySay(key, answer))];
  }

  #trySay(key: string, event: LendingEvent): readonly IllApdu[] {
    try {
      return this.say(key, event);
    } catch (failure) {
      if (!isInterlendError(failure)) throw failure;
      this.#onUnsaid(failure);
      return [];
    }
  }
}
