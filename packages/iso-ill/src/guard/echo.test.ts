import { describe, expect, it } from 'vitest';
import { decode, encode } from '../codec.js';
import { echoIds, echoText } from './echo.js';
import { apduOf, illRequest, lenient, requesterId, transactionId } from './guard-at.test-support.js';
import { receive } from './receive.js';

describe('the echo of ids', () => {
  it('is octet for octet where it can be', () => {
    const odd = {
      ...apduOf('Cancel'),
      transactionId: {
        transactionGroupQualifier: { edifact: 'A' },
        transactionQualifier: { latin1: 'é' },
        unknown: ['8900'],
      },
    };
    expect(echoIds(odd)).toMatchObject({ transactionId: odd.transactionId, requesterId });
  });

  it('keeps the characters of an EDIFACTString that it may not write as one', () => {
    expect(echoText({ edifact: 'A_B' })).toBe('A_B');
    expect(echoText({ edifact: 'A-B' })).toEqual({ edifact: 'A-B' });
    const odd = {
      ...illRequest,
      transactionId: { ...transactionId, transactionQualifier: { edifact: 'Q_1' } },
      requesterId: {
        personOrInstitutionSymbol: { personSymbol: { edifact: 'P_1' } },
        nameOfPersonOrInstitution: { nameOfPerson: 'P' },
      },
    };
    const { guard } = receive(undefined, odd, lenient);
    const { replies } = receive(guard, apduOf('Status-Query'), lenient);
    expect(replies).toMatchObject([
      {
        transactionId: { ...transactionId, transactionQualifier: 'Q_1' },
        requesterId: {
          personOrInstitutionSymbol: { personSymbol: 'P_1' },
          nameOfPersonOrInstitution: { nameOfPerson: 'P' },
        },
      },
    ]);
    expect(encode(replies[0] ?? odd).length).toBeGreaterThan(0);
  });

  it('leaves out an id that names nobody', () => {
    const nobody = {
      ...apduOf('Cancel'),
      requesterId: {},
      transactionId: { ...transactionId, initialRequesterId: {} },
    };
    const { replies } = receive(undefined, nobody, lenient);
    expect(replies[0]).not.toHaveProperty('requesterId');
    const { message } = decode(encode(replies[0] ?? illRequest), { isStrict: true });
    expect(message.transactionId).not.toHaveProperty('initialRequesterId');
  });
});
