import type { LendingRequest } from '@interlend/core';
import {
  createIllDouble,
  type DoubleBehaviour,
  type DoubleRecord,
  type IllDouble,
  type IllDoubleOptions,
} from '../double.js';
import { closedAfterEach, type TestNetwork } from '../edges.test-support.js';
import { openTwoWay, type TwoWayConnection } from '../two-way.js';

export const open = closedAfterEach();

export const clock = { now: () => new Date('2024-02-03T10:11:12Z') };
export const opening = { borrower: 'TEST:REQ', lender: 'TEST:RSP', group: 'TGQ-0001', qualifier: 'TQ-0001' };
export const loan: LendingRequest = {
  borrower: { symbol: 'TEST:REQ' },
  lender: { symbol: 'TEST:RSP' },
  services: ['loan'],
  item: { title: 'On Examples' },
};

export const make = async (options: IllDoubleOptions): Promise<IllDouble> => {
  const double = await createIllDouble({ clock, ...options });
  open.push(double);
  return double;
};

/** Two doubles that know each other. */
export const pair = async (
  mode: '1611' | '499',
  { acceptor, connector }: TestNetwork,
  lenderDoes: Partial<IllDoubleOptions> & { readonly behaviour: DoubleBehaviour },
  borrowerDoes: Partial<IllDoubleOptions> = {},
): Promise<{ readonly borrower: IllDouble; readonly lender: IllDouble }> => {
  const lender: IllDouble = await make({
    ...{ role: 'responder', mode, acceptor, connector, partner: () => borrower.address },
    ...lenderDoes,
  });
  const borrower: IllDouble = await make({
    ...{ role: 'requester', mode, acceptor, connector, partner: () => lender.address },
    ...{ behaviour: { kind: 'fulfil' } },
    ...borrowerDoes,
  });
  return { borrower, lender };
};

export const names = (records: readonly DoubleRecord[]): string[] =>
  records.map((record) => {
    if (record.direction === 'in')
      return `< ${record.received.kind === 'apdu' ? record.received.message.apdu : 'unreadable'}`;
    if (record.direction === 'out') return `> ${record.message?.apdu ?? 'octets'}`;
    return record.direction;
  });
export const heardBy = (double: IllDouble): string[] =>
  names(double.records).filter((name) => name.startsWith('<'));
export const isOut = ({ direction }: DoubleRecord): boolean => direction === 'out';

export const dial = async ({ connector }: TestNetwork, double: IllDouble): Promise<TwoWayConnection> => {
  const connection = await openTwoWay({ connector, address: double.address });
  open.unshift(connection);
  return connection;
};
