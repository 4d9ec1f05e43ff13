import type { LendingEvent, LibrarySymbol } from '@interlend/core';
import type { CallOptions } from '../client/call.js';
import type { AlmaClient } from '../client/client.js';
import type { TaskFilter, TaskSplits } from '../client/lending-requests.js';
import { AlmaError } from '../errors.js';
import type { ResourceSharingRequest } from '../tables/resource-sharing-request.js';
import { toLendingEvent } from './lending-request.js';
import { statusRow } from './statuses.js';

/** What was seen of one request. Plain data. */
export interface SeenRequest {
  readonly partner?: string;
  readonly user?: string;
  readonly status?: string;
  readonly modified?: string;
}

/** How far a watch has come: plain JSON, to be kept together with what was done with the news. */
export interface Checkpoint {
  readonly requests: Readonly<Record<string, SeenRequest>>;
}

/** The checkpoint of a watch that has seen nothing. */
export const emptyCheckpoint: Checkpoint = { requests: {} };

/** A request that is new or has another status. */
export interface RequestNews {
  readonly role: 'borrower' | 'lender';
  readonly request: ResourceSharingRequest;
  readonly before: string | undefined;
  readonly status: string | undefined;
  /** What has happened, in the words of the desk; absent where the status says nothing about the loan. */
  readonly event: LendingEvent | undefined;
  readonly isFinal: boolean;
}

/** What one look brought. */
export interface Look {
  readonly news: readonly RequestNews[];
  /** Keep it when the news are dealt with. The news come again when it is not kept. */
  readonly checkpoint: Checkpoint;
  /** Whether everything was seen; see `LendingRequestsClient.allTasks`. */
  readonly isComplete: boolean;
}

/** Who is who on the two sides: for the event `requested`. */
export interface WatchParties {
  /** Symbol of the own library. */
  readonly own: LibrarySymbol;
  /** Symbol of a partner by its code in Alma; the code itself when absent. */
  readonly symbolOf?: (partner: string) => LibrarySymbol | undefined;
}

/** Requests that are no longer on the task list and are looked up one by one, in one look. */
const mostLookups = 50;

/** What is new in the requests that were seen. Pure. */
export function compare(
  role: 'borrower' | 'lender',
  checkpoint: Checkpoint,
  seen: readonly { readonly request: ResourceSharingRequest; readonly user?: string }[],
  parties: WatchParties,
): { readonly news: readonly RequestNews[]; readonly checkpoint: Checkpoint } {
  const news: RequestNews[] = [];
  const requests: Record<string, SeenRequest> = { ...checkpoint.requests };
  for (const { request, user } of seen) {
    const before = checkpoint.requests[request.request_id];
    const status = request.status?.value;
    const row = statusRow(role, status);
    const isFinal = row?.isFinal ?? false;
    const modified = request.last_modified_time ?? request.last_modified_date;
    const partner = request.partner?.value ?? before?.partner;
    if (!before || before.status !== status) {
      const other = partner === undefined ? undefined : (parties.symbolOf?.(partner) ?? partner);
      const [borrower, lender] = role === 'borrower' ? [parties.own, other] : [other, parties.own];
      const sides = { borrower: { symbol: borrower ?? '' }, lender: { symbol: lender ?? '' } };
      const event = row?.says === undefined ? undefined : toLendingEvent(row.says, request, sides);
      news.push({ role, request, before: before?.status, status, event, isFinal });
    }
    // Put behind the others: those that were not looked at for longest come first.
    delete requests[request.request_id];
    requests[request.request_id] = {
      ...(partner !== undefined && { partner }),
      ...(user !== undefined && { user }),
      ...(status !== undefined && { status }),
      ...(modified !== undefined && { modified }),
    };
  }
  return { news, checkpoint: { requests } };
}

/**
 * Looks at the task list for lending requests that are new or moved. Requests that left the list since the last look are
 * read one by one, at most fifty in a look; the others wait for the next.
 */
export async function lookAtLending(
  client: AlmaClient,
  checkpoint: Checkpoint,
  {
    parties,
    splits,
    ...filter
  }: TaskFilter & CallOptions & { readonly parties: WatchParties; readonly splits?: TaskSplits },
): Promise<Look> {
  const seen: { readonly request: ResourceSharingRequest }[] = [];
  const tasks = client.lendingRequests.allTasks(filter, splits);
  let isComplete = false;
  for (;;) {
    const next = await tasks.next();
    if (next.done) {
      ({ isComplete } = next.value);
      break;
    }
    seen.push({ request: next.value });
  }
  const listed = new Set(seen.map(({ request }) => request.request_id));
  const kept: Record<string, SeenRequest> = { ...checkpoint.requests };
  const left = Object.entries(checkpoint.requests).filter(([id]) => !listed.has(id));
  const gone = left.filter(([id, { status }]) => {
    const isOver = statusRow('lender', status)?.isFinal ?? false;
    if (isOver) delete kept[id];
    return !isOver;
  });
  for (const [id, { partner }] of gone.slice(0, mostLookups)) {
    const request =
      partner === undefined ? undefined : await unlessGone(client.lendingRequests.get(partner, id, filter));
    if (request) seen.push({ request });
    else delete kept[id];
  }
  const { news, checkpoint: next } = compare('lender', { requests: kept }, seen, parties);
  return { news, checkpoint: next, isComplete: isComplete && gone.length <= mostLookups };
}

/**
 * Looks at borrowing requests that are known by number, since Alma has no list of them. A new one is taken into the watch
 * with {@link watchBorrowing}.
 */
export async function lookAtBorrowing(
  client: AlmaClient,
  checkpoint: Checkpoint,
  { parties, ...options }: CallOptions & { readonly parties: WatchParties },
): Promise<Look> {
  const seen: { readonly request: ResourceSharingRequest; readonly user: string }[] = [];
  const kept: Record<string, SeenRequest> = { ...checkpoint.requests };
  for (const [id, { user }] of Object.entries(checkpoint.requests)) {
    const request =
      user === undefined ? undefined : await unlessGone(client.borrowingRequests.get(user, id, options));
    if (request && user !== undefined) seen.push({ request, user });
    else delete kept[id];
  }
  const { news, checkpoint: next } = compare('borrower', { requests: kept }, seen, parties);
  return { news, checkpoint: withoutFinal(next), isComplete: true };
}

/** Requests that are over are not looked up again. */
function withoutFinal({ requests }: Checkpoint): Checkpoint {
  const open = Object.entries(requests).filter(([, { status }]) => !statusRow('borrower', status)?.isFinal);
  return { requests: Object.fromEntries(open) };
}

/** Takes a borrowing request into the watch. */
export function watchBorrowing(checkpoint: Checkpoint, user: string, request: string): Checkpoint {
  return { requests: { ...checkpoint.requests, [request]: { user, ...checkpoint.requests[request] } } };
}

/** A request that was removed is no fault of the watch. */
async function unlessGone(
  reading: Promise<ResourceSharingRequest>,
): Promise<ResourceSharingRequest | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AlmaError && ['not-found', 'invalid'].includes(error.code)) return undefined;
    throw error;
  }
}
