import { createMachine, type Machine, type Row, type ServiceType } from '@interlend/core';
import type { SlnpFields } from '../messages/message.js';

/** Where an order stands at a central server, in the words that libraries see. */
export type OrderState =
  | 'OrderIn'
  | 'LwS2ZFL'
  | 'WorkOut'
  | 'Shipped'
  | 'Return'
  | 'Sign'
  | 'PrintRL'
  | 'Cancel';

/** What happens to an order. */
export type OrderEvent =
  | 'patronKnown'
  | 'patronRefused'
  | 'borrowerAccepted'
  | 'borrowerRefused'
  | 'lenderAccepted'
  | 'lenderRefused'
  | 'shipped'
  | 'notAvailable'
  | 'timeOver'
  | 'returned'
  | 'stuck'
  | 'printed'
  | 'cancelled';

/** What the central server says next. */
export type OrderTask = 'askPatron' | 'orderPfl' | 'orderAfl' | 'changeData';

/** What the table needs to know beside the state. */
export interface OrderFacts {
  /** Whether there is a lender on the rota who was not asked. */
  readonly isRotaLeft: boolean;
  /** Whether an accepting reply alone makes an order Shipped. */
  readonly isShippedDirectly: boolean;
  /** Whether the item comes back. */
  readonly isReturnable: boolean;
}

type OrderPredicate = keyof OrderFacts;
type OrderRow = Row<OrderState, OrderEvent, OrderPredicate> & { readonly send?: OrderTask };

/** A lender says no, or nothing for too long: the next one is asked; at the end of the rota staff are. */
const onwards = (on: OrderEvent): readonly OrderRow[] => [
  { from: 'WorkOut', on, when: 'isRotaLeft', to: 'WorkOut', send: 'orderAfl' },
  { from: 'WorkOut', on, to: 'Sign' },
];

const rows: readonly OrderRow[] = [
  { from: 'OrderIn', on: 'patronKnown', to: 'LwS2ZFL', send: 'orderPfl' },
  { from: 'OrderIn', on: 'patronRefused', to: 'Cancel' },
  { from: 'LwS2ZFL', on: 'borrowerAccepted', when: 'isRotaLeft', to: 'WorkOut', send: 'orderAfl' },
  { from: 'LwS2ZFL', on: 'borrowerAccepted', to: 'Sign' },
  { from: 'LwS2ZFL', on: 'borrowerRefused', to: 'Cancel' },
  {
    from: 'WorkOut',
    on: 'lenderAccepted',
    when: 'isShippedDirectly',
    to: 'Shipped',
    send: 'changeData',
    note: 'Direktverbuchung',
  },
  { from: 'WorkOut', on: 'lenderAccepted', to: 'WorkOut' },
  ...onwards('lenderRefused'),
  ...onwards('notAvailable'),
  ...onwards('timeOver'),
  { from: 'WorkOut', on: 'shipped', to: 'Shipped', send: 'changeData' },
  { from: 'Shipped', on: 'returned', when: 'isReturnable', to: 'Return' },
  { from: 'Sign', on: 'printed', to: 'PrintRL' },
  { from: 'Sign', on: 'cancelled', to: 'Cancel' },
  ...(['OrderIn', 'LwS2ZFL', 'WorkOut'] as const).flatMap((from): readonly OrderRow[] => [
    { from, on: 'stuck', to: 'Sign' },
    { from, on: 'cancelled', to: 'Cancel' },
  ]),
];

/** An order at a central server. */
export const OrderMachine: Machine<OrderState, OrderEvent, OrderPredicate, OrderFacts> = createMachine({
  name: 'order',
  states: ['OrderIn', 'LwS2ZFL', 'WorkOut', 'Shipped', 'Return', 'Sign', 'PrintRL', 'Cancel'],
  initial: 'OrderIn',
  terminal: ['Return', 'PrintRL', 'Cancel'],
  predicates: {
    isRotaLeft: (facts) => facts.isRotaLeft,
    isShippedDirectly: (facts) => facts.isShippedDirectly,
    isReturnable: (facts) => facts.isReturnable,
  },
  rows,
});

/** An order as the central server keeps it. Plain data. */
export interface HubOrder {
  /** `BestellId`. */
  readonly id: string;
  readonly state: OrderState;
  readonly borrower: string;
  readonly service: ServiceType;
  /** Lenders in the order in which they are asked. */
  readonly rota: readonly string[];
  /** How many of them were asked. */
  readonly asked: number;
  /** Number that the borrower's system gave. */
  readonly pflNumber?: string;
  readonly shelfmark?: string;
  /** What the order says beside its numbers and libraries. */
  readonly fields: SlnpFields;
  /** When the present lender was asked, in milliseconds. */
  readonly askedAtMs?: number;
}

/** Whether nothing more happens of itself. A copy does not come back. */
export function isAtRest({ state, service }: HubOrder): boolean {
  return (
    OrderMachine.terminal.includes(state) || state === 'Sign' || (state === 'Shipped' && service === 'copy')
  );
}

/** The lender that was asked last. */
export function presentLender({ rota, asked }: HubOrder): string | undefined {
  return rota[asked - 1];
}

/**
 * The order after an event, and what is to be said. Pure.
 *
 * @throws StateError when the order does not allow it now
 */
export function stepOrder(
  order: HubOrder,
  event: OrderEvent,
  isShippedDirectly: boolean,
): { readonly order: HubOrder; readonly task?: OrderTask } {
  const row = OrderMachine.step(order.state, event, {
    isRotaLeft: order.asked < order.rota.length,
    isShippedDirectly,
    isReturnable: order.service === 'loan',
  });
  const task = row.send as OrderTask | undefined;
  return {
    order: { ...order, state: row.to, ...(task === 'orderAfl' && { asked: order.asked + 1 }) },
    ...(task && { task }),
  };
}
