import { type AlmaClient, AlmaError } from '@interlend/alma';
import {
  type Clock,
  isInterlendError,
  type LendingEventKey,
  TimeoutError,
  TransportError,
} from '@interlend/core';
import type { AlmaSettings } from '../settings.js';
import type { EventRecord, Store, TransactionRecord } from '../store/store.js';
import { MirrorSteps } from './mirror-steps.js';
import { codesOf } from './partners.js';
import type { MirroredLoan, Shelf } from './shelf.js';
import { problemOf } from './status.js';
import type { StepResult } from './step.js';

/** What a mirror works with. */
export interface MirrorParts {
  readonly client: AlmaClient;
  readonly settings: AlmaSettings;
  readonly shelf: Shelf;
  readonly store: Store;
  readonly clock: Clock;
  /** Loans from before are left alone. */
  readonly since: Date;
  readonly signal: AbortSignal;
  /** Whether Alma said it itself: then it need not be told. Asked once for each event. */
  readonly isFollowed: (transactionId: string, key: LendingEventKey) => boolean;
  /** Takes a borrowing request into the watch. */
  readonly watch: (user: string, request: string) => void;
  readonly succeeded: () => void;
  readonly failed: (error: unknown) => void;
}

/** The longest pause between two attempts. */
export const longestPauseMs = 3_600_000;

/** Tells Alma what happened to a loan, event by event, and keeps how far it has come. */
export class Mirror {
  readonly #parts: MirrorParts;

  constructor(parts: MirrorParts) {
    this.#parts = parts;
  }

  /** Tells what is not told yet, as far as Alma takes it. Rejects only for a fault of this server. */
  async tell(id: string): Promise<void> {
    const { store, shelf, clock, since, signal } = this.#parts;
    const record = await store.transaction(id);
    if (!record || record.createdAt < since) return;
    const before = shelf.loan(id);
    if (before?.state === 'review') return;
    if (before?.dueAt && before.dueAt > clock.now()) return;
    let loan: MirroredLoan = before ?? newLoan(id);
    for (const event of await store.events(id)) {
      if (event.id <= loan.doneEvent) continue;
      try {
        loan = await this.#tellOne(record, event, loan);
      } catch (error) {
        if (signal.aborted) return;
        // How it stood before the attempt, which had its effect or not: the error knows.
        shelf.keep(this.#after(error, loan));
        return;
      }
    }
    shelf.keep({ ...loan, state: 'done' });
  }

  async #tellOne(record: TransactionRecord, event: EventRecord, loan: MirroredLoan): Promise<MirroredLoan> {
    const { client, settings, shelf, signal, isFollowed, watch, succeeded } = this.#parts;
    const { role } = record.transaction;
    const step = isFollowed(record.id, event.key)
      ? undefined
      : MirrorSteps.find((row) => row.role === role && row.on === event.key);
    let result: StepResult = {};
    if (step) {
      // On disk before Alma is called: a crash in between leaves the doubt, and the next attempt looks first.
      shelf.keep({ ...loan, state: 'waiting', isMaybeDone: true });
      result = await step.perform({
        client,
        settings,
        record,
        event: event.event,
        request: loan.request,
        partner: codesOf(shelf.peers()).get(record.peer.toLowerCase()),
        isRepeat: loan.isMaybeDone,
        options: { signal },
      });
      succeeded();
    }
    const { request = loan.request, note, user } = result;
    if (user !== undefined && request !== undefined) watch(user, request);
    const next: MirroredLoan = {
      ...loan,
      request,
      doneEvent: event.id,
      attempts: 0,
      dueAt: undefined,
      isMaybeDone: false,
      problem: note ?? loan.problem,
    };
    shelf.keep(next);
    return next;
  }

  /** What becomes of a loan of which Alma could not be told something. */
  #after(error: unknown, loan: MirroredLoan): MirroredLoan {
    const { settings, clock, failed } = this.#parts;
    failed(error);
    const attempts = loan.attempts + 1;
    const next = {
      ...loan,
      attempts,
      isMaybeDone: loan.isMaybeDone || mayHaveDone(error),
      problem: problemOf(error),
    };
    const isRetryable = isInterlendError(error) && error.retryable;
    if (!isRetryable) return { ...next, state: 'review', dueAt: undefined };
    const pause = Math.min(settings.retryMs * 2 ** (attempts - 1), longestPauseMs);
    return { ...next, state: 'waiting', dueAt: new Date(clock.now().getTime() + pause) };
  }
}

function newLoan(transactionId: string): MirroredLoan {
  return {
    transactionId,
    request: undefined,
    doneEvent: 0,
    state: 'waiting',
    attempts: 0,
    dueAt: undefined,
    isMaybeDone: false,
    problem: undefined,
  };
}

/** Whether what was asked for may have been done although it failed. A refusal did nothing. */
function mayHaveDone(error: unknown): boolean {
  if (error instanceof TransportError || error instanceof TimeoutError) return error.maybeDelivered;
  return error instanceof AlmaError && (error.code === 'fault' || error.code === 'unexpected-answer');
}
