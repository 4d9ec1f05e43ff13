import type { LendingRequest } from '@interlend/core';
import { afterEach, describe, expect, it, test } from 'vitest';
import { refusal, refusalFor } from './lending-policy.js';
import { defaultRegistry } from './protocols.js';
import {
  aRequest,
  lender,
  loanIn,
  memoryTransports,
  type Pair,
  startPair,
} from './test-server.test-support.js';

const today = '2030-06-15';
const fits = (row: object, request: Partial<LendingRequest> = {}): boolean =>
  refusalFor([refusal.parse(row)], { ...aRequest, ...request }, today) !== undefined;

describe('a row of what is refused', () => {
  test.each<readonly [string, object, Partial<LendingRequest>, boolean]>([
    ['that names nothing fits always', {}, {}, true],
    ['fits its service', { service: 'copy' }, { services: ['copy'] }, true],
    ['does not fit another service', { service: 'copy' }, {}, false],
    [
      'does not fit where another service would do',
      { service: 'copy' },
      { services: ['loan', 'copy'] },
      false,
    ],
    ['fits its kind', { kind: 'serial' }, { item: { kind: 'serial' } }, true],
    ['takes an item of which nothing is said for a monograph', { kind: 'monograph' }, { item: {} }, true],
    ['fits its borrower, whatever the case', { borrower: 'test:req' }, {}, true],
    ['does not fit another borrower', { borrower: 'TEST:ANY' }, {}, false],
    ['fits the begin of a shelf mark', { callNumber: 'ls ' }, { item: { callNumber: 'LS A 1' } }, true],
    ['does not fit a request without shelf mark', { callNumber: 'LS' }, {}, false],
    ['fits its first day', { from: today }, {}, true],
    ['fits its last day', { until: today }, {}, true],
    ['does not fit the day before', { from: '2030-06-16' }, {}, false],
    ['does not fit the day after', { until: '2030-06-14' }, {}, false],
    ['fits only when all of it does', { service: 'loan', kind: 'serial' }, {}, false],
  ])('%s', (_, row, request, expected) => {
    expect(fits(row, request)).toBe(expected);
  });

  it('gives its reason; the first that fits counts', () => {
    const rows = [
      { kind: 'serial' as const, reason: 'non-circulating' as const },
      { note: 'Closed' },
      { reason: 'lost' as const },
    ].map((row) => refusal.parse(row));
    expect(refusalFor(rows, aRequest, today)).toEqual({ reason: 'policy-problem', note: 'Closed' });
  });
});

let pair: Pair;
afterEach(() => pair?.stop());

test('a library refuses over ISO ILL as well, and its staff see why', async () => {
  pair = await startPair({
    protocol: 'iso-ill',
    transport: '1611',
    transports: memoryTransports(),
    lending: {
      libraries: [{ symbol: lender, name: 'Lender', refuses: [{ reason: 'non-circulating' }] }],
    },
    surroundings: { registry: defaultRegistry },
  });
  const { id } = await pair.borrowing.desk.borrow(aRequest);
  expect(await loanIn(pair.borrowing, 'unfilled')).toBe(id);
  const lent = await loanIn(pair.lending, 'unfilled');
  const events = await pair.lending.store.events(lent);
  expect(events.map(({ key, source }) => `${key} ${source}`)).toEqual(['requested wire', 'unfilled rule']);
  expect(await pair.borrowing.store.transaction(id)).toMatchObject({
    transaction: { facts: { outcome: { kind: 'unfilled', reason: 'non-circulating' } } },
  });
});
