import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { FunctionalityLegend, StatusLegend, Systems } from '@interlend/core';
import { streamSSE } from 'hono/streaming';
import { NotFoundError } from '../desk/desk.js';
import type { Change } from '../live-stream.js';
import type { ProtocolRegistry } from '../registry.js';
import type { ApiParts } from './api.js';
import { ProblemSchema, problem } from './problems.js';
import { MessageSchema, OutboxSchema, viewMessage, viewOutboxItem, viewTransaction } from './views.js';

const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });
const missing = {
  description: 'Not here',
  content: { 'application/problem+json': { schema: ProblemSchema } },
};

const PeerSchema = z
  .object({
    symbol: z.string(),
    name: z.string().optional(),
    protocol: z.string(),
    transport: z.string(),
    profile: z.string().optional(),
    mode: z.string(),
    waiting: z.int(),
    failures: z.int().openapi({ description: 'Failed attempts since the last delivery' }),
    lastReceived: z.iso.datetime().optional(),
    lastDelivered: z.iso.datetime().optional(),
    lastFailed: z.iso.datetime().optional(),
    problem: z.string().optional(),
  })
  .openapi('Peer');

const LegendSchema = z.array(z.object({ word: z.string(), meaning: z.string() }));
const MatrixSchema = z
  .object({
    systems: z.array(
      z.object({
        id: z.string(),
        system: z.string(),
        vendor: z.string(),
        functionality: z.string(),
        protocol: z.string(),
        protocolName: z.string(),
        profile: z.string(),
        declared: z.string(),
      }),
    ),
    functionality: LegendSchema,
    status: LegendSchema,
  })
  .openapi('SupportMatrix');

/** The part of the API that keeps the server going. */
export function addOperationRoutes(app: OpenAPIHono, parts: ApiParts, isReady: () => boolean): void {
  const { store, delivery, directory, registry, unwrap, health, metrics, stream } = parts;

  app.openapi(
    createRoute({
      method: 'get',
      path: '/outbox',
      summary: 'Messages that wait to be sent, oldest first, at most 500',
      request: { query: z.object({ state: z.exactOptional(z.enum(['waiting', 'review'])) }) },
      responses: {
        200: { description: 'The outbox', content: json(z.object({ items: z.array(OutboxSchema) })) },
      },
    }),
    async (context) => {
      const items = await store.outbox(context.req.valid('query').state, 500);
      return context.json({ items: items.map(viewOutboxItem) }, 200);
    },
  );

  for (const ruling of ['retry', 'give-up'] as const) {
    app.openapi(
      createRoute({
        method: 'post',
        path: `/outbox/{message}/${ruling}`,
        summary:
          ruling === 'retry'
            ? 'Send it now, with all its attempts again'
            : 'Never send it; the next message of its loan goes',
        request: {
          params: z.object({
            message: z.coerce
              .number()
              .int()
              .openapi({ param: { name: 'message', in: 'path' } }),
          }),
        },
        responses: { 204: { description: 'Done' }, 404: missing },
      }),
      async (context) => {
        const { message } = context.req.valid('param');
        if (!(await delivery.rule(message, ruling)))
          throw new NotFoundError(`no message ${message} waits to be sent`);
        return context.body(null, 204);
      },
    );
  }

  app.openapi(
    createRoute({
      method: 'get',
      path: '/received/{processing}',
      summary: 'Received messages that had no effect: refused, undecodable or failed',
      request: {
        params: z.object({
          processing: z
            .enum(['waiting', 'refused', 'undecodable', 'failed'])
            .openapi({ param: { name: 'processing', in: 'path' } }),
        }),
      },
      responses: {
        200: {
          description: 'At most 500 messages, oldest first',
          content: json(z.object({ messages: z.array(MessageSchema) })),
        },
      },
    }),
    async (context) => {
      const messages = await store.received(context.req.valid('param').processing, 500);
      const views = messages.map((message) =>
        viewMessage(message, { attempts: [], parcels: [] }, registry, unwrap),
      );
      return context.json({ messages: await Promise.all(views) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/peers',
      summary: 'Partners, and how the exchange with each goes',
      responses: {
        200: { description: 'All partners', content: json(z.object({ peers: z.array(PeerSchema) })) },
      },
    }),
    (context) => {
      const waiting = delivery.waiting();
      const peers = directory.peers.map(({ symbol, name, protocol, transport, profile, mode }) => {
        const { lastReceived, lastDelivered, lastFailed, problem: fault, failures } = health.of(symbol);
        return {
          symbol,
          ...(name === undefined ? {} : { name }),
          protocol,
          transport,
          ...(profile === undefined ? {} : { profile }),
          mode,
          waiting: waiting.get(symbol) ?? 0,
          failures,
          ...(lastReceived ? { lastReceived: lastReceived.toISOString() } : {}),
          ...(lastDelivered ? { lastDelivered: lastDelivered.toISOString() } : {}),
          ...(lastFailed ? { lastFailed: lastFailed.toISOString() } : {}),
          ...(fault === undefined ? {} : { problem: fault }),
        };
      });
      return context.json({ peers }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/support-matrix',
      summary: 'Systems that Alma lends with peer to peer, as declared by their vendor',
      responses: {
        200: {
          description: 'Rows and legends',
          content: json(MatrixSchema),
        },
      },
    }),
    (context) =>
      context.json(
        { systems: [...Systems], functionality: [...FunctionalityLegend], status: [...StatusLegend] },
        200,
      ),
  );

  app.get('/events', (context) =>
    streamSSE(context, async (sse) => {
      const pending: Change[] = [];
      let wake = (): void => {};
      const unwatch = stream.watch((change) => {
        pending.push(change);
        // Who reads slower than loans move misses changes rather than filling the memory.
        if (pending.length > 10_000) pending.splice(0, 1000);
        wake();
      });
      sse.onAbort(() => wake());
      try {
        await sse.writeSSE({ event: 'hello', data: '{}' });
        while (!sse.aborted) {
          const change = pending.shift();
          if (change)
            await sse.writeSSE({ event: change.kind, data: JSON.stringify(viewChange(change, registry)) });
          else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      } finally {
        unwatch();
      }
    }),
  );

  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', (context) =>
    isReady() ? context.json({ status: 'ready' }) : problem(context, 503, { title: 'Not ready' }),
  );
  app.get('/metrics', async (context) =>
    context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  );
}

function viewChange(change: Change, registry: ProtocolRegistry): unknown {
  switch (change.kind) {
    case 'stepped':
      return {
        transaction: viewTransaction(change.record, registry),
        events: change.events.map(({ at, source, key, state, warnings }) => ({
          at,
          source,
          key,
          state,
          warnings,
        })),
      };
    case 'received':
      return change.processed;
    case 'attempted':
      return { ...viewOutboxItem(change.item), octets: change.octets, outcome: change.outcome };
    default:
      return change satisfies never;
  }
}
