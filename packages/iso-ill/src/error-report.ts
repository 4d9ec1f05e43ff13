import type { DecodeError, DecodeErrorCode } from '@interlend/core';
import type { StatusOrErrorReport } from './messages/apdus.js';
import type { ErrorReport, ServiceDateTime } from './messages/types.js';
import { type SalvagedHead, salvage } from './salvage.js';
import { momentText } from './service-time.js';

/** A value of General-Problem, clause 9. */
export type GeneralProblem = Extract<
  NonNullable<ErrorReport['providerErrorReport']>,
  { readonly generalProblem: unknown }
>['generalProblem'];

/**
 * What a reader's error is called in an error report. `undefined` where no report is due: octets that are no APDU, and
 * one that was cut off, whose sender will send it again.
 */
export const GeneralProblemOf: Readonly<Record<DecodeErrorCode, GeneralProblem | undefined>> = {
  incomplete: undefined,
  'not-a-message': undefined,
  'unrecognized-message': 'unrecognized-APDU',
  mistyped: 'mistyped-APDU',
  malformed: 'badly-structured-APDU',
  'badly-structured': 'badly-structured-APDU',
  'trailing-data': 'badly-structured-APDU',
  deviation: 'badly-structured-APDU',
  limit: 'other',
};

/**
 * The Status-Or-Error-Report that the sender of an unreadable APDU is owed. Transaction-id and both ids are copied from
 * what could be read. `undefined` when no transaction-id could be read, when the APDU was itself a
 * Status-Or-Error-Report, and when {@link GeneralProblemOf} names no problem.
 *
 * ```ts
 * import { DecodeError } from '@interlend/core';
 * import { decode, encode, errorReportFor } from '@interlend/iso-ill';
 *
 * function answerTo(bytes: Uint8Array): Uint8Array | undefined {
 *   try {
 *     decode(bytes, { isStrict: true });
 *   } catch (error) {
 *     if (!(error instanceof DecodeError)) throw error;
 *     const now = { dateTimeOfThisService: { date: '20240203', time: '101112' } };
 *     const report = errorReportFor(error, bytes, now);
 *     return report && encode(report);
 *   }
 *   return undefined;
 * }
 * ```
 *
 * @param now the moment of the report, in the local time of this side
 */
export function errorReportFor(
  error: DecodeError,
  bytes: Uint8Array,
  now: ServiceDateTime,
): StatusOrErrorReport | undefined {
  const head = salvage(bytes);
  const generalProblem = GeneralProblemOf[error.code];
  if (!head.transactionId || generalProblem === undefined || head.apdu === 'Status-Or-Error-Report') {
    return undefined;
  }
  return {
    apdu: 'Status-Or-Error-Report',
    protocolVersionNum: head.protocolVersionNum === 1 ? 1 : 2,
    transactionId: head.transactionId,
    serviceDateTime: now,
    ...(head.requesterId && { requesterId: head.requesterId }),
    ...(head.responderId && { responderId: head.responderId }),
    errorReport: {
      correlationInformation: correlationInformation(head),
      reportSource: 'provider',
      providerErrorReport: { generalProblem },
    },
  };
}

/** Which APDU is meant: its name and the moment it names itself. */
function correlationInformation({ apdu, apduNumber, serviceDateTime }: SalvagedHead): string {
  const name = apdu ?? `APDU ${apduNumber}`;
  return serviceDateTime ? `${name} ${momentText(serviceDateTime.dateTimeOfThisService)}` : name;
}
