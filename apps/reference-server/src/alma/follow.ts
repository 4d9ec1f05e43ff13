import {
  type AlmaClient,
  type Checkpoint,
  type Look,
  lookAtBorrowing,
  lookAtLending,
  watchBorrowing,
} from '@interlend/alma';
import {
  allowedActions,
  eventKey,
  isInterlendError,
  type LendingEvent,
  type LendingEventKey,
  type Role,
} from '@interlend/core';
import type { Logger } from '../logger.js';
import type { AlmaSettings } from '../settings.js';
import type { Store, TransactionRecord } from '../store/store.js';
import type { Shelf } from './shelf.js';

/** What staff do in Alma that the server says to the partner. */
export const FollowedEvents: readonly { readonly role: Role; readonly on: LendingEventKey }[] = [
  { role: 'lender', on: 'shipped' },
  { role: 'lender', on: 'unfilled' },
  { role: 'borrower', on: 'received' },
  { role: 'borrower', on: 'returned' },
  { role: 'borrower', on: 'cancelRequested' },
  { role: 'borrower', on: 'renewRequested' },
];

/** What following works with. */
export interface FollowParts {
  readonly client: AlmaClient;
  readonly settings: AlmaSettings;
  readonly shelf: Shelf;
  readonly store: Store;
  readonly logger: Logger;
  /** Says something in a loan, as staff of this server do. */
  readonly act: (transactionId: string, event: LendingEvent) => Promise<unknown>;
}

/** Looks at the requests that this server made in Alma, and says to partners what staff did there. */
export class Follower {
  readonly #parts: FollowParts;

  constructor(parts: FollowParts) {
    this.#parts = parts;
  }

  /** Takes a borrowing request into the watch: Alma has no list of them. */
  watch(user: string, request: string): void {
    const { shelf } = this.#parts;
    shelf.keepCheckpoint('borrower', watchBorrowing(shelf.checkpoint('borrower'), user, request));
  }

  /**
   * One look at both roles. `said` hears of each event before it is said.
   *
   * @throws AlmaError @throws TransportError @throws TimeoutError
   */
  async look(
    signal: AbortSignal,
    said: (transactionId: string, key: LendingEventKey) => void,
  ): Promise<void> {
    const { client, settings, shelf } = this.#parts;
    // Events say who is meant by the loan they belong to; the symbols here are not used.
    const options = { parties: { own: settings.rsLibrary }, signal };
    const looks = {
      lender: (seen: Checkpoint) => lookAtLending(client, seen, { library: settings.rsLibrary, ...options }),
      borrower: (seen: Checkpoint) => lookAtBorrowing(client, seen, options),
    } as const;
    for (const role of ['lender', 'borrower'] as const) {
      const look = await looks[role](shelf.checkpoint(role));
      for (const news of look.news) await this.#say(role, news, said);
      // After it was said: news that come again find that it was, and change nothing.
      shelf.keepCheckpoint(role, look.checkpoint);
    }
  }

  async #say(
    role: Role,
    { request, event }: Look['news'][number],
    said: (transactionId: string, key: LendingEventKey) => void,
  ): Promise<void> {
    const { shelf, store, act, logger } = this.#parts;
    const loan = shelf.loanOf(request.request_id);
    if (!loan || !event) return;
    const record = await store.transaction(loan.transactionId);
    const key = eventKey(event);
    if (!record || !maySay(record, role, key)) return;
    said(record.id, key);
    try {
      await act(record.id, event);
    } catch (error) {
      if (!isInterlendError(error)) throw error;
      // The wire has no word for it now: staff see where the loan stands on both sides.
      logger.warn(
        { transaction: record.id, event: key, code: error.code },
        'what staff did in Alma was not said',
      );
    }
  }
}

/** What was said already, or is not this side's to say, is left alone. */
function maySay({ transaction }: TransactionRecord, role: Role, key: LendingEventKey): boolean {
  const isFollowed = FollowedEvents.some((row) => row.role === role && row.on === key);
  const isSaid =
    (key === 'received' && transaction.facts.receivedOn !== undefined) ||
    (key === 'shipped' && transaction.facts.isShipmentSaid === true);
  return isFollowed && !isSaid && transaction.role === role && allowedActions(transaction).includes(key);
}
