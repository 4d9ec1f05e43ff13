import type { Parties } from './live-values.js';
import type { PartnerDesk } from './partner-desk.js';
import type { PartnerLine } from './partner-line.js';

/** Where scenarios are tried. */
export interface LiveStage {
  readonly line: PartnerLine;
  readonly desk: PartnerDesk;
  /** How long the partner, and who works there, may take for one message. */
  readonly patienceMs: number;
  readonly now: () => Date;
  /** Identifiers of a new transaction. */
  readonly newOpening: () => { readonly group: string; readonly qualifier: string };
  /** The two libraries; those of the exchange where absent. */
  readonly parties: Partial<Parties>;
  /** Aborts when nothing more shall be tried. */
  readonly signal: AbortSignal;
}
