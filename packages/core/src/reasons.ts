/** Where a reason may be given. */
export type ReasonUse = 'unfilled' | 'retry' | 'locations' | 'will-supply';

interface ReasonRow {
  /** Number in ISO 10161-1; the same in all its reason lists. */
  readonly number: number;
  readonly reason: string;
  readonly title: string;
  readonly uses: readonly ReasonUse[];
}

/**
 * Why a lender does not (yet) supply, ISO 10161-1 clause 9 (reason-unfilled, reason-not-available, reason-locs-provided,
 * reason-will-supply share one numbering). Other protocols map their codes onto these rows.
 */
export const Reasons = [
  {
    number: 1,
    reason: 'in-use-on-loan',
    title: 'In use or on loan',
    uses: ['unfilled', 'retry', 'locations', 'will-supply'],
  },
  {
    number: 2,
    reason: 'in-process',
    title: 'In process',
    uses: ['unfilled', 'retry', 'locations', 'will-supply'],
  },
  { number: 3, reason: 'lost', title: 'Lost', uses: ['unfilled', 'locations'] },
  { number: 4, reason: 'non-circulating', title: 'Does not circulate', uses: ['unfilled', 'locations'] },
  { number: 5, reason: 'not-owned', title: 'Not owned', uses: ['unfilled', 'locations'] },
  {
    number: 6,
    reason: 'on-order',
    title: 'On order',
    uses: ['unfilled', 'retry', 'locations', 'will-supply'],
  },
  {
    number: 7,
    reason: 'volume-issue-not-yet-available',
    title: 'Volume or issue not yet available',
    uses: ['unfilled', 'retry', 'locations'],
  },
  {
    number: 8,
    reason: 'at-bindery',
    title: 'At the bindery',
    uses: ['unfilled', 'retry', 'locations', 'will-supply'],
  },
  { number: 9, reason: 'lacking', title: 'Lacking', uses: ['unfilled', 'locations'] },
  { number: 10, reason: 'not-on-shelf', title: 'Not on shelf', uses: ['unfilled', 'locations'] },
  { number: 11, reason: 'on-reserve', title: 'On reserve', uses: ['unfilled', 'locations'] },
  { number: 12, reason: 'poor-condition', title: 'In poor condition', uses: ['unfilled', 'locations'] },
  {
    number: 13,
    reason: 'cost-exceeds-limit',
    title: 'Cost exceeds the limit',
    uses: ['unfilled', 'retry', 'locations'],
  },
  { number: 14, reason: 'charges', title: 'Charges apply', uses: ['unfilled', 'retry'] },
  { number: 15, reason: 'prepayment-required', title: 'Prepayment required', uses: ['unfilled', 'retry'] },
  {
    number: 16,
    reason: 'lacks-copyright-compliance',
    title: 'Copyright statement missing',
    uses: ['unfilled', 'retry'],
  },
  { number: 17, reason: 'not-found-as-cited', title: 'Not found as cited', uses: ['unfilled', 'retry'] },
  { number: 18, reason: 'locations-not-found', title: 'No locations found', uses: ['unfilled'] },
  {
    number: 19,
    reason: 'on-hold',
    title: 'On hold',
    uses: ['unfilled', 'retry', 'locations', 'will-supply'],
  },
  { number: 20, reason: 'policy-problem', title: 'Against policy', uses: ['unfilled'] },
  {
    number: 21,
    reason: 'mandatory-messaging-not-supported',
    title: 'Required messages not supported',
    uses: ['unfilled'],
  },
  { number: 22, reason: 'expiry-not-supported', title: 'Expiry not supported', uses: ['unfilled'] },
  {
    number: 23,
    reason: 'requested-delivery-services-not-supported',
    title: 'Requested delivery not supported',
    uses: ['unfilled'],
  },
  {
    number: 24,
    reason: 'preferred-delivery-time-not-possible',
    title: 'Preferred delivery time not possible',
    uses: ['unfilled'],
  },
  {
    number: 26,
    reason: 'being-processed-for-supply',
    title: 'Being processed for supply',
    uses: ['will-supply'],
  },
  { number: 27, reason: 'other', title: 'Other', uses: ['unfilled', 'retry', 'locations', 'will-supply'] },
  {
    number: 28,
    reason: 'responder-specific',
    title: 'Particular to the lender',
    uses: ['unfilled', 'retry', 'locations', 'will-supply'],
  },
  { number: 30, reason: 'electronic-delivery', title: 'By electronic delivery', uses: ['will-supply'] },
] as const satisfies readonly ReasonRow[];

type ReasonEntry = (typeof Reasons)[number];

/** The reason words that may be given for `Use`. */
export type ReasonFor<Use extends ReasonUse> = ReasonEntry extends infer Row
  ? Row extends { readonly uses: readonly (infer Allowed)[]; readonly reason: infer Reason }
    ? Use extends Allowed
      ? Reason
      : never
    : never
  : never;

/** Why a request is not filled. */
export type UnfilledReason = ReasonFor<'unfilled'> | number;
/** Why the borrower should ask again later. */
export type RetryReason = ReasonFor<'retry'> | number;
/** Why other locations are named instead. */
export type LocationsReason = ReasonFor<'locations'> | number;
/** Why supply takes a while. */
export type WillSupplyReason = ReasonFor<'will-supply'> | number;

interface ConditionRow {
  readonly number: number;
  readonly condition: string;
  readonly title: string;
  /** Whether it may also accompany a shipped item. */
  readonly onShipment: boolean;
}

/**
 * On what condition a lender supplies, ISO 10161-1 clause 9 (conditions, shipped-conditions). Numbers 22 to 24 mean
 * something else here than in {@link Reasons}, which is why this is a table of its own.
 */
export const Conditions = [
  { number: 13, condition: 'cost-exceeds-limit', title: 'Cost exceeds the limit', onShipment: false },
  { number: 14, condition: 'charges', title: 'Charges apply', onShipment: false },
  { number: 15, condition: 'prepayment-required', title: 'Prepayment required', onShipment: false },
  {
    number: 16,
    condition: 'lacks-copyright-compliance',
    title: 'Copyright statement missing',
    onShipment: false,
  },
  { number: 22, condition: 'library-use-only', title: 'Use in the library only', onShipment: true },
  { number: 23, condition: 'no-reproduction', title: 'No reproduction', onShipment: true },
  {
    number: 24,
    condition: 'client-signature-required',
    title: 'Signature of the reader required',
    onShipment: true,
  },
  {
    number: 25,
    condition: 'special-collections-supervision-required',
    title: 'Supervision required',
    onShipment: true,
  },
  { number: 27, condition: 'other', title: 'Other', onShipment: true },
  { number: 28, condition: 'responder-specific', title: 'Particular to the lender', onShipment: false },
  {
    number: 30,
    condition: 'proposed-delivery-service',
    title: 'By the delivery service proposed',
    onShipment: false,
  },
] as const satisfies readonly ConditionRow[];

/** On what condition the lender supplies; a number is a code this table does not know, kept verbatim. */
export type Condition = (typeof Conditions)[number]['condition'] | number;
/** Under what condition the item was shipped; a number is kept verbatim. */
export type ShippedCondition =
  | Extract<(typeof Conditions)[number], { readonly onShipment: true }>['condition']
  | number;
