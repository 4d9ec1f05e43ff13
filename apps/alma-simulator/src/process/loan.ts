import { advance, isInterlendError, type LendingEvent, type Role, type Transaction } from '@interlend/core';
import type { ProtocolBinding } from '../bindings/binding.js';

/** One line of what was said about a request. */
export interface Spoken {
  readonly at: Date;
  readonly direction: 'in' | 'out';
  readonly message: string;
  readonly event: string | undefined;
  readonly warnings: readonly string[];
}

/** A request that is spoken of with a partner. */
export interface SimulatedLoan {
  readonly requestId: string;
  readonly role: Role;
  /** Code of the partner; absent while nobody is known to supply. */
  readonly partner: string | undefined;
  readonly binding: ProtocolBinding;
  readonly key: string;
  readonly guard: unknown;
  readonly transaction: Transaction;
  readonly wakeAt: Date | undefined;
  readonly spoken: readonly Spoken[];
}

/** Whether what is lent is a copy. */
export function isCopy({ transaction }: SimulatedLoan): boolean {
  return (transaction.facts.service ?? transaction.request.services[0]) === 'copy';
}

/** When the guard wants to be woken after a step. */
export function wake(loan: SimulatedLoan, wakeAt: Date | null | undefined): Date | undefined {
  return wakeAt === undefined ? loan.wakeAt : (wakeAt ?? undefined);
}

/** What the neutral machine does not list leaves the state: the guard let it pass. */
export function move(transaction: Transaction, event: LendingEvent): Transaction {
  try {
    return advance(transaction, event);
  } catch (error) {
    if (isInterlendError(error)) return transaction;
    throw error;
  }
}
