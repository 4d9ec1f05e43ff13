import { advance, allowedActions, DecodeError, newTransaction } from '@interlend/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encode } from './codec.js';
import { forwardRequest } from './forward.js';
import { apduOf, at, illRequest, lenient, responderId } from './guard/guard-at.test-support.js';
import { isoIll } from './iso-ill.js';
import { agrees, isMatchingEnd, isResting } from './matching-states.js';

const opening = { borrower: 'TEST:REQ', lender: 'TEST:RSP', group: 'G-1', qualifier: 'Q-1' };
const request = {
  borrower: { symbol: 'TEST:REQ' },
  lender: { symbol: 'TEST:RSP' },
  services: ['loan'],
  item: { title: 'On Examples' },
} as const;

afterEach(() => vi.restoreAllMocks());

describe('isoIll', () => {
  it('takes a request from one side to the other', () => {
    const asked = isoIll.say(
      isoIll.begin(opening),
      { type: 'requested', from: 'borrower', request },
      lenient,
    );
    const [message] = asked.replies;
    if (!message) throw new Error('nothing was said');
    const { message: read } = isoIll.decode(isoIll.encode(message), { isStrict: true });
    expect(isoIll.describe(read)).toBe('ILL-Request');
    expect(isoIll.correlate(read)).toMatchObject({ key: '["TEST:REQ","G-1","Q-1"]', isOpening: true });
    const heard = isoIll.receive(undefined, read, lenient);
    expect(heard.event).toEqual({ type: 'requested', from: 'borrower', request: isoIll.toRequest(read) });
    // What has a default is said, because libyaz wants it to be.
    expect(isoIll.toRequest(read)).toEqual({ ...request, isRetry: false, placeOnHold: 'lender-decides' });
    if (!heard.event) throw new Error('nothing was heard');
    const loan = advance(newTransaction('lender', request), heard.event);
    expect(allowedActions(loan)).toContain('shipped');
  });

  it('writes octets as the profile wants them', () => {
    const message = { ...apduOf('Overdue'), dateDue: { dateDueField: '20260103' } } as never;
    const written = isoIll.encode(message, { profile: 'vdx' });
    expect(isoIll.decode(written).message).toMatchObject({
      dateDue: { dateDueField: '20260103', renewable: true },
    });
    expect(isoIll.decode(encode(message)).message).not.toHaveProperty('dateDue.renewable');
    expect(() => isoIll.encode(message, { profile: 'nobody' })).toThrow(
      expect.objectContaining({ name: 'ConfigError' }),
    );
  });

  it('answers what does not decode with an error report, where one is owed', () => {
    const bytes = encode(apduOf('Cancel'));
    const strange = Uint8Array.of(0x75, ...bytes.subarray(1));
    const failure = (octets: Uint8Array): DecodeError => {
      try {
        isoIll.decode(octets);
      } catch (error) {
        if (error instanceof DecodeError) return error;
      }
      throw new Error('expected octets that do not decode');
    };
    expect(isoIll.answerUndecodable?.(strange, failure(strange), lenient)).toMatchObject({
      serviceDateTime: { dateTimeOfThisService: { date: '20260105', time: '100000' } },
      errorReport: { providerErrorReport: { generalProblem: 'unrecognized-APDU' } },
    });
    const cut = bytes.subarray(0, 20);
    expect(isoIll.answerUndecodable?.(cut, failure(cut), lenient)).toBeUndefined();
  });

  it('cuts a stream into APDUs', () => {
    const framer = isoIll.createFramer();
    const bytes = encode(illRequest);
    expect(framer.push(bytes.subarray(0, 9))).toEqual([]);
    expect(framer.push(bytes.subarray(9))).toEqual([bytes]);
  });
});

describe('the example of the package', () => {
  it('prints the APDU and the octets of an answer', async () => {
    const lines: unknown[][] = [];
    vi.spyOn(console, 'log').mockImplementation((...line) => lines.push(line));
    const { decode, describe, encode } = await import('./index.js');

    const cancel = Buffer.from(
      '664b3049800102a10ea1051b03472d31a2051b03512d31a214a012800832303234303130338106313031313132' +
        'a30ea00ca10a1b08544553543a524551a40ea00ca10a1b08544553543a525350',
      'hex',
    );
    const { message } = decode(cancel);
    console.log(describe(message), message.transactionId.transactionQualifier);

    const serviceDateTime = { dateTimeOfThisService: { date: '20240103', time: '111213' } };
    const bytes = encode({ ...message, apdu: 'Cancel-Reply', serviceDateTime, answer: true });
    console.log(Buffer.from(bytes).toString('hex'));

    expect(lines[0]).toEqual(['Cancel', 'Q-1']);
    expect(lines[1]?.[0]).toMatch(/^67[0-9a-f]+9f2301ff$/);
    expect(decode(bytes).message).toMatchObject({ apdu: 'Cancel-Reply', answer: true });
  });
});

describe('a forwarded request', () => {
  it('keeps its transaction-id, names the new responder and joins this library to those tried', () => {
    const onward = forwardRequest(
      { ...illRequest, thirdPartyInfoType: { permissionToForward: true, alreadyTriedList: [responderId] } },
      {
        to: { symbol: 'TEST:THIRD' },
        by: responderId,
        at: at(1),
        note: 'Please help',
        requesterAddress: { telecomServiceIdentifier: 'TCP/IP', telecomServiceAddress: 'a.example:1611' },
      },
    );
    expect(onward).toMatchObject({
      transactionId: illRequest.transactionId,
      responderId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:THIRD' } },
      forwardFlag: true,
      forwardNote: 'Please help',
      thirdPartyInfoType: { permissionToForward: true, alreadyTriedList: [responderId, responderId] },
    });
    expect(encode(onward).length).toBeGreaterThan(0);
  });
});

describe('matching states', () => {
  it('go together at rest', () => {
    expect(isResting('RECEIVED', 'SHIPPED')).toBe(true);
    expect(isResting('RECEIVED', 'CHECKED-IN')).toBe(false);
    expect(agrees('responder', 'OVERDUE', 'NOT-RECEIVED-OVERDUE')).toBe(true);
    expect(agrees('requester', 'OVERDUE', 'NOT-RECEIVED-OVERDUE')).toBe(false);
    expect(isResting('UNHEARD' as never, 'SHIPPED')).toBe(false);
  });

  it('end a loan and a copy differently', () => {
    expect(isMatchingEnd('RETURNED', 'CHECKED-IN', true)).toBe(true);
    expect(isMatchingEnd('RECEIVED', 'SHIPPED', false)).toBe(true);
    expect(isMatchingEnd('RETURNED', 'SHIPPED', false)).toBe(true);
    expect(isMatchingEnd('SHIPPED', 'SHIPPED', false)).toBe(false);
    expect(isMatchingEnd('RECEIVED', 'SHIPPED', true)).toBe(false);
    expect(isMatchingEnd('LOST', 'CHECKED-IN', true)).toBe(false);
  });
});
