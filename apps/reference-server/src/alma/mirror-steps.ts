import { AlmaError, fromLendingRequest } from '@interlend/alma';
import type { LendingEventKey, Role } from '@interlend/core';
import { scanIn } from './scan-in.js';
import { MirrorError, type StepContext, type StepResult, userOf } from './step.js';

/** What Alma is told when something happens to a loan. */
export interface MirrorStep {
  readonly role: Role;
  readonly on: LendingEventKey;
  readonly does: string;
  perform(context: StepContext): Promise<StepResult>;
}

/**
 * Everything that Alma's interface lets a mirror do. There is no call that ships, rejects, renews or returns: those steps
 * stand here in the server and are done in Alma by hand.
 */
export const MirrorSteps: readonly MirrorStep[] = [
  { role: 'lender', on: 'requested', does: 'makes a lending request', perform: makeLendingRequest },
  { role: 'lender', on: 'checkedIn', does: 'scans the item in', perform: scanIn },
  { role: 'borrower', on: 'requested', does: 'makes a borrowing request', perform: makeBorrowingRequest },
  {
    role: 'borrower',
    on: 'shipped',
    does: 'sets the cost of shipping, when there is one',
    perform: setShipping,
  },
  { role: 'borrower', on: 'received', does: 'scans the item in', perform: scanIn },
  { role: 'borrower', on: 'cancelAnswered:yes', does: 'cancels the borrowing request', perform: cancel },
];

async function makeLendingRequest({
  client,
  settings,
  record,
  request,
  partner,
  isRepeat,
  options,
}: StepContext): Promise<StepResult> {
  if (request !== undefined) return { request };
  if (partner === undefined) throw new MirrorError(`no partner in Alma has the symbol ${record.peer}`);
  // The number that finds it again, should the answer get lost.
  const external_id = record.id;
  if (isRepeat) {
    const filter = { library: settings.rsLibrary, partner, ...options };
    for await (const task of client.lendingRequests.allTasks(filter)) {
      if (task.external_id === external_id) return { request: task.request_id };
    }
  }
  const made = await client.lendingRequests.create(
    partner,
    {
      ...fromLendingRequest('lender', record.transaction.request),
      external_id,
      owner: settings.rsLibrary,
      partner: { value: partner },
    },
    options,
  );
  return { request: made.request_id };
}

async function makeBorrowingRequest(context: StepContext): Promise<StepResult> {
  const { client, settings, record, request, isRepeat, options } = context;
  const user = userOf(context);
  if (user !== undefined && request !== undefined) return { request, user };
  if (user === undefined)
    return { note: 'not made in Alma: the request names no patron, and alma.patron is not set' };
  const made = await client.borrowingRequests.create(
    user,
    {
      ...fromLendingRequest('borrower', record.transaction.request),
      owner: settings.rsLibrary,
      agree_to_copyright_terms: true,
      pickup_location: { value: settings.pickupLibrary ?? settings.rsLibrary },
    },
    // It was sent already; what Alma thinks of it comes too late. But where it may have been made, Alma's own check finds
    // the first one: there is no list to look in.
    { ...options, overrideBlocks: !isRepeat },
  );
  return { request: made.request_id, user };
}

async function setShipping(context: StepContext): Promise<StepResult> {
  const { client, event, request, options } = context;
  const user = userOf(context);
  if (event.type !== 'shipped' || event.cost === undefined || request === undefined || user === undefined)
    return {};
  const cost = Number(event.cost.value.replace(',', '.'));
  if (!Number.isFinite(cost)) return { note: 'the cost of shipping was not set: it is no number' };
  await client.borrowingRequests.updateShipping(user, request, { cost }, options);
  return {};
}

async function cancel(context: StepContext): Promise<StepResult> {
  const { client, settings, request, isRepeat, options } = context;
  const user = userOf(context);
  if (request === undefined || user === undefined) return {};
  const reason = settings.cancellationReason;
  try {
    await client.borrowingRequests.cancel(user, request, { reason, notifyUser: false, ...options });
  } catch (error) {
    // What the first attempt has removed is not there for the second.
    if (!isRepeat || !(error instanceof AlmaError) || error.code !== 'not-found') throw error;
  }
  return {};
}
