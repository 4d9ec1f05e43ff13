import { z } from '@hono/zod-openapi';
import { EncodeError, StateError } from '@interlend/core';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { NotFoundError, PartyError } from '../desk/desk.js';
import { faultOf, type Logger } from '../logger.js';
import { actionNames } from './actions.js';

/** What goes wrong, RFC 9457. */
export const ProblemSchema = z
  .object({
    type: z.string().openapi({ example: 'about:blank' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.string().optional().openapi({ description: 'A word that never changes its meaning' }),
    state: z.string().optional().openapi({ description: 'Where the loan stands' }),
    allowed: z.array(z.string()).optional().openapi({ description: 'Actions that are allowed now' }),
    mistakes: z.array(z.object({ path: z.string(), expected: z.string() })).optional(),
  })
  .openapi('Problem');

export type Problem = z.infer<typeof ProblemSchema>;

const titles: Readonly<Record<number, string>> = {
  400: 'Request not understood',
  401: 'Token missing or wrong',
  403: 'Not from there',
  404: 'Not here',
  409: 'Not allowed now',
  413: 'Request too large',
  422: 'Cannot be said',
  500: 'Fault of the server',
};

/** An answer of the type `application/problem+json`. */
export function problem(
  context: Context,
  status: ContentfulStatusCode,
  more: Partial<Problem> = {},
): Response {
  const body: Problem = { type: 'about:blank', title: titles[status] ?? 'Problem', status, ...more };
  return context.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}

/** What is wrong with a body, parameter or query. Values are not repeated: they may be patron data. */
export function mistakesOf(error: z.core.$ZodError): Pick<Problem, 'mistakes'> {
  return {
    mistakes: error.issues.map((issue) => ({
      path: issue.path.map(String).join('.'),
      expected: issue.code === 'invalid_value' ? issue.values.map(String).join(', ') : issue.message,
    })),
  };
}

/** Turns what a handler threw into an answer. */
export function toProblem(error: unknown, context: Context, logger: Logger): Response {
  if (error instanceof NotFoundError) return problem(context, 404, { detail: error.message });
  if (error instanceof PartyError)
    return problem(context, 422, { code: 'unknown-party', detail: `${error.path}: ${error.message}` });
  if (error instanceof z.core.$ZodError) return problem(context, 400, mistakesOf(error));
  if (error instanceof HTTPException) return problem(context, error.status, { detail: error.message });
  if (error instanceof StateError) {
    const { code, state, allowed, message } = error;
    return problem(context, 409, { code, detail: message, state, allowed: [...actionNames(allowed)] });
  }
  if (error instanceof EncodeError) return problem(context, 422, { code: error.code, detail: error.message });
  logger.error({ path: context.req.path, ...faultOf(error) }, 'request failed');
  return problem(context, 500);
}
