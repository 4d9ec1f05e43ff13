import { type ErrorDetails, InterlendError } from '@interlend/core';
import { type AlmaErrorKind, ErrorKinds, explain } from './error-codes.js';
import type { OperationId } from './operations.js';
import { isObject } from './record/generic.js';
import { childOf, descend, parseXml } from './record/xml.js';

/** One error of Alma's list. */
export interface ReportedError {
  /** Verbatim: digits, or a word such as `PER_SECOND_THRESHOLD`. */
  readonly errorCode: string;
  readonly errorMessage: string;
  /** What the vendor asks for. Errors of thresholds have none. */
  readonly trackingId: string | undefined;
}

/** Alma did not do what it was asked. `code` says what that means to the caller, scoped by the call. */
export class AlmaError extends InterlendError {
  override readonly name = 'AlmaError';
  readonly code: AlmaErrorKind;
  readonly operation: OperationId;
  /** HTTP status. Alma answers 400 for nearly everything, so decide by `code`. */
  readonly status: number | undefined;
  /** Alma's own code of the first error, verbatim. */
  readonly errorCode: string | undefined;
  readonly trackingId: string | undefined;
  /** What to do. */
  readonly advice: string;
  readonly #reported: readonly ReportedError[];

  constructor(
    code: AlmaErrorKind,
    message: string,
    where: {
      readonly operation: OperationId;
      readonly status?: number;
      readonly reported?: readonly ReportedError[];
      readonly advice?: string;
    },
    details: ErrorDetails = {},
  ) {
    super(message, { retryable: ErrorKinds[code].retryable, ...details });
    const [first] = where.reported ?? [];
    this.code = code;
    this.operation = where.operation;
    this.status = where.status;
    this.errorCode = first?.errorCode;
    this.trackingId = first?.trackingId;
    this.advice = where.advice ?? ErrorKinds[code].advice;
    this.#reported = where.reported ?? [];
  }

  /** Every error in Alma's words. They may name a patron, so they stand neither in the message nor in a log. */
  reported(): readonly ReportedError[] {
    return this.#reported;
  }
}

/** What Alma writes when a value is not in its code table: the template itself, without the field. */
const unrendered = /\[Ljava\.lang\.Object;@|\{\d\}/;

/** The error in an answer that is none. `body` is whatever came: JSON, XML, or a page of a proxy. */
export function errorFrom(operation: OperationId, status: number, body: string): AlmaError {
  const reported = reportedErrors(body);
  const [first] = reported;
  const row = first && explain(first.errorCode, operation);
  const kind = kindOf(status, first, row?.kind);
  const what = row?.meaning ?? (first ? `error ${first.errorCode}` : `HTTP ${status}`);
  const tracking = first?.trackingId === undefined ? '' : `, tracking id ${first.trackingId}`;
  return new AlmaError(
    kind,
    `${operation}: ${what} (${first?.errorCode ?? 'no code'}, HTTP ${status}${tracking})`,
    {
      operation,
      status,
      reported,
      ...(row?.advice !== undefined && row.kind === kind && { advice: row.advice }),
    },
  );
}

function kindOf(
  status: number,
  first: ReportedError | undefined,
  known: AlmaErrorKind | undefined,
): AlmaErrorKind {
  if (first && unrendered.test(first.errorMessage)) return 'bad-code-value';
  if (known) return known;
  if (status === 429) return 'daily-limit';
  if (status === 401 || status === 403) return 'unauthorized';
  if (status >= 500) return 'fault';
  return first ? 'invalid' : 'unexpected-answer';
}

/** The errors of an envelope in any of its forms; none when it is no envelope. */
export function reportedErrors(body: string): readonly ReportedError[] {
  const trimmed = body.trimStart();
  if (trimmed.startsWith('{')) return fromJson(trimmed);
  if (trimmed.startsWith('<')) return fromXml(trimmed);
  return [];
}

function fromJson(text: string): readonly ReportedError[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  const outer = isObject(json) ? json : {};
  const envelope = isObject(outer['web_service_result']) ? outer['web_service_result'] : outer;
  const list = isObject(envelope['errorList']) ? envelope['errorList']['error'] : undefined;
  const members: readonly unknown[] = Array.isArray(list) ? list : [list];
  return members.flatMap((member) =>
    isObject(member) ? [one(member['errorCode'], member['errorMessage'], member['trackingId'])] : [],
  );
}

function fromXml(text: string): readonly ReportedError[] {
  try {
    const list = descend(parseXml(text), 'errorList');
    return (list?.children ?? []).map((error) =>
      one(
        childOf(error, 'errorCode')?.text,
        childOf(error, 'errorMessage')?.text,
        childOf(error, 'trackingId')?.text,
      ),
    );
  } catch {
    return [];
  }
}

function one(code: unknown, message: unknown, trackingId: unknown): ReportedError {
  const words = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return {
    errorCode: words(code),
    errorMessage: words(message),
    trackingId: words(trackingId) || undefined,
  };
}
