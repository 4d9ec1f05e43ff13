import type { ResourceSharingRequest } from '@interlend/alma';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import type { SimulatorClock } from './clock.js';
import { type Desk, StaffError } from './process/desk.js';
import type { KeptMail, Mailbox } from './process/mailbox.js';
import { StaffActions, StaffInput } from './process/staff-actions.js';
import { Advance } from './settings.js';

/** What staff work with. */
export interface StaffApiParts {
  readonly desk: Desk;
  readonly mailbox: Mailbox;
  readonly clock: SimulatorClock;
  readonly requests: () => Iterable<ResourceSharingRequest>;
  readonly problems: readonly string[];
}

const largestBody = 16 * 1024;

/** What a person at a desk of this Alma does, as HTTP under `/staff`. */
export function createStaffApi({ desk, mailbox, clock, requests, problems }: StaffApiParts): Hono {
  const app = new Hono().basePath('/staff');
  app.use(bodyLimit({ maxSize: largestBody }));
  app.onError((error, context) => {
    if (error instanceof StaffError) return context.json({ problem: error.message }, error.status);
    if (error instanceof BadInput) return context.json({ problem: error.message }, 400);
    return context.json({ problem: 'a fault of the simulator' }, 500);
  });
  // A page from elsewhere, open in a browser on this machine, must not act here.
  app.use(async (context, next) => {
    if (context.req.header('origin') !== undefined) return context.json({ problem: 'programs only' }, 403);
    return next();
  });

  app.get('/actions', (context) =>
    context.json({
      actions: StaffActions.map(({ name, role, does, evidence }) => ({ name, role, does, evidence })),
    }),
  );
  app.get('/requests', (context) =>
    context.json({ requests: [...requests()].map((one) => view(one, desk)) }),
  );
  app.get('/requests/:id', (context) => {
    const request = desk.request(context.req.param('id'));
    if (!request) throw new StaffError(404, `there is no request ${context.req.param('id')}`);
    return context.json(view(request, desk));
  });
  app.post('/requests/:id/actions/:action', async (context) => {
    const { id, action } = context.req.param();
    await desk.act(id, action, parse(StaffInput, await bodyOf(context.req.raw)));
    const request = desk.request(id);
    return context.json(request ? view(request, desk) : {});
  });
  app.get('/clock', (context) => context.json({ now: clock.now() }));
  app.post('/clock', async (context) => {
    const { days = 0, ms = 0 } = parse(Advance, await bodyOf(context.req.raw));
    return context.json({ now: clock.advance(days * 86_400_000 + ms) });
  });
  app.post('/jobs/expiry', async (context) => context.json({ expired: await desk.expire() }));
  app.get('/mails', (context) => context.json({ mails: mailbox.mails.map(mailView) }));
  app.post('/mails/:id/enter', async (context) => {
    await mailbox.enter(context.req.param('id'));
    return context.json({ mails: mailbox.mails.map(mailView) });
  });
  app.get('/problems', (context) => context.json({ problems }));
  return app;
}

class BadInput extends Error {
  override readonly name = 'BadInput';
}

async function bodyOf(request: Request): Promise<unknown> {
  const text = await request.text();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new BadInput('expected JSON, found something else');
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new BadInput(
    error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; '),
  );
}

function view(request: ResourceSharingRequest, desk: Desk) {
  const loan = desk.loans.get(request.request_id);
  return {
    id: request.request_id,
    externalId: request.external_id,
    title: request.title,
    status: request.status?.value,
    partner: request.partner?.value,
    role: loan?.role,
    state: loan?.transaction.state,
    allowed: desk.allowed(request.request_id),
    conversation: (loan?.spoken ?? []).map(({ at, ...spoken }) => ({ at: at.toISOString(), ...spoken })),
  };
}

function mailView({ id, at, mail: { from, to, subject, text }, isEntered }: KeptMail) {
  return { id, at: at.toISOString(), from, to, subject, text, isEntered };
}
