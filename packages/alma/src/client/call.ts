import { TimeoutError, TransportError } from '@interlend/core';
import type { AlmaErrorKind } from '../error-codes.js';
import { AlmaError, errorFrom } from '../errors.js';
import { AlmaLimiter } from '../limiter.js';
import { limits } from '../limits.js';
import { type Operation, type OperationId, Operations, type ParametersOf } from '../operations.js';
import { type Pacing, systemPacing } from '../pacing.js';
import type { AlmaDeviation, Kind, Reading } from '../record/kind.js';
import { formatXml, parseXml } from '../record/xml.js';
import { baseUrlOf, type Region } from '../regions.js';
import { type Answer, membersOf, type Rows, unwrap } from './answer.js';
import { readText } from './bodies.js';
import { failureOf } from './failures.js';

/** How to reach an Alma. */
export interface AlmaClientOptions {
  /** A region, or the URL of another server. */
  readonly server: Region | (string & {});
  /** Goes into a header only, never into a URL, an error or a log. */
  readonly apiKey: string;
  /** `json` when absent. Both say the same. */
  readonly format?: 'json' | 'xml';
  /** Shared by all clients of an institution; one of its own when absent. */
  readonly limiter?: AlmaLimiter;
  /** For one attempt; 30 s when absent. */
  readonly timeoutMs?: number;
  /** Attempts for calls that may be repeated; 4 when absent. */
  readonly attempts?: number;
  /** Pause after the first failed attempt, each further one twice as long; 500 ms when absent. */
  readonly pauseMs?: number;
  /** Told what was odd about an answer. Without values. */
  readonly onDeviation?: (operation: OperationId, deviation: AlmaDeviation) => void;
  readonly fetch?: typeof globalThis.fetch;
  readonly pacing?: Pacing;
}

/** What every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Calls of the day to leave to others, instead of the limiter's own figure. */
  readonly keepRemaining?: number;
}

/** Values of query parameters; what is `undefined` is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One call. */
export interface Call<Id extends OperationId> extends CallOptions {
  readonly parameters: ParametersOf<Id>;
  readonly query?: Query;
  readonly body?: { readonly kind: Kind<unknown>; readonly name: string; readonly value: unknown };
}

/** Makes calls: within the limits, with attempts where a repeat is harmless. */
export class Caller {
  readonly #base: string;
  readonly #options: AlmaClientOptions;
  readonly #fetch: typeof globalThis.fetch;
  readonly #pacing: Pacing;
  readonly limiter: AlmaLimiter;

  /** @throws ConfigError when the server is no address */
  constructor(options: AlmaClientOptions) {
    this.#base = baseUrlOf(options.server);
    this.#options = options;
    this.#fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
    this.#pacing = options.pacing ?? systemPacing;
    this.limiter = options.limiter ?? new AlmaLimiter({ pacing: this.#pacing });
  }

  /** @throws AlmaError @throws TransportError @throws TimeoutError */
  async call<Id extends OperationId>(operation: Id, call: Call<Id>): Promise<Answer> {
    const { isRepeatable }: Operation = Operations[operation];
    const attempts = this.#options.attempts ?? 4;
    let mayBeDone = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(operation, call);
      } catch (error) {
        const { signal } = call;
        if (error instanceof AlmaError && error.code === 'daily-limit' && error.status !== undefined)
          this.limiter.noteRemaining(0);
        // What an attempt that got lost has deleted is not found by the next one.
        const isDone = mayBeDone && error instanceof AlmaError && error.code === 'not-found';
        if (isDone && Operations[operation].method === 'DELETE') return { nothing: true };
        if (attempt >= attempts || signal?.aborted || !mayRepeat(error, isRepeatable)) throw error;
        mayBeDone ||= isMaybeDelivered(error);
        await this.#pause(attempt, isLimit(error), signal, operation);
      }
    }
  }

  /** A single record out of an answer. @throws AlmaError `unexpected-answer` when it is none */
  record<Value>(operation: OperationId, answer: Answer, kind: Kind<Value>): Value {
    const { value, deviations } = this.#read(operation, answer, kind);
    if (value !== undefined && !deviations.some(({ code }) => code === 'missing')) return value;
    const missing = deviations.find(({ code }) => code === 'missing')?.path ?? 'a body';
    throw this.#unexpected(operation, `expected ${missing}, found none`);
  }

  /** The members of a list. One that does not say which record it is, is reported and left out. */
  rows<Value>(operation: OperationId, answer: Answer, member: string, kind: Kind<Value>): Rows<Value> {
    const { members, total } = membersOf(answer, member);
    const rows = members.flatMap((one) => {
      const { value, deviations } = this.#read(operation, one, kind);
      return value === undefined || deviations.some(({ code }) => code === 'missing') ? [] : [value];
    });
    return { rows, total: total ?? members.length };
  }

  #read<Value>(
    operation: OperationId,
    answer: Answer,
    kind: Kind<Value>,
  ): { readonly value: Value | undefined; readonly deviations: readonly AlmaDeviation[] } {
    const reading: Reading = { path: kind.record ?? '', deviations: [] };
    let value: Value | undefined;
    try {
      if ('xml' in answer) value = kind.fromXml(answer.xml, reading);
      else if ('json' in answer) value = kind.fromJson(unwrap(answer.json, kind.record), reading);
    } catch (cause) {
      throw this.#unexpected(operation, 'expected a record, found something else', cause);
    }
    for (const deviation of reading.deviations) this.#options.onDeviation?.(operation, deviation);
    return { value, deviations: reading.deviations };
  }

  #unexpected(operation: OperationId, message: string, cause?: unknown): AlmaError {
    return new AlmaError('unexpected-answer', `${operation}: ${message}`, { operation }, { cause });
  }

  async #attempt<Id extends OperationId>(operation: Id, call: Call<Id>): Promise<Answer> {
    const { method, path, fixed }: Operation = Operations[operation];
    const url = new URL(`${this.#base}/almaws/v1${fillIn(path, call.parameters)}`);
    for (const [name, value] of Object.entries({ ...call.query, ...fixed })) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const body = call.body && this.#bodyOf(call.body);
    const response = await this.#send(operation, url, { method, body, signal: call.signal }, call);
    const location = response.status >= 300 && response.status < 400 ? response.location : undefined;
    if (location === undefined) return this.#answer(operation, response);
    // Followed by hand: it costs a second call, and the key goes to no other server.
    const target = new URL(location, url);
    if (
      target.origin !== url.origin ||
      !target.pathname.startsWith(new URL(`${this.#base}/almaws/v1/`).pathname)
    )
      throw this.#unexpected(operation, 'expected an address of the same server, found another one');
    return this.#answer(
      operation,
      await this.#send(operation, target, { method: 'GET', body: undefined, signal: call.signal }, call),
    );
  }

  async #send(
    operation: OperationId,
    url: URL,
    request: {
      readonly method: string;
      readonly body: string | undefined;
      readonly signal: AbortSignal | undefined;
    },
    options: CallOptions,
  ): Promise<{ readonly status: number; readonly text: string; readonly location: string | undefined }> {
    const { timeoutMs = 30_000, format = 'json', apiKey } = this.#options;
    const where = { operation, peer: url.host, budgetMs: timeoutMs };
    const leave = await this.limiter.enter(operation, options).catch((error: unknown) => {
      throw error instanceof AlmaError
        ? error
        : new TransportError('aborted', `${operation}: stopped by the caller before it was sent`, {
            peer: url.host,
            phase: 'connect',
          });
    });
    const timeout = AbortSignal.timeout(timeoutMs);
    let remaining: number | undefined;
    try {
      const type = `application/${format}`;
      const response = await this.#fetch(url, {
        method: request.method,
        redirect: 'manual',
        headers: {
          accept: type,
          authorization: `apikey ${apiKey}`,
          ...(request.body !== undefined && { 'content-type': type }),
        },
        ...(request.body !== undefined && { body: request.body }),
        signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
      });
      const said = response.headers.get('x-exl-api-remaining');
      if (said !== null && /^-?\d+$/.test(said)) remaining = Number(said);
      const text = await readText(response, limits.bodyOctets);
      return { status: response.status, text, location: response.headers.get('location') ?? undefined };
    } catch (error) {
      throw failureOf(error, {
        ...where,
        isTimeout: timeout.aborted,
        isAborted: request.signal?.aborted === true,
      });
    } finally {
      leave(remaining);
    }
  }

  #bodyOf({ kind, name, value }: NonNullable<Call<OperationId>['body']>): string {
    return this.#options.format === 'xml'
      ? formatXml(kind.toXml(name, value, name))
      : JSON.stringify(kind.toJson(value, name));
  }

  #answer(
    operation: OperationId,
    { status, text }: { readonly status: number; readonly text: string },
  ): Answer {
    const trimmed = text.trimStart();
    const isEnvelope = /"errorsExist"\s*:\s*(true|"true")|<(\w+:)?errorsExist>true</.test(
      trimmed.slice(0, 2000),
    );
    if (status < 200 || status > 299 || isEnvelope) throw errorFrom(operation, status, text);
    if (trimmed === '') return { nothing: true };
    try {
      if (trimmed.startsWith('<')) return { xml: parseXml(trimmed) };
      return { json: JSON.parse(trimmed) as unknown };
    } catch (cause) {
      throw this.#unexpected(operation, 'expected JSON or XML, found something else', cause);
    }
  }

  async #pause(
    attempt: number,
    isAtLimit: boolean,
    signal: AbortSignal | undefined,
    operation: OperationId,
  ): Promise<void> {
    const backoff = (this.#options.pauseMs ?? 500) * 2 ** (attempt - 1);
    try {
      await this.#pacing.wait(isAtLimit ? Math.max(backoff, 1000 * attempt) : backoff, { signal });
    } catch {
      throw new TransportError('aborted', `${operation}: stopped by the caller between two attempts`, {
        peer: new URL(this.#base).host,
        phase: 'connect',
      });
    }
  }
}

function isMaybeDelivered(error: unknown): boolean {
  return (error instanceof TransportError || error instanceof TimeoutError) && error.maybeDelivered;
}

function isLimit(error: unknown): boolean {
  return error instanceof AlmaError && error.code === 'per-second-limit';
}

/** Refusals by the limit came before any effect; what may have had one is repeated only where that is harmless. */
function mayRepeat(error: unknown, isRepeatable: boolean): boolean {
  if (isLimit(error)) return true;
  if (error instanceof AlmaError) {
    const kinds: readonly AlmaErrorKind[] = ['fault'];
    return isRepeatable && kinds.includes(error.code) && (error.status ?? 0) >= 500;
  }
  if (error instanceof TimeoutError || error instanceof TransportError) {
    return error.retryable && (isRepeatable || !error.maybeDelivered);
  }
  return false;
}

function fillIn(path: string, parameters: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeSegment(parameters[name] ?? ''));
}

/** Codes hold colons and slashes; a segment of dots would be taken for a folder. */
function encodeSegment(value: string): string {
  return encodeURIComponent(value).replaceAll(/^\.+$/g, (dots) => dots.replaceAll('.', '%2E'));
}
