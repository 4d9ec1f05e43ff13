/** Messages on the way to the other side at the same time. The default setting spares a real partner more than a measured one. */
export const connectionsPerPeer = 32;

/** What a side is told when it starts. */
export interface SideSettings {
  readonly own: string;
  readonly other: string;
  /** Ports on the loopback interface. */
  readonly ownPort: number;
  readonly otherPort: number;
  /** Path of the data file. */
  readonly data: string;
}

/** What the driver asks of a side. */
export type Order =
  | { readonly kind: 'start'; readonly settings: SideSettings }
  /** For the borrower: completes so many loans, so many of them under way at the same time. */
  | { readonly kind: 'lend'; readonly loans: number; readonly abreast: number }
  /** What was counted since the last call. */
  | { readonly kind: 'figures' }
  | { readonly kind: 'stop' };

/** What a side counted. */
export interface Figures {
  /** SQL statements, `BEGIN` and `COMMIT` among them. */
  readonly statements: number;
  readonly commits: number;
  /** How long each act of the desk took until it was on disk, in milliseconds. */
  readonly stepMs: readonly number[];
  readonly residentOctets: number;
}

/** How a side answers, in the order of the orders. */
export type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'figures'; readonly figures: Figures }
  | { readonly kind: 'failed'; readonly reason: string };
