import { faultsOf } from './fault.js';

/** Mistakes in the package that speaks SLNP. */
export const slnpFaults = faultsOf('slnp', 'packages/slnp/src', {
  'order-taken-twice': {
    does: 'An order that comes a second time is refused instead of being answered as before',
    file: 'guard/receive-order.ts',
    find: "if (isSame && repeatedOrder === 'answer-again') {",
    put: "if (isSame && repeatedOrder !== 'answer-again') {",
    names: 'repeat',
  },
  'other-order-taken': {
    does: 'An order with a used number and another content is taken for a repeat',
    file: 'guard/receive-order.ts',
    find: 'const isSame = digestOf(message) === guard.digest;',
    put: 'const isSame = true;',
    names: 'refused',
  },
  'number-forgotten': {
    does: 'The answer to an order does not repeat the number of the borrower’s system',
    file: 'guard/receive-order.ts',
    find: '      ...(pflNumber !== undefined && { PFLNummer: pflNumber }),\n      OKMsg',
    put: '      OKMsg',
    names: 'PFLNummer',
  },
  'return-as-shipped': {
    does: 'A return is reported as a shipment',
    file: 'mapping/from-event.ts',
    find: "returned: 'Return',",
    put: "returned: 'Shipped',",
    names: 'Return',
  },
  'due-left-out': {
    does: 'The report of a shipment does not name the day on which the item is due',
    file: 'mapping/from-event.ts',
    find: 'formatDate(event.due) : undefined',
    put: 'undefined : undefined',
    names: 'LeihFrist',
  },
  'supplier-forgotten': {
    does: 'Who supplies does not reach the desk',
    file: 'mapping/to-event.ts',
    find: '...(lender === undefined ? [] :',
    put: '...(lender !== undefined ? [] :',
    names: 'note',
  },
  'end-not-known': {
    does: 'The end of a command is not found in the stream',
    file: 'framer.ts',
    find: "return words === 'SLNPEndCommand' ? 'last' : 'inside';",
    put: "return words === 'SLNPEnd' ? 'last' : 'inside';",
    names: 'lost in phase receive',
  },
});
