import { type Clock, systemClock } from '@interlend/core';
import { readText } from '../client/bodies.js';
import { limits } from '../limits.js';
import { type Operation, type OperationId, Operations } from '../operations.js';
import { isObject } from '../record/generic.js';
import type { Kind, Reading } from '../record/kind.js';
import { parseXml } from '../record/xml.js';
import { Answerers, Bodies } from './answers/index.js';
import { errorOf, type Outcome } from './outcome.js';
import { type QuirkSwitches, switchQuirks } from './quirks.js';
import { type Notation, render } from './render.js';
import { answerSru } from './sru.js';
import { type AlmaSeed, AlmaState } from './state.js';
import { type ThresholdOptions, Thresholds } from './thresholds.js';
import type { DoubleHooks } from './world.js';

/** How to make a double. */
export interface AlmaDoubleOptions {
  readonly seed?: AlmaSeed;
  readonly quirks?: Partial<QuirkSwitches>;
  /** The key that callers must show; any is taken when absent. */
  readonly apiKey?: string;
  readonly thresholds?: ThresholdOptions;
  readonly clock?: Clock;
  readonly hooks?: DoubleHooks;
}

/** One call that came in. */
export interface DoubleCall {
  readonly operation: OperationId | 'sru' | undefined;
  readonly status: number;
  readonly at: Date;
}

/** A stand-in for the REST interface and SRU of an Alma. */
export interface AlmaDouble {
  /** Answers a request. What is no path of Alma's gets 404. */
  handle(request: Request): Promise<Response>;
  readonly state: AlmaState;
  /** The latest calls, at most ten thousand. */
  readonly calls: readonly DoubleCall[];
}

interface Route {
  readonly id: OperationId;
  readonly method: string;
  readonly op: string | undefined;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

const prefix = '/almaws/v1';
const routes: readonly Route[] = Object.entries<Operation>(Operations).map(
  ([id, { method, path, fixed }]) => ({
    id: id as OperationId,
    method,
    op: fixed?.['op'],
    pattern: new RegExp(`^${prefix}${path.replaceAll(/\{\w+\}/g, '([^/]+)').replace(/\/$/, '')}/?$`),
    names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''),
  }),
);
const keptCalls = 10_000;

/** Makes a double with a state of its own. */
export function createAlmaDouble(options: AlmaDoubleOptions = {}): AlmaDouble {
  const clock = options.clock ?? systemClock;
  const state = new AlmaState(options.seed ?? {}, () => clock.now());
  const quirks = switchQuirks(options.quirks);
  const thresholds = new Thresholds(options.thresholds ?? {}, clock);
  const calls: DoubleCall[] = [];
  let tracked = 0;

  const answer = async (request: Request, url: URL, route: Route | undefined): Promise<Outcome> => {
    const key =
      request.headers.get('authorization')?.replace(/^apikey /, '') ?? url.searchParams.get('apikey');
    if (key === null || (options.apiKey !== undefined && key !== options.apiKey)) {
      return {
        kind: 'error',
        errorCode: 'UNAUTHORIZED',
        message: 'API-key not defined or not configured.',
        status: 401,
      };
    }
    const refusal = thresholds.refusal();
    if (refusal && quirks.thresholds) return refusal;
    if (!route) return errorOf('NOT_FOUND', 'There is no such path', 404);
    const values = route.pattern.exec(url.pathname)?.slice(1) ?? [];
    const parameters = Object.fromEntries(
      route.names.map((name, index) => [name, decodeURIComponent(values[index] ?? '')]),
    );
    const kind = Bodies[route.id];
    const body = kind ? await readBody(request, kind) : undefined;
    if (body && 'refused' in body) return body.refused;
    const world = { state, quirks, hooks: options.hooks ?? {}, base: url.origin };
    return Answerers[route.id]({ parameters, query: url.searchParams, body: body?.value }, world);
  };

  return {
    state,
    calls,
    async handle(request) {
      const url = new URL(request.url);
      const note = (operation: DoubleCall['operation'], response: Response): Response => {
        calls.push({ operation, status: response.status, at: clock.now() });
        if (calls.length > keptCalls) calls.shift();
        return response;
      };
      if (url.pathname.startsWith('/view/sru/')) return note('sru', answerSru(url, state));
      const route = routes.find(
        ({ method, pattern, op }) =>
          method === request.method &&
          pattern.test(url.pathname) &&
          (op === undefined || op === url.searchParams.get('op')),
      );
      tracked++;
      const outcome = await answer(request, url, route);
      const response = render(asNotFound(outcome, quirks), notationOf(request), quirks, {
        trackingId: `E01-${String(tracked).padStart(10, '0')}-DBLE`,
        institution: state.institution,
        base: url.origin,
      });
      response.headers.set('x-exl-api-remaining', String(thresholds.remaining));
      return note(route?.id, response);
    },
  };
}

const notFoundCodes: ReadonlySet<string> = new Set([
  '402118',
  '401651',
  '401861',
  '401890',
  '401694',
  '40166450',
  '401689',
  '402203',
]);

function asNotFound(outcome: Outcome, quirks: QuirkSwitches): Outcome {
  if (quirks.notFoundAs400 || outcome.kind !== 'error' || !notFoundCodes.has(outcome.errorCode))
    return outcome;
  return { ...outcome, status: 404 };
}

function notationOf(request: Request): Notation {
  const accept = request.headers.get('accept') ?? '';
  return accept.includes('json') ? 'json' : 'xml';
}

async function readBody(
  request: Request,
  kind: Kind<unknown>,
): Promise<{ readonly value: unknown } | { readonly refused: Outcome }> {
  const text = await readText(request, limits.bodyOctets);
  const reading: Reading = { path: '', deviations: [] };
  try {
    if (request.headers.get('content-type')?.includes('xml')) {
      return { value: kind.fromXml(parseXml(text), reading) ?? {} };
    }
    const json: unknown = JSON.parse(text);
    if (hasWrappedText(json, kind)) {
      const message = 'Cannot deserialize value of type java.lang.String from Object value';
      return { refused: errorOf('401652', message) };
    }
    return { value: kind.fromJson(json, reading) ?? {} };
  } catch {
    return { refused: errorOf('401676', 'No valid XML or JSON was given.') };
  }
}

/** Alma refuses an object where it wants text. */
function hasWrappedText(json: unknown, kind: Kind<unknown>): boolean {
  return (
    isObject(json) &&
    Object.entries(kind.fields ?? {}).some(
      ([name, field]) => field.kind.name === 'text' && isObject(json[name]),
    )
  );
}
