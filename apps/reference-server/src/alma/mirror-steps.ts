import {
  type AlmaClient,
  type CallOptions,
  fromLendingRequest,
  pathOf,
  type ResourceSharingRequest,
} from '@interlend/alma';
import type { LendingEvent, LendingEventKey, Role } from '@interlend/core';
import type { AlmaSettings } from '../settings.js';
import type { TransactionRecord } from '../store/store.js';

/** What a step works with. */
export interface StepContext {
  readonly client: AlmaClient;
  readonly settings: AlmaSettings;
  readonly record: TransactionRecord;
  readonly event: LendingEvent;
  /** Number of the request in Alma. */
  readonly request: string | undefined;
  /** Code of the partner in Alma. */
  readonly partner: string | undefined;
  /** An earlier attempt may have had its effect. */
  readonly isRepeat: boolean;
  readonly options: CallOptions;
}

/** What a step did. */
export interface StepResult {
  readonly request?: string;
  /** The patron of a borrowing request that was made. */
  readonly user?: string;
  /** What was left out, and why. */
  readonly note?: string;
}

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

/** Something that only a person can mend. */
export class MirrorError extends Error {
  override readonly name = 'MirrorError';
}

async function makeLendingRequest({
  client,
  settings,
  record,
  partner,
  isRepeat,
  options,
}: StepContext): Promise<StepResult> {
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

function userOf({ settings, record }: StepContext): string | undefined {
  return record.transaction.request.patron?.identifier ?? settings.patron;
}

async function makeBorrowingRequest(context: StepContext): Promise<StepResult> {
  const { client, settings, record, options } = context;
  const user = userOf(context);
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
    // It was sent already; what Alma thinks of it comes too late.
    { ...options, overrideBlocks: true },
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
  const { client, settings, request, options } = context;
  const user = userOf(context);
  if (request === undefined || user === undefined) return {};
  const reason = settings.cancellationReason;
  await client.borrowingRequests.cancel(user, request, { reason, notifyUser: false, ...options });
  return {};
}

async function scanIn(context: StepContext): Promise<StepResult> {
  const { client, settings, options } = context;
  if (settings.circDesk === undefined) return { note: 'not scanned in: alma.circDesk is not set' };
  const request = await readRequest(context);
  const barcode = request?.barcode;
  if (barcode === undefined) return { note: 'not scanned in: the request in Alma has no barcode' };
  const item = await client.items.byBarcode(barcode, options);
  const place = { library: settings.rsLibrary, circ_desk: settings.circDesk };
  // Without the use in house a second scan changes nothing.
  await client.items.scanIn(pathOf(item), place, { ...options, register_in_house_use: false });
  return {};
}

async function readRequest(context: StepContext): Promise<ResourceSharingRequest | undefined> {
  const { client, record, request, partner, options } = context;
  if (request === undefined) return undefined;
  if (record.transaction.role === 'lender') {
    return partner === undefined ? undefined : client.lendingRequests.get(partner, request, options);
  }
  const user = userOf(context);
  return user === undefined ? undefined : client.borrowingRequests.get(user, request, options);
}
