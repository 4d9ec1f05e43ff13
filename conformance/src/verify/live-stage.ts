import type { PartnerLine } from './line/partner-line.js';
import type { Parties } from './live-values.js';
import type { PartnerDesk } from './partner-desk.js';

/** Where scenarios are tried. */
export interface LiveStage {
  readonly line: PartnerLine;
  readonly desk: PartnerDesk;
  /** How long the partner, and who works there, may take for one message. */
  readonly patienceMs: number;
  readonly now: () => Date;
  /** Identifiers of a new transaction. */
  readonly newOpening: () => { readonly group: string; readonly qualifier: string };
  /** Number of a new order at a central server. */
  readonly newOrder: () => string;
  /** Transactions of earlier conversations: what still comes of them is late. */
  readonly past: Set<string>;
  /** Values that the partner needs in place of those of the exchanges, by name. */
  readonly particulars: Readonly<Record<string, string>>;
  /** The two libraries; those of the exchange where absent. */
  readonly parties: Partial<Parties>;
  /** Aborts when nothing more shall be tried. */
  readonly signal: AbortSignal;
}
