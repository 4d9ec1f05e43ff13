import { isInterlendError } from '@interlend/core';
import { faultOf } from '../logger.js';
import type { SkippedPartner } from './import.js';
import type { MirroredLoan } from './shelf.js';
import { MirrorError } from './step.js';

/** How it stands with an Alma, for staff. */
export interface AlmaStatus {
  /** When Alma last did what it was asked. */
  readonly lastContact: Date | undefined;
  readonly problem: string | undefined;
  /** Calls of the day that remain, as Alma said last. */
  readonly remaining: number | undefined;
  readonly importedAt: Date | undefined;
  readonly partners: number;
  readonly skipped: readonly SkippedPartner[];
  /** Loans of which Alma is still to be told something. */
  readonly loans: readonly MirroredLoan[];
}

/** Errors of the client name calls and codes, never patrons. */
export function problemOf(error: unknown): string {
  return isInterlendError(error) || error instanceof MirrorError ? error.message : faultOf(error).fault;
}
