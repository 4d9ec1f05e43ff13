import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import { type Clock, ConfigError } from '@interlend/core';
import { bodyLimit } from 'hono/body-limit';
import type { AlmaLink } from '../alma/link.js';
import { addAlmaRoutes } from '../alma/routes.js';
import type { Delivery } from '../delivery/delivery.js';
import type { Desk } from '../desk/desk.js';
import type { Directory } from '../directory.js';
import type { Unwrap } from '../intake/unwrap.js';
import type { LiveStream } from '../live-stream.js';
import type { Logger } from '../logger.js';
import type { Metrics } from '../metrics.js';
import type { PeerHealth } from '../peer-health.js';
import { isLoopback } from '../read-settings.js';
import type { ProtocolRegistry } from '../registry.js';
import type { ApiSettings } from '../settings.js';
import type { Store } from '../store/store.js';
import { addOperationRoutes } from './operation-routes.js';
import { mistakesOf, problem, toProblem } from './problems.js';
import { addTransactionRoutes } from './transaction-routes.js';

/** What the API works with. */
export interface ApiParts {
  readonly settings: ApiSettings;
  readonly store: Store;
  readonly desk: Desk;
  readonly delivery: Delivery;
  readonly directory: Directory;
  readonly registry: ProtocolRegistry;
  readonly unwrap: Unwrap;
  readonly health: PeerHealth;
  readonly metrics: Metrics;
  readonly stream: LiveStream;
  /** The Alma that the server is wired to, once it has started. */
  readonly alma: () => AlmaLink | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The HTTP side of a server. */
export interface Api {
  /** Answers one request: for tests, and for mounting elsewhere. */
  fetch(request: Request): Promise<Response>;
  listen(): Promise<void>;
  /** Where it listens, for instance `http://127.0.0.1:8080`. */
  readonly url: string;
  close(): Promise<void>;
}

/** The largest body: a request with every field full is a few kilobytes. */
const largestBody = 256 * 1024;

/** Paths that need no token: probes have none. */
const openPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** Makes the API. It listens when told to. */
export function createApi(parts: ApiParts): Api {
  const { settings, logger } = parts;
  let isReady = false;
  const app = new OpenAPIHono({
    defaultHook: (result, context) =>
      result.success ? undefined : problem(context, 400, mistakesOf(result.error)),
  });
  app.onError((error, context) => toProblem(error, context, logger));
  app.notFound((context) => problem(context, 404));
  app.use(bodyLimit({ maxSize: largestBody, onError: (context) => problem(context, 413) }));
  if (settings.tokens.length > 0) {
    const isToken = tokenCheck(settings.tokens);
    app.use(async (context, next) => {
      if (openPaths.has(context.req.path)) return next();
      const [scheme, token] = (context.req.header('authorization') ?? '').split(' ');
      if (scheme?.toLowerCase() === 'bearer' && token !== undefined && isToken(token)) return next();
      context.header('www-authenticate', 'Bearer');
      return problem(context, 401);
    });
    app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  }
  if (settings.tokens.length === 0) {
    // A page from elsewhere, open in a browser on this machine, must not act here in the name of its reader.
    app.use(async (context, next) => {
      const host = context.req.header('host');
      const origin = context.req.header('origin');
      const isOwnHost =
        host === undefined || isLoopback(new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, ''));
      const isOwnPage = origin === undefined || origin === `http://${host}`;
      if (isOwnHost && isOwnPage) return next();
      return problem(context, 403, {
        detail: 'without a token, only programs and pages of this machine may call',
      });
    });
  }
  addTransactionRoutes(app, parts);
  addOperationRoutes(app, parts, () => isReady);
  addAlmaRoutes(app, parts.alma);
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Interlend reference server',
      version: '0.0.0',
      description: 'Loans between libraries, peer to peer',
    },
    ...(settings.tokens.length > 0 ? { security: [{ token: [] }] } : {}),
  });

  let http: HttpServer | undefined;
  let url = '';
  return {
    fetch: async (request) => app.fetch(request),
    get url() {
      return url;
    },
    async listen() {
      if (!isLoopback(settings.host) && settings.tokens.length === 0) {
        throw new ConfigError('api.tokens: expected at least one token when api.host is not this machine', {
          key: 'api.tokens',
          accepted: 'at least one token',
        });
      }
      const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
      // Never rejects: what goes wrong has become an answer by then.
      const server = createHttpServer((request, response) => void answer(request, response));
      http = server;
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: settings.host, port: settings.port }, resolve);
      });
      const bound = server.address();
      const port = bound !== null && typeof bound === 'object' ? bound.port : settings.port;
      url = `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`;
      isReady = true;
    },
    async close() {
      isReady = false;
      const server = http;
      if (!server) return;
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Live streams never end by themselves.
        setTimeout(() => server.closeAllConnections(), 500).unref();
      });
    },
  };
}

/** Compares without telling by its duration how much of a token was right. */
function tokenCheck(tokens: readonly string[]): (token: string) => boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const known = tokens.map(digest);
  return (token) => {
    const given = digest(token);
    return known.filter((one) => timingSafeEqual(one, given)).length > 0;
  };
}
