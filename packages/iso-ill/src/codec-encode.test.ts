import { describe, expect, it } from 'vitest';
import { decode, encode } from './codec.js';
import { encodeFailure } from './codec.test-support.js';
import type { IllApdu } from './messages/index.js';
import { head, smallest, type Vector } from './small-apdus.test-support.js';

describe('encode', () => {
  const [request] = smallest as readonly [Vector];
  it.each([
    ['no APDU', {}, 'invalid-value', ''],
    ['nothing', undefined, 'invalid-value', ''],
    ['an APDU that does not exist', { ...head, apdu: 'Forward' }, 'invalid-value', ''],
    ['a mandatory element absent', { apdu: 'Cancel-Reply', ...head }, 'missing', 'Cancel-Reply.answer'],
    [
      'an element of another APDU',
      { apdu: 'Cancel', ...head, answer: true },
      'unknown-element',
      'Cancel.answer',
    ],
    ['a note in Expired', { apdu: 'Expired', ...head, note: 'N' }, 'unknown-element', 'Expired.note'],
    [
      'a wrong date',
      { apdu: 'Checked-In', ...head, dateCheckedIn: '2024-01-03' },
      'invalid-value',
      'Checked-In.dateCheckedIn',
    ],
    [
      'an unknown word',
      { ...request.value, illServiceType: ['lend'] },
      'invalid-value',
      'ILL-Request.illServiceType[0]',
    ],
    [
      'too many services',
      { ...request.value, illServiceType: Array(6).fill('loan') },
      'invalid-value',
      'ILL-Request.illServiceType',
    ],
    ['half a character', { apdu: 'Message', ...head, note: '\ud83d' }, 'unsayable-character', 'Message.note'],
    [
      'an EDIFACTString beyond its repertoire',
      { apdu: 'Message', ...head, note: { edifact: 'a_b' } },
      'unsayable-character',
      'Message.note',
    ],
    [
      'an element of version 2 in version 1',
      {
        apdu: 'Damaged',
        ...head,
        protocolVersionNum: 1,
        damagedDetails: { damagedPortion: { completeDocument: null } },
      },
      'invalid-value',
      'Damaged',
    ],
    [
      'an explanation of another result',
      {
        apdu: 'ILL-Answer',
        ...head,
        transactionResults: 'retry',
        resultsExplanation: { unfilledResults: { reasonUnfilled: 'lost' } },
      },
      'invalid-value',
      'ILL-Answer',
    ],
    [
      'no report and no reason',
      { apdu: 'Status-Or-Error-Report', ...head },
      'invalid-value',
      'Status-Or-Error-Report',
    ],
    [
      'a party without symbol and name',
      {
        apdu: 'Cancel',
        ...head,
        transactionId: { ...head.transactionId, initialRequesterId: { unknown: ['9f3c00'] } },
      },
      'invalid-value',
      'Cancel.transactionId.initialRequesterId',
    ],
  ])('cannot say %s', (_title, value, code, path) => {
    expect(encodeFailure(() => encode(value as IllApdu))).toEqual({ code, path });
  });

  it('writes defaults as it is told', () => {
    const value: IllApdu = {
      ...(request.value as Extract<IllApdu, { apdu: 'ILL-Request' }>),
      retryFlag: false,
    };
    const flags = (defaults: 'keep' | 'omit' | 'write') => {
      const { message } = decode(encode(value, { defaults }));
      return Object.keys(message).filter((key) =>
        ['retryFlag', 'forwardFlag', 'transactionType', 'placeOnHold'].includes(key),
      );
    };
    expect(flags('keep')).toEqual(['retryFlag']);
    expect(flags('omit')).toEqual([]);
    expect(flags('write')).toEqual(['transactionType', 'placeOnHold', 'retryFlag', 'forwardFlag']);
  });
});
