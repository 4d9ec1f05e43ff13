import { DecodeError, type DecodeErrorCode } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { decode, encode } from './codec.js';
import { errorReportFor, GeneralProblemOf } from './error-report.js';
import type { IllApdu } from './messages/apdus.js';

const head = {
  protocolVersionNum: 2,
  transactionId: {
    initialRequesterId: { personOrInstitutionSymbol: { institutionSymbol: { edifact: 'TEST:REQ' } } },
    transactionGroupQualifier: { latin1: 'TGQ-\u00e4' },
    transactionQualifier: 'TQ-0001',
  },
  serviceDateTime: { dateTimeOfThisService: { date: '20240103', time: '101112' } },
  requesterId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:REQ' } },
  responderId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:RSP' } },
} as const;
const now = { dateTimeOfThisService: { date: '20240301', time: '080000' } };
const message: IllApdu = { apdu: 'Message', ...head, note: 'x' };
const bytes = encode(message);

const errorOf = (octets: Uint8Array): DecodeError => {
  try {
    decode(octets);
  } catch (error) {
    if (error instanceof DecodeError) return error;
  }
  throw new Error('expected octets that do not decode');
};
const error = (code: DecodeErrorCode): DecodeError => new DecodeError(code, 'made for a test', { offset: 0 });

describe('errorReportFor', () => {
  it('reports a mandatory element that is absent, with the ids as they came', () => {
    const withoutNote = encode({ apdu: 'Expired', ...head }).with(0, 0x71);
    const cause = errorOf(withoutNote);
    expect(cause.code).toBe('badly-structured');
    const report = errorReportFor(cause, withoutNote, now);
    expect(report).toEqual({
      apdu: 'Status-Or-Error-Report',
      protocolVersionNum: 2,
      transactionId: head.transactionId,
      serviceDateTime: now,
      requesterId: head.requesterId,
      responderId: head.responderId,
      errorReport: {
        correlationInformation: 'Message 20240103T101112',
        reportSource: 'provider',
        providerErrorReport: { generalProblem: 'badly-structured-APDU' },
      },
    });
    expect(report && decode(encode(report)).message).toEqual(report);
  });

  it('reports an APDU number that no APDU has', () => {
    const unknown = bytes.with(0, 0x75);
    const report = errorReportFor(errorOf(unknown), unknown, now);
    expect(report?.errorReport?.providerErrorReport).toEqual({ generalProblem: 'unrecognized-APDU' });
    expect(report?.errorReport?.correlationInformation).toBe('APDU 21 20240103T101112');
  });

  it('answers version 1 in version 1, and any other in version 2', () => {
    const version = (number: number): number | undefined =>
      errorReportFor(error('mistyped'), encode({ ...message, protocolVersionNum: number }), now)
        ?.protocolVersionNum;
    expect([1, 2, 3].map(version)).toEqual([1, 2, 2]);
  });

  it('says what it can of the moment of the APDU', () => {
    const text = (serviceDateTime: IllApdu['serviceDateTime']): unknown =>
      errorReportFor(error('mistyped'), encode({ ...message, serviceDateTime }), now)?.errorReport
        ?.correlationInformation;
    expect(text({ dateTimeOfThisService: { date: '20240103' } })).toBe('Message 20240103');
    const at = bytes.findIndex((octet, index) => octet === 0xa2 && bytes[index + 1] === 0x14);
    const broken = bytes.with(at + 2, 0x01);
    expect(errorReportFor(error('mistyped'), broken, now)?.errorReport?.correlationInformation).toBe(
      'Message',
    );
  });

  it.each(Object.entries(GeneralProblemOf) as [DecodeErrorCode, unknown][])(
    'calls %s %s',
    (code, problem) => {
      const report = errorReportFor(error(code), bytes, now);
      expect(report?.errorReport?.providerErrorReport).toEqual(problem && { generalProblem: problem });
      if (report) expect(encode(report).length).toBeGreaterThan(0);
    },
  );

  it('never reports about a report', () => {
    const report = encode({ apdu: 'Status-Or-Error-Report', ...head, reasonNoReport: 'temporary' });
    expect(errorReportFor(error('mistyped'), report, now)).toBeUndefined();
    expect(errorReportFor(error('mistyped'), report.with(0, 0x71), now)).toBeDefined();
  });

  it('reports nothing without a transaction-id', () => {
    expect(errorReportFor(error('mistyped'), bytes.subarray(0, 12), now)).toBeUndefined();
    expect(errorReportFor(error('mistyped'), Uint8Array.of(), now)).toBeUndefined();
  });
});
