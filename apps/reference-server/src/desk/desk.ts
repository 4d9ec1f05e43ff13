import {
  abilityFor,
  advance,
  allowedActions,
  type Clock,
  EncodeError,
  type IdSource,
  type LendingEvent,
  type LendingRequest,
  newTransaction,
  StateError,
} from '@interlend/core';
import type { AnyProtocol } from '../any-protocol.js';
import type { Delivery } from '../delivery/delivery.js';
import type { Directory } from '../directory.js';
import { type LoanWrites, writeLoanStep } from '../loan-step.js';
import type { Observer } from '../observer.js';
import type { ProtocolRegistry } from '../registry.js';
import type { Decision, StepSubject, Store, TransactionRecord } from '../store/store.js';

/** What a desk works with. */
export interface DeskParts {
  readonly store: Store;
  readonly directory: Directory;
  readonly registry: ProtocolRegistry;
  readonly delivery: Delivery;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly observer: Observer;
}

/** There is no such thing here. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}

/** The request names a library that this server does not know in that role. */
export class PartyError extends Error {
  override readonly name = 'PartyError';
  /** Path of the field. */
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** What staff do: begin a loan as borrower, and say the next thing in a loan of either role. */
export class Desk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /**
   * Asks a partner for an item. `group` is the request as the patron sees it: the same for every library tried.
   *
   * @throws PartyError when the borrower is no library of this server, or the lender no peer
   * @throws EncodeError when the wire cannot say something that the request holds
   */
  async borrow(request: LendingRequest, group?: string): Promise<TransactionRecord> {
    const { directory, registry, clock, ids } = this.#parts;
    const library = directory.library(request.borrower.symbol);
    const peer = directory.peer(request.lender.symbol);
    if (!library)
      throw new PartyError('borrower.symbol', `${request.borrower.symbol} is not a library of this server`);
    if (!peer) throw new PartyError('lender.symbol', `${request.lender.symbol} is not among the peers`);
    const protocol = registry.get(peer.protocol)?.protocol;
    if (!protocol) throw new PartyError('lender.symbol', `protocol ${peer.protocol} is not known`);

    const now = clock.now();
    const context = directory.guardContext(peer.symbol, now);
    const opening = {
      borrower: library.symbol,
      lender: peer.symbol,
      group: group ?? ids.next(),
      qualifier: ids.next(),
    };
    const event: LendingEvent = { type: 'requested', from: 'borrower', request };
    const step = protocol.say(protocol.begin(opening), event, context);
    const [message] = step.replies;
    if (message === undefined)
      throw new EncodeError('unsayable-event', `${protocol.name} has no message for a request`, '');
    const record: TransactionRecord = {
      id: ids.next(),
      protocol: protocol.name,
      key: protocol.correlate(message).key,
      library: library.symbol,
      peer: peer.symbol,
      transaction: newTransaction('borrower', request),
      guard: step.guard,
      wakeAt: undefined,
      needsReview: false,
      createdAt: now,
      updatedAt: now,
    };
    const written = writeLoanStep({
      record,
      protocol,
      source: 'desk',
      context,
      step,
      event,
      carrier: 'first-reply',
      losses: step.losses,
      warnings: step.warnings,
    });
    return this.#keep('nothing', () => ({ writes: written.writes, result: written }));
  }

  /**
   * Says `event` in a loan. Refused when the desk's own rules or the wire's do not allow it now.
   *
   * @throws NotFoundError when there is no such transaction
   * @throws StateError with what this side's staff may do now
   * @throws EncodeError when the wire cannot say something that the event holds
   */
  act(
    transactionId: string,
    toEvent: (record: TransactionRecord) => LendingEvent,
  ): Promise<TransactionRecord> {
    return this.#keep({ id: transactionId }, ([record]) => {
      if (!record) throw new NotFoundError(`no transaction ${transactionId}`);
      const written = this.#say(record, toEvent(record));
      return { writes: written.writes, result: written };
    });
  }

  /**
   * A person has decided about what was understood of a message. What is accepted takes effect as if the other side had
   * said it.
   *
   * @throws NotFoundError when there is no such transaction
   * @throws StateError when nothing of that id waits, or it has no place in the loan now
   */
  decide(transactionId: string, id: string, decision: 'accept' | 'dismiss'): Promise<TransactionRecord> {
    const { directory, registry, clock } = this.#parts;
    return this.#keep({ id: transactionId }, ([record]) => {
      if (!record) throw new NotFoundError(`no transaction ${transactionId}`);
      const protocol = registry.get(record.protocol)?.protocol;
      if (!protocol?.decide) throw new NotFoundError(`nothing waits for a decision in ${transactionId}`);
      const context = directory.guardContext(record.peer, clock.now());
      const step = protocol.decide(record.guard, id, decision, context);
      // Refused here, a reading goes on waiting: it can still be dismissed.
      if (step.event) advance(record.transaction, step.event);
      const written = writeLoanStep({
        record,
        protocol,
        source: 'desk',
        context,
        step,
        event: step.event,
        carrier: undefined,
        warnings: step.warnings,
      });
      return { writes: written.writes, result: written };
    });
  }

  #say(record: TransactionRecord, event: LendingEvent): LoanWrites {
    const { directory, registry, clock } = this.#parts;
    const protocol = registry.get(record.protocol)?.protocol;
    if (!protocol) throw new Error(`protocol ${record.protocol} is not known`);
    const context = directory.guardContext(record.peer, clock.now());
    assertMaySay(record, event);
    const base = { record, protocol, source: 'desk', context, event } as const;
    const ability = abilityFor(protocol.capabilities, event.type, event.from);
    if (ability?.can === 'local-only') {
      return writeLoanStep({
        ...base,
        step: { guard: record.guard, replies: [] },
        carrier: undefined,
        warnings: [`recorded here only: ${ability.why}`],
      });
    }
    const step = guardSays(protocol, record, event, context);
    return writeLoanStep({
      ...base,
      // What the wire takes as a repeat changes nothing.
      event: step.event === undefined ? undefined : event,
      step,
      carrier: 'first-reply',
      losses: step.losses,
      warnings: step.warnings,
    });
  }

  async #keep(
    subject: StepSubject,
    decide: (found: readonly TransactionRecord[]) => Decision<LoanWrites>,
  ): Promise<TransactionRecord> {
    const { store, delivery, observer } = this.#parts;
    const { result, posted } = await store.step(subject, decide);
    observer.stepped(result.record, result.writes);
    delivery.offer(posted);
    return result.record;
  }
}

/** @throws StateError when it is not this side's to say, or not now */
function assertMaySay({ transaction }: TransactionRecord, event: LendingEvent): void {
  if (event.from !== transaction.role) {
    const allowed = allowedActions(transaction);
    throw new StateError(
      `${event.type} is for the ${event.from} to say, this side is the ${transaction.role}`,
      {
        state: transaction.state,
        event: event.type,
        allowed,
      },
    );
  }
  try {
    advance(transaction, event);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw new StateError(error.message, {
      state: error.state,
      event: error.event,
      allowed: allowedActions(transaction),
    });
  }
}

/** What the wire's guard makes of it. Its refusals name its own events; staff are told theirs. */
function guardSays(
  protocol: AnyProtocol,
  { guard, transaction }: TransactionRecord,
  event: LendingEvent,
  context: Parameters<AnyProtocol['say']>[2],
): ReturnType<AnyProtocol['say']> {
  try {
    return protocol.say(guard, event, context);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const allowed = allowedActions(transaction).filter((key) => key.split(':')[0] !== event.type);
    throw new StateError(error.message, { state: transaction.state, event: error.event, allowed });
  }
}
