import type { Evidence, UnfilledReason, WillSupplyReason } from '@interlend/core';

/** What a reply code means to the desk. */
export type ReplyMeaning =
  | { readonly event: 'shipped'; readonly service: 'loan' | 'copy' }
  | { readonly event: 'unfilled'; readonly reason: UnfilledReason }
  | { readonly event: 'retryLater'; readonly argument: 'weeks' }
  | { readonly event: 'willSupply'; readonly reason: WillSupplyReason }
  | { readonly event: 'cancelAnswered' | 'renewAnswered'; readonly isAccepted: boolean }
  /** A notice that a loan will be due: it changes nothing. */
  | { readonly event: 'message' }
  | { readonly event: 'overdue' };

/** What may stand behind a code. */
export type ReplyArgument = 'weeks' | 'number' | 'amount' | 'date' | 'text';

interface ReplyRow {
  /** The code without its argument, in capitals. */
  readonly code: string;
  /** The British Library's own words. */
  readonly title: string;
  readonly meaning: ReplyMeaning;
  readonly argument?: { readonly kind: ReplyArgument; readonly isNeeded: boolean };
  readonly evidence: Evidence;
}

const unfilled = (reason: UnfilledReason): ReplyMeaning => ({ event: 'unfilled', reason });

/**
 * Reply codes of the British Library since November 2012, as published, with their neutral meaning, which is ours. The
 * page speaks of 24 codes and lists 21, so others will come: those are left to a person. The last two rows are not on the
 * page; no published code says that a loan was sent.
 */
export const ReplyCodes = [
  {
    code: 'SHIPPED COPY',
    title: 'Sent for despatch',
    meaning: { event: 'shipped', service: 'copy' },
    evidence: 'documented',
  },
  {
    code: 'NOT',
    title: 'Unable to fulfil - Not held/no longer available',
    meaning: unfilled('not-owned'),
    evidence: 'documented',
  },
  {
    code: 'NOT*NUKL',
    title: 'Unable to fulfil - Suppliers not found',
    meaning: unfilled('locations-not-found'),
    evidence: 'documented',
  },
  {
    code: 'RCOP',
    title: 'Unable to fulfil - Copyright restrictions',
    meaning: unfilled('lacks-copyright-compliance'),
    evidence: 'documented',
  },
  {
    code: 'CRF*CANNOT MATCH ITEM',
    title: 'Unable to fulfil - Cannot match',
    meaning: unfilled('not-found-as-cited'),
    evidence: 'documented',
  },
  {
    code: '*INVALID ORDERING OPTIONS',
    title: 'Unable to fulfil - Invalid ordering options',
    meaning: unfilled('requested-delivery-services-not-supported'),
    evidence: 'documented',
  },
  {
    code: 'TOTAL LOAN*MORE THAN 1 VOLUME',
    title: 'Unable to fulfil - More than 1 volume',
    meaning: unfilled('policy-problem'),
    evidence: 'documented',
  },
  {
    code: 'DIRECT',
    title: 'Unable to fulfil - Suppliers found',
    meaning: unfilled('responder-specific'),
    argument: { kind: 'text', isNeeded: false },
    evidence: 'documented',
  },
  {
    code: '*TOTAL LIBRARY MAX COST',
    title: 'Unable to fulfil - Exceeds Maximum Cost',
    meaning: unfilled('cost-exceeds-limit'),
    argument: { kind: 'amount', isNeeded: true },
    evidence: 'documented',
  },
  {
    code: 'CAT*REAPPLY',
    title: 'Unable to fulfil - Not currently available',
    meaning: { event: 'retryLater', argument: 'weeks' },
    argument: { kind: 'weeks', isNeeded: true },
    evidence: 'documented',
  },
  {
    code: 'USE*',
    title: 'On waiting list',
    meaning: { event: 'willSupply', reason: 'on-hold' },
    argument: { kind: 'number', isNeeded: true },
    evidence: 'documented',
  },
  {
    code: 'USE O/D',
    title: 'Revised estimated despatch date',
    meaning: { event: 'willSupply', reason: 'being-processed-for-supply' },
    argument: { kind: 'text', isNeeded: false },
    evidence: 'documented',
  },
  {
    code: '*TOTAL LIBRARY',
    title: 'Sent to Partner supplier',
    meaning: { event: 'willSupply', reason: 'being-processed-for-supply' },
    evidence: 'documented',
  },
  {
    code: 'CANC',
    title: 'Order cancelled',
    meaning: { event: 'cancelAnswered', isAccepted: true },
    evidence: 'documented',
  },
  {
    code: 'NCANC',
    title: 'Order not available for cancellation',
    meaning: { event: 'cancelAnswered', isAccepted: false },
    evidence: 'documented',
  },
  {
    code: 'RENEWED*',
    title: 'Item renewed',
    meaning: { event: 'renewAnswered', isAccepted: true },
    argument: { kind: 'date', isNeeded: true },
    evidence: 'documented',
  },
  {
    code: 'NO RENEW',
    title: 'Item not available for renewal',
    meaning: { event: 'renewAnswered', isAccepted: false },
    evidence: 'documented',
  },
  {
    code: 'DUE*AUTOMATIC RENEWAL PENDING',
    title: 'Item due for return - Automatic renewal pending',
    meaning: { event: 'message' },
    argument: { kind: 'text', isNeeded: false },
    evidence: 'documented',
  },
  {
    code: 'DUE WAIT',
    title: 'Item due back soon - No renewal available',
    meaning: { event: 'message' },
    evidence: 'documented',
  },
  {
    code: 'DUE',
    title: 'Please return item - Overdue',
    meaning: { event: 'overdue' },
    evidence: 'documented',
  },
  {
    code: '*FINAL DEMAND',
    title: 'Return OVERDUE item immediately',
    meaning: { event: 'overdue' },
    evidence: 'documented',
  },
  {
    code: 'SHIPPED LOAN',
    title: 'Loan sent',
    meaning: { event: 'shipped', service: 'loan' },
    evidence: 'inferred',
  },
  { code: 'SHIPPED', title: 'Sent', meaning: { event: 'shipped', service: 'loan' }, evidence: 'inferred' },
] as const satisfies readonly ReplyRow[];

/** A row of {@link ReplyCodes}. */
export type ReplyCode = ReplyRow;

/** The longest code first, so that `NOT*NUKL` is not taken for `NOT`. */
export const replyCodesByLength: readonly ReplyCode[] = [...ReplyCodes].sort(
  (one, other) => other.code.length - one.code.length,
);

/** What each kind of argument looks like. */
export const argumentPatterns: Readonly<Record<ReplyArgument, RegExp>> = {
  weeks: /^\d{1,2}$/,
  number: /^\d{1,4}$/,
  amount: /^\S{1,20}$/,
  date: /^\d{2}-\d{2}-\d{4}$/,
  text: /^\S(?:.{0,198}\S)?$/,
};
