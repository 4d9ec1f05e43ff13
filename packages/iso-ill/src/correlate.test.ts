import { describe, expect, it } from 'vitest';
import { encode } from './codec.js';
import { correlate } from './correlate.js';
import { describe as describeApdu } from './describe.js';
import {
  apduOf,
  head,
  illRequest,
  requesterId,
  responderId,
  transactionId,
} from './guard/guard-at.test-support.js';
import type { IllApdu } from './messages/apdus.js';

const key = '["TEST:REQ","G-1","Q-1"]';

describe('correlation', () => {
  it('gives both sides of a transaction the same key', () => {
    expect(correlate(illRequest)).toEqual({
      key,
      to: 'lender',
      borrower: 'TEST:REQ',
      lender: 'TEST:RSP',
      isOpening: true,
    });
    expect(correlate(apduOf('Shipped'))).toEqual({
      key,
      to: 'borrower',
      borrower: 'TEST:REQ',
      lender: 'TEST:RSP',
      isOpening: false,
    });
  });

  it('takes a Forward-Notification for a word of the library that passes on, not of the one that has the request now', () => {
    const notification = { ...apduOf('Forward-Notification'), intermediaryId: responderId } as IllApdu;
    const elsewhere = { personOrInstitutionSymbol: { institutionSymbol: 'TEST:NEW' } };
    expect(correlate({ ...notification, responderId: elsewhere } as IllApdu)).toMatchObject({
      key,
      to: 'borrower',
      lender: 'TEST:RSP',
    });
  });

  it('does not depend on the presence of initial-requester-id nor on the type of the strings', () => {
    const { initialRequesterId: _, ...short } = transactionId;
    expect(correlate({ ...illRequest, transactionId: short }).key).toBe(key);
    expect(
      correlate({ ...illRequest, transactionId: { ...short, transactionQualifier: { edifact: 'Q-1' } } }).key,
    ).toBe(key);
  });

  it.each([
    ['qualifier', { ...transactionId, transactionQualifier: 'Q-2' }],
    ['group', { ...transactionId, transactionGroupQualifier: 'G-2' }],
    ['sub-transaction', { ...transactionId, subTransactionQualifier: 'S-1' }],
    ['initial requester', { ...transactionId, initialRequesterId: responderId }],
    [
      'case of the symbol',
      {
        ...transactionId,
        initialRequesterId: { personOrInstitutionSymbol: { institutionSymbol: 'test:req' } },
      },
    ],
    ['borders between the parts', { ...transactionId, transactionGroupQualifier: 'G-1","Q-1' }],
  ])('differs with the %s', (_, id) => {
    expect(correlate({ ...illRequest, transactionId: id }).key).not.toBe(key);
  });

  it('names no addressee for what either side may say', () => {
    for (const apdu of ['Lost', 'Damaged', 'Message', 'Status-Query', 'Status-Or-Error-Report'] as const) {
      expect(correlate(apduOf(apdu))).not.toHaveProperty('to');
    }
    expect(correlate(apduOf('Renew')).to).toBe('lender');
    expect(correlate(apduOf('Expired')).to).toBe('borrower');
  });

  it('goes by a name where there is no symbol', () => {
    const named = { nameOfPersonOrInstitution: { nameOfInstitution: 'Library' } };
    const { initialRequesterId: _, ...short } = transactionId;
    const found = correlate({ ...illRequest, transactionId: short, requesterId: named });
    expect(found.key).toBe('["Library","G-1","Q-1"]');
    expect(found).not.toHaveProperty('borrower');
  });
});

describe('short names', () => {
  const report = (more: object): IllApdu =>
    ({ apdu: 'Status-Or-Error-Report', ...head(), ...more }) as IllApdu;

  it.each<readonly [name: string, apdu: IllApdu]>([
    ['ILL-Request', illRequest],
    ['ILL-Answer unfilled', apduOf('ILL-Answer unfilled')],
    ['Cancel-Reply no', apduOf('Cancel-Reply no')],
    ['Shipped', apduOf('Shipped')],
    ['Status-Or-Error-Report without a report', report({ reasonNoReport: 'temporary' })],
    [
      'Status-Or-Error-Report SHIPPED',
      report({
        statusReport: {
          providerStatusReport: 'SHIPPED',
          userStatusReport: {
            dateOfLastTransition: '20260105',
            mostRecentService: 'Shipped',
            dateOfMostRecentService: '20260105',
            initiatorOfMostRecentService: requesterId,
          },
        },
      }),
    ],
    [
      'Status-Or-Error-Report unable-to-perform other',
      report({
        errorReport: {
          correlationInformation: 'x',
          reportSource: 'user',
          userErrorReport: { unableToPerform: 'other' },
        },
      }),
    ],
  ])('say what matters: %s', (name, apdu) => {
    expect(describeApdu(apdu)).toBe(name);
    expect(encode(apdu).length).toBeGreaterThan(0);
  });
});
