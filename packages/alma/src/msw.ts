/**
 * The Alma double as handlers of Mock Service Worker, for tests of programs that call an Alma.
 *
 * ```ts
 * import { createAlmaDouble } from '@interlend/alma/double';
 * import { almaHandlers } from '@interlend/alma/msw';
 * import { setupServer } from 'msw/node';
 *
 * const double = createAlmaDouble();
 * const server = setupServer(...almaHandlers(double));
 * server.listen({ onUnhandledFrame: 'error' });
 * server.close();
 * ```
 *
 * @packageDocumentation
 */
import { type HttpHandler, http } from 'msw';
import type { AlmaDouble } from './double/index.js';
import { baseUrlOf, type Region } from './regions.js';

/** Handlers that answer everything below the paths of an Alma at `server` and leave all else alone. */
export function almaHandlers(
  double: AlmaDouble,
  server: Region | (string & {}) = 'eu',
): readonly HttpHandler[] {
  const base = baseUrlOf(server);
  const answer = ({ request }: { readonly request: Request }): Promise<Response> => double.handle(request);
  return [http.all(`${base}/almaws/v1/*`, answer), http.get(`${base}/view/sru/*`, answer)];
}
