import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { exampleSeed } from '../double/example-seed.test-support.js';
import { type AlmaDouble, createAlmaDouble, type QuirkSwitches } from '../double/index.js';
import { AlmaLimiter } from '../limiter.js';
import { almaHandlers } from '../msw.js';
import type { Pacing } from '../pacing.js';
import type { AlmaClientOptions } from './call.js';
import { type AlmaClient, createAlmaClient } from './client.js';

/** Answers in place of an Alma. What nobody answers is an error. */
export const server = setupServer();

/** Switches the answers on for the tests of a file. */
export function useServer(): void {
  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());
}

/** No pause takes time. */
export const noPauses: Pacing = { nowMs: () => 0, wait: () => Promise.resolve() };

/** A client and the double that answers it. */
export function start(
  options: Partial<AlmaClientOptions> = {},
  quirks: Partial<QuirkSwitches> = {},
): { readonly alma: AlmaClient; readonly double: AlmaDouble; readonly deviations: string[] } {
  const double = createAlmaDouble({
    seed: exampleSeed,
    quirks,
    apiKey: 'secret-key',
    thresholds: { perSecond: 10_000 },
  });
  server.use(...almaHandlers(double));
  const deviations: string[] = [];
  const alma = createAlmaClient({
    server: 'eu',
    apiKey: 'secret-key',
    limiter: new AlmaLimiter({ perSecond: 10_000 }),
    onDeviation: (operation, { path }) => deviations.push(`${operation} ${path}`),
    ...options,
  });
  return { alma, double, deviations };
}

export const lending = {
  external_id: 'Q//G',
  owner: 'RS',
  partner: { value: 'NLNZ:WLC' },
  format: { value: 'PHYSICAL' },
  citation_type: { value: 'BOOK' },
  title: 'The Theory of Examples',
} as const;
export const borrowing = {
  citation_type: { value: 'BK' },
  format: { value: 'PHYSICAL' },
  pickup_location: { value: 'RS' },
  agree_to_copyright_terms: true,
  title: 'Something Else',
} as const;
