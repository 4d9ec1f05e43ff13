import type { FileErrorCode } from '../british-library/reports.js';
import type { Order } from '../order-file/order-file.js';
import type { SimulatedOrder } from './british-library.js';

/** Why an order was refused. */
export interface OrderError {
  readonly code: FileErrorCode;
  readonly requestNumber: string;
}

/** Orders of a well-formed file that are refused each for itself, `sim/1`. */
export function refuseOrders(
  orders: readonly Order[],
  before: ReadonlyMap<string, SimulatedOrder>,
  allowsAddresses: boolean,
): readonly OrderError[] {
  return orders.flatMap(({ requestNumber, keywords, deliverTo }): readonly OrderError[] => {
    const isAction = keywords.includes('CANCEL');
    const isKnown = before.has(requestNumber);
    if (isKnown !== isAction) return [{ code: isAction ? 'A06' : 'A07', requestNumber }];
    if (deliverTo !== undefined && !allowsAddresses) return [{ code: 'A12', requestNumber }];
    return [];
  });
}
