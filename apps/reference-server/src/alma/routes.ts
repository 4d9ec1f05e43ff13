import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { ProblemSchema } from '../api/problems.js';
import { NotFoundError } from '../desk/desk.js';
import type { AlmaLink } from './link.js';

const StatusSchema = z
  .object({
    lastContact: z.iso.datetime().optional(),
    problem: z.string().optional(),
    remaining: z.int().optional().openapi({ description: 'Calls of the day that remain' }),
    importedAt: z.iso.datetime().optional(),
    partners: z.int(),
    skipped: z.array(z.object({ code: z.string(), why: z.string() })),
    loans: z.array(
      z.object({
        transaction: z.string(),
        request: z.string().optional(),
        state: z.enum(['done', 'waiting', 'review']),
        attempts: z.int(),
        dueAt: z.iso.datetime().optional(),
        problem: z.string().optional(),
      }),
    ),
  })
  .openapi('Alma');

/** How it stands with the Alma of the server, for staff. */
export function addAlmaRoutes(app: OpenAPIHono, find: () => AlmaLink | undefined): void {
  const linked = (): AlmaLink => {
    const link = find();
    if (!link) throw new NotFoundError('this server is wired to no Alma');
    return link;
  };
  const missing = {
    description: 'Not here',
    content: { 'application/problem+json': { schema: ProblemSchema } },
  };
  app.openapi(
    createRoute({
      method: 'get',
      path: '/alma',
      summary: 'How it stands with the Alma that the server is wired to',
      responses: {
        200: { description: 'The Alma', content: { 'application/json': { schema: StatusSchema } } },
        404: missing,
      },
    }),
    (context) => {
      const { lastContact, problem, remaining, importedAt, partners, skipped, loans } = linked().status;
      return context.json(
        {
          ...(lastContact && { lastContact: lastContact.toISOString() }),
          ...(problem !== undefined && { problem }),
          ...(remaining !== undefined && { remaining }),
          ...(importedAt && { importedAt: importedAt.toISOString() }),
          partners,
          skipped: [...skipped],
          loans: loans.map((loan) => ({
            transaction: loan.transactionId,
            ...(loan.request !== undefined && { request: loan.request }),
            state: loan.state,
            attempts: loan.attempts,
            ...(loan.dueAt && { dueAt: loan.dueAt.toISOString() }),
            ...(loan.problem !== undefined && { problem: loan.problem }),
          })),
        },
        200,
      );
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/alma/refresh',
      summary: 'Read the partners of the Alma again now',
      responses: { 202: { description: 'Begun' }, 404: missing },
    }),
    (context) => {
      linked().refresh();
      return context.body(null, 202);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/alma/loans/{transaction}/retry',
      summary: 'Tell Alma again what it did not take about a loan',
      request: {
        params: z.object({
          transaction: z.string().openapi({ param: { name: 'transaction', in: 'path' } }),
        }),
        query: z.object({
          request: z
            .string()
            .min(1)
            .max(100)
            .optional()
            .openapi({
              param: { name: 'request', in: 'query' },
              description: 'Number of the request in Alma, where it was made and nobody here knows of it',
            }),
        }),
      },
      responses: { 204: { description: 'Done' }, 404: missing },
    }),
    (context) => {
      const { transaction } = context.req.valid('param');
      const { request } = context.req.valid('query');
      if (!linked().retry(transaction, request))
        throw new NotFoundError(`nothing waits to be told to Alma about ${transaction}`);
      return context.body(null, 204);
    },
  );
}
