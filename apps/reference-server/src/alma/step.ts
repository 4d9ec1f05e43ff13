import type { AlmaClient, CallOptions } from '@interlend/alma';
import type { LendingEvent } from '@interlend/core';
import type { AlmaSettings } from '../settings.js';
import type { TransactionRecord } from '../store/store.js';

/** What a step works with. */
export interface StepContext {
  readonly client: AlmaClient;
  readonly settings: AlmaSettings;
  readonly record: TransactionRecord;
  readonly event: LendingEvent;
  /** Number of the request in Alma. */
  readonly request: string | undefined;
  /** Code of the partner in Alma. */
  readonly partner: string | undefined;
  /** An earlier attempt may have had its effect. */
  readonly isRepeat: boolean;
  readonly options: CallOptions;
}

/** What a step did. */
export interface StepResult {
  readonly request?: string;
  /** The patron of a borrowing request that was made. */
  readonly user?: string;
  /** What was left out, and why. */
  readonly note?: string;
}

/** Something that only a person can mend. */
export class MirrorError extends Error {
  override readonly name = 'MirrorError';
}

/** The patron of a borrowing request; absent where neither request nor settings name one. */
export function userOf({ settings, record }: StepContext): string | undefined {
  return record.transaction.request.patron?.identifier ?? settings.patron;
}
