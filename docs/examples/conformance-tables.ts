import { BorrowerMachine, LenderMachine, type LendingEvent } from '@interlend/core';
import { formatTable } from './format-table.js';

type Type = LendingEvent['type'];
type FieldOf<Of extends Type> = Exclude<
  keyof Extract<LendingEvent, { readonly type: Of }>,
  'type' | 'from' | 'note'
>;

/** Who says an event, and its fields beside `note`, which every event may have. The compiler knows the names. */
const events: { readonly [Of in Type]: readonly [by: string, ...fields: readonly FieldOf<Of>[]] } = {
  requested: ['borrower', 'request'],
  willSupply: ['lender', 'reason', 'supplyDate'],
  holdPlaced: ['lender', 'estimatedDate'],
  conditional: ['lender', 'condition', 'replyBy'],
  conditionAnswered: ['borrower', 'isAccepted'],
  retryLater: ['lender', 'reason', 'retryDate'],
  unfilled: ['lender', 'reason', 'locations'],
  locationsProvided: ['lender', 'reason', 'locations'],
  estimated: ['lender', 'estimate'],
  expired: ['lender'],
  forwarded: ['lender', 'to', 'address'],
  shipped: [
    'lender',
    'service',
    'shippedOn',
    'due',
    'isRenewable',
    'condition',
    'cost',
    'insuredFor',
    'chargeableUnits',
    'method',
    'returnTo',
  ],
  cancelRequested: ['borrower'],
  cancelAnswered: ['lender', 'isAccepted'],
  received: ['borrower', 'service', 'receivedOn'],
  returned: ['borrower', 'returnedOn', 'method', 'insuredFor'],
  checkedIn: ['lender', 'checkedInOn'],
  renewRequested: ['borrower', 'desiredDue'],
  renewAnswered: ['lender', 'isAccepted', 'due', 'isRenewable'],
  recalled: ['lender'],
  overdue: ['lender', 'due', 'isRenewable'],
  lost: ['either'],
  damaged: ['either', 'units'],
  message: ['either'],
  statusQueried: ['either'],
  statusReported: ['either', 'state', 'noReport'],
  errorReported: ['either', 'problem', 'about'],
};

/** The tables of the page on conformance by the name in their markers. */
export const conformanceTables: Readonly<Record<string, () => string>> = {
  'neutral events': () =>
    formatTable(
      ['event', 'said by', 'fields beside `note`'],
      Object.entries(events).map(([event, [by, ...fields]]) => [
        `\`${event}\``,
        by,
        fields.map((field) => `\`${field}\``).join(', '),
      ]),
    ),
  'neutral states': () =>
    formatTable(
      ['our side', 'states'],
      [BorrowerMachine, LenderMachine].map(({ name, states }) => [
        name,
        states
          .filter((state) => state !== 'idle')
          .map((state) => `\`${state}\``)
          .join(', '),
      ]),
    ),
};
