import type { Correlation } from '@interlend/core';
import { dummyOrderId } from './messages/commands.js';
import type { SlnpFields, SlnpMessage } from './messages/message.js';
import type { Info2FLServerNames } from './profiles/rules.js';

/** Key of the order as a lender has it. A server may stand for several of the lenders that one order is tried at. */
export function lenderKey(orderId: string, lender: string | undefined): string {
  return JSON.stringify(['AFL', orderId, (lender ?? '').toLowerCase()]);
}

/** Key of the order as the borrower has it: its own number, which is the central server's unless that is a dummy. */
export function borrowerKey(pflNumber: string): string {
  return JSON.stringify(['PFL', pflNumber]);
}

/**
 * Which order a message is about. A reply names none: it belongs to the command that it answers, which the connection
 * knows. So does a greeting.
 */
export function correlate(message: SlnpMessage, names: Info2FLServerNames): Correlation {
  if (message.kind !== 'command') return { key: '', isOpening: false };
  const { command, parameters } = message;
  switch (command) {
    case 'SLNPFLBestellung':
      return correlateOrder(parameters);
    case 'SLNPPFLDatenAenderung':
      return {
        key: borrowerKey(parameters['PFLNummer'] ?? ''),
        scope: 'peer',
        to: 'borrower',
        ...named('lender', parameters['SigelGB']),
        isOpening: false,
      };
    case 'SLNPInfo2FLServer': {
      const isLender = parameters[names.side] === 'AFL';
      const order = parameters[names.orderId] ?? '';
      const lender = parameters[names.lender];
      return {
        key: isLender ? lenderKey(order, lender) : borrowerKey(parameters[names.pflNumber] ?? order),
        scope: 'peer',
        to: isLender ? 'borrower' : 'lender',
        ...named('borrower', parameters[names.borrower]),
        ...named('lender', lender),
        isOpening: false,
      };
    }
    default:
      // A question about a reader concerns no order; it goes to the side that has readers.
      return { key: '', to: 'borrower', isOpening: false };
  }
}

function correlateOrder(parameters: SlnpFields): Correlation {
  const { BsTyp: side, BestellId: order = '', SigelNB: borrower, SigelGB: lender } = parameters;
  const isLender = side !== 'PFL';
  return {
    // A dummy names no order: what it begins is found by the number that the borrower gives it.
    key: order === dummyOrderId ? '' : isLender ? lenderKey(order, lender) : borrowerKey(order),
    // Every central server counts its orders for itself.
    scope: 'peer',
    to: isLender ? 'lender' : 'borrower',
    ...named('borrower', borrower),
    ...named('lender', lender),
    isOpening: true,
  };
}

function named<Side extends 'borrower' | 'lender'>(
  side: Side,
  symbol: string | undefined,
): { readonly [Name in Side]?: string } {
  return (symbol === undefined ? {} : { [side]: symbol }) as { readonly [Name in Side]?: string };
}
