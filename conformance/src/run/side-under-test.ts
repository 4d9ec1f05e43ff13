import {
  advance,
  type GuardContext,
  type GuardStep,
  type LendingEvent,
  newTransaction,
  type Opening,
  type Role,
  type Transaction,
} from '@interlend/core';
import { CheckFailure } from './checks.js';
import type { ProtocolUnderTest } from './protocols.js';

/** A neutral event as an exchange has it: without saying whose it is. */
export interface ActOfStaff {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What a side needs to know of its conversation. */
export interface SideOptions {
  readonly put: ProtocolUnderTest;
  readonly role: Role;
  /** Name of the partner's profile. */
  readonly profile: string;
  readonly transport: string;
  /** Whether what may not be said now is answered with an error report. */
  readonly isStrict?: boolean;
  /** Identifiers of the transaction, where this side begins it. */
  readonly opening: Pick<Opening, 'group' | 'qualifier'> | undefined;
  /** Now; the guard's timers count from here. */
  readonly now: () => Date;
}

type Step = Pick<GuardStep<unknown, unknown>, 'guard' | 'event' | 'replies' | 'answer' | 'wakeAt'>;

/** Our own side without a network: guard, mapping and desk, in one transaction. */
export class SideUnderTest {
  readonly #options: SideOptions;
  readonly #said: Uint8Array[] = [];
  #guard: unknown;
  #transaction: Transaction | undefined;
  #wakeAt: Date | undefined;

  constructor(options: SideOptions) {
    this.#options = options;
  }

  /** What it said and nobody took yet. */
  get pending(): readonly Uint8Array[] {
    return this.#said;
  }

  get transaction(): Transaction | undefined {
    return this.#transaction;
  }

  /** Takes the next message that it said. */
  next(): Uint8Array | undefined {
    return this.#said.shift();
  }

  #context(at: Date = this.#options.now()): GuardContext {
    const { isStrict = false, profile, put } = this.#options;
    return { now: at, isStrict, profile, ...put.world };
  }

  /** A message of the partner came. `message` is what its octets read as. */
  hear(message: unknown): GuardStep<unknown, unknown> {
    const { put, role, transport } = this.#options;
    const { protocol, awaited } = put;
    const isNew = this.#guard === undefined;
    const step = protocol.receive(this.#guard, message, this.#context());
    if (isNew && step.guard !== undefined) {
      this.#transaction = newTransaction(role, protocol.toRequest(message));
    }
    this.#take(step);
    if (isNew && this.#guard !== undefined && awaited.includes(transport) && step.replies.length === 0) {
      const report = protocol.say(this.#guard, { type: 'statusReported', from: role }, this.#context());
      const { event: _, ...answer } = report;
      this.#take(answer);
    }
    return step;
  }

  /** Its staff takes a message as it was understood, where the guard did not do so by itself. */
  accept(id: string): LendingEvent | undefined {
    const { decide } = this.#options.put.protocol;
    if (!decide) throw new CheckFailure('expected a protocol in which people decide');
    const step = decide(this.#guard, id, 'accept', this.#context());
    this.#take(step);
    return step.event;
  }

  /** Its staff does something that the wire has a message for. */
  act(event: ActOfStaff): void {
    const { put, role, opening } = this.#options;
    const said = { ...event, from: role } as unknown as LendingEvent;
    if (said.type === 'requested') {
      if (!opening) throw new CheckFailure('expected `opening` in an exchange whose side under test asks');
      this.#guard = put.protocol.begin({
        ...opening,
        borrower: said.request.borrower.symbol,
        lender: said.request.lender.symbol,
      });
      this.#transaction = newTransaction('borrower', said.request);
    }
    if (this.#guard === undefined) throw new CheckFailure('expected a transaction before the desk acts');
    this.#take({ event: said, ...put.protocol.say(this.#guard, said, this.#context()) });
  }

  /** What the wire has no message for: it is recorded on this side and never faked. */
  actLocally(event: ActOfStaff): void {
    if (!this.#transaction) throw new CheckFailure('expected a transaction before the desk acts');
    const said = { ...event, from: this.#options.role } as unknown as LendingEvent;
    this.#transaction = advance(this.#transaction, said);
  }

  /** The timer that an earlier message set rings. */
  ring(): void {
    if (!this.#wakeAt) throw new CheckFailure('expected a timer to be set');
    this.#take(this.#options.put.protocol.expire(this.#guard, this.#context(this.#wakeAt)));
  }

  /** All of a step, or nothing of it. @throws StateError @throws EncodeError */
  #take(step: Step): void {
    const { put, profile } = this.#options;
    const transaction =
      step.event && this.#transaction ? advance(this.#transaction, step.event) : this.#transaction;
    const replies = step.answer === undefined ? step.replies : [step.answer, ...step.replies];
    const said = replies.map((reply) => put.protocol.encode(reply, { profile }));
    this.#guard = step.guard;
    this.#transaction = transaction;
    if (step.wakeAt !== undefined) this.#wakeAt = step.wakeAt ?? undefined;
    this.#said.push(...said);
  }
}
