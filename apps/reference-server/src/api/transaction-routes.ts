import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { NotFoundError } from '../desk/desk.js';
import type { TransactionFilter } from '../store/store.js';
import { type Action, Actions } from './actions.js';
import type { ApiParts } from './api.js';
import { LendingRequestSchema } from './lending-schemas.js';
import { ProblemSchema } from './problems.js';
import { TimelineSchema, TransactionSchema, viewEvent, viewMessage, viewTransaction } from './views.js';

const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });
const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemSchema } },
});
const problems = { 400: problemAnswer('Not understood') };
const idParameter = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });

/** The part of the API that staff work with. */
export function addTransactionRoutes(
  app: OpenAPIHono,
  parts: Pick<ApiParts, 'store' | 'desk' | 'registry' | 'clock' | 'directory' | 'unwrap'>,
): void {
  const { store, desk, registry, clock, directory, unwrap } = parts;

  app.openapi(
    createRoute({
      method: 'post',
      path: '/transactions',
      summary: 'Ask a partner for an item',
      request: {
        body: {
          required: true,
          content: json(
            z
              .strictObject({
                request: LendingRequestSchema,
                group: z.exactOptional(z.string().min(1)).openapi({
                  description:
                    'The request as the patron sees it: the same for every library tried. Made up when absent',
                }),
              })
              .openapi('NewTransaction'),
          ),
        },
      },
      responses: {
        201: { description: 'Asked; the message is on its way', content: json(TransactionSchema) },
        422: problemAnswer('A party is not known, or the wire cannot say it'),
        ...problems,
      },
    }),
    async (context) => {
      const { request, group } = context.req.valid('json');
      const record = await desk.borrow(request, group);
      return context.json(viewTransaction(record, registry), 201, { location: `/transactions/${record.id}` });
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/transactions',
      summary: 'Loans, newest first',
      request: {
        query: z.object({
          library: z.exactOptional(z.string()),
          peer: z.exactOptional(z.string()),
          role: z.exactOptional(z.enum(['borrower', 'lender'])),
          state: z.exactOptional(z.string()),
          open: z.exactOptional(z.enum(['true', 'false'])),
          review: z.exactOptional(z.enum(['true', 'false'])),
          limit: z.coerce.number().int().min(1).max(500).default(50),
          after: z
            .exactOptional(z.string().regex(/^\d+$/))
            .openapi({ description: 'The `next` of the page before' }),
        }),
      },
      responses: {
        200: {
          description: 'A page of loans',
          content: json(
            z
              .object({ transactions: z.array(TransactionSchema), next: z.string().optional() })
              .openapi('TransactionPage'),
          ),
        },
        ...problems,
      },
    }),
    async (context) => {
      const { limit, after, open, review, ...rest } = context.req.valid('query');
      const filter: TransactionFilter = {
        ...rest,
        ...(open === undefined ? {} : { isOpen: open === 'true' }),
        ...(review === undefined ? {} : { needsReview: review === 'true' }),
      };
      const page = await store.transactions(filter, limit, after);
      const next = page.next === undefined ? {} : { next: page.next };
      return context.json(
        { transactions: page.rows.map((row) => viewTransaction(row, registry)), ...next },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/transactions/{id}',
      summary: 'A loan with its timeline: what happened, and every message as octets and as data',
      request: { params: idParameter },
      responses: {
        200: { description: 'The loan', content: json(TimelineSchema) },
        404: problemAnswer('No such loan'),
      },
    }),
    async (context) => {
      const { id } = context.req.valid('param');
      const record = await store.transaction(id);
      if (!record) throw new NotFoundError(`no transaction ${id}`);
      const [events, messages, attempts, parcels] = await Promise.all([
        store.events(id),
        store.messages(id),
        store.attempts(id),
        store.parcels(id),
      ]);
      return context.json(
        {
          ...viewTransaction(record, registry),
          events: events.map(viewEvent),
          messages: await Promise.all(
            messages.map((message) => viewMessage(message, { attempts, parcels }, registry, unwrap)),
          ),
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/transactions/{id}/pending/{reading}',
      summary: 'Accept or dismiss how a message was understood',
      request: {
        params: idParameter.extend({
          reading: z.string().openapi({ param: { name: 'reading', in: 'path' } }),
        }),
        body: {
          required: true,
          content: json(z.strictObject({ decision: z.enum(['accept', 'dismiss']) }).openapi('Decision')),
        },
      },
      responses: {
        200: { description: 'Done', content: json(TransactionSchema) },
        404: problemAnswer('No such loan'),
        409: problemAnswer('Nothing of that id waits, or it has no place in the loan now'),
        ...problems,
      },
    }),
    async (context) => {
      const { id, reading } = context.req.valid('param');
      const { decision } = context.req.valid('json');
      const record = await desk.decide(id, reading, decision);
      return context.json(viewTransaction(record, registry), 200);
    },
  );

  for (const action of Actions) {
    app.openapi(actionRoute(action), async (context) => {
      const { id } = context.req.valid('param');
      const body: unknown = context.req.valid('json');
      const today = directory.today(clock.now());
      const record = await desk.act(id, ({ transaction }) => action.toEvent(body, { transaction, today }));
      return context.json(viewTransaction(record, registry), 200);
    });
  }
}

function actionRoute({ name, title, by, body }: Action) {
  return createRoute({
    method: 'post',
    path: `/transactions/{id}/actions/${name}`,
    operationId: name,
    summary: by === 'either' ? title : `${title} (${by})`,
    tags: ['actions'],
    request: { params: idParameter, body: { required: false, content: json(body) } },
    responses: {
      200: { description: 'Done; the message is on its way', content: json(TransactionSchema) },
      404: problemAnswer('No such loan'),
      409: problemAnswer('Not allowed now; `allowed` says what is'),
      422: problemAnswer('The wire cannot say it'),
      ...problems,
    },
  });
}
