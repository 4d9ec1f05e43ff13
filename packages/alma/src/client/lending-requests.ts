import { limits } from '../limits.js';
import { requireMandatory } from '../record/record.js';
import {
  type NewLendingRequest,
  type RequestFormat,
  type ResourceSharingRequest,
  ResourceSharingRequestKind,
} from '../tables/resource-sharing-request.js';
import type { Caller, CallOptions } from './call.js';
import { requireRequestFields } from './request-fields.js';

/** Filters of the task list. Alma wants the library. */
export interface TaskFilter {
  /** Code of the resource-sharing library. */
  readonly library: string;
  readonly status?: string;
  readonly printed?: boolean;
  readonly reported?: boolean;
  /** Code of a partner. */
  readonly partner?: string;
  readonly requested_format?: RequestFormat;
  readonly supplied_format?: RequestFormat;
}

/** Part of the task list. */
export interface TaskList {
  readonly requests: readonly ResourceSharingRequest[];
  readonly total: number;
  /** Alma shows a hundred at most and has no second page: narrow the filter to see the others. */
  readonly isCapped: boolean;
}

/** By what a walk through the task list narrows the filter when the list is capped. */
export interface TaskSplits {
  readonly statuses?: readonly string[];
  readonly partners?: readonly string[];
}

/** Requests of other libraries to this one. */
export interface LendingRequestsClient {
  /** @throws AlmaError @throws EncodeError `missing` */
  create(partner: string, request: NewLendingRequest, options?: CallOptions): Promise<ResourceSharingRequest>;
  get(partner: string, request: string, options?: CallOptions): Promise<ResourceSharingRequest>;
  /** One look at the task list. */
  tasks(filter: TaskFilter & CallOptions): Promise<TaskList>;
  /**
   * Every request of the task list once. A list that is capped is asked for again by status, then by partner, then by
   * printed and reported. Returns whether all were seen.
   */
  allTasks(
    filter: TaskFilter & CallOptions,
    splits?: TaskSplits,
  ): AsyncGenerator<ResourceSharingRequest, { readonly isComplete: boolean }, undefined>;
  /** Marks what the filter shows as reported. */
  markReported(filter: TaskFilter & CallOptions): Promise<TaskList>;
}

type TaskOperation = 'listLendingTasks' | 'markLendingTasks';

export function createLendingRequestsClient(caller: Caller): LendingRequestsClient {
  const list = async (
    operation: TaskOperation,
    { printed, reported, signal, keepRemaining, ...filter }: TaskFilter & CallOptions,
  ): Promise<TaskList> => {
    const answer = await caller.call(operation, {
      parameters: {},
      query: { ...filter, printed: yesNo(printed), reported: yesNo(reported) },
      ...(signal && { signal }),
      ...(keepRemaining !== undefined && { keepRemaining }),
    });
    const { rows, total } = caller.rows(
      operation,
      answer,
      'user_resource_sharing_request',
      ResourceSharingRequestKind,
    );
    return { requests: rows, total, isCapped: total > rows.length || rows.length >= limits.pageRows };
  };

  /** Gives what the first look said there is. */
  async function* narrow(
    filter: TaskFilter & CallOptions,
    splits: readonly (readonly Partial<TaskFilter>[])[],
  ): AsyncGenerator<ResourceSharingRequest, number, undefined> {
    const { requests, total, isCapped } = await list('listLendingTasks', filter);
    yield* requests;
    const [split, ...rest] = splits;
    if (isCapped) for (const part of split ?? []) yield* narrow({ ...filter, ...part }, rest);
    return total;
  }

  return {
    async create(partner, request, options = {}) {
      requireRequestFields('lending', request);
      requireMandatory({ ...ResourceSharingRequestKind, fields: withoutIds }, request, 'request');
      const body = {
        kind: ResourceSharingRequestKind,
        name: 'user_resource_sharing_request',
        value: request,
      };
      const answer = await caller.call('createLendingRequest', { parameters: { partner }, body, ...options });
      return caller.record('createLendingRequest', answer, ResourceSharingRequestKind);
    },
    async get(partner, request, options = {}) {
      const answer = await caller.call('getLendingRequest', { parameters: { partner, request }, ...options });
      return caller.record('getLendingRequest', answer, ResourceSharingRequestKind);
    },
    tasks: (filter) => list('listLendingTasks', filter),
    async *allTasks(filter, { statuses = [], partners = [] } = {}) {
      const splits = [
        filter.status === undefined ? statuses.map((status) => ({ status })) : [],
        filter.partner === undefined ? partners.map((partner) => ({ partner })) : [],
        filter.printed === undefined ? [{ printed: true }, { printed: false }] : [],
        filter.reported === undefined ? [{ reported: true }, { reported: false }] : [],
      ].filter((split) => split.length > 0);
      const seen = new Set<string>();
      const requests = narrow(filter, splits);
      for (;;) {
        const next = await requests.next();
        if (next.done) return { isComplete: seen.size >= next.value };
        if (seen.has(next.value.request_id)) continue;
        seen.add(next.value.request_id);
        yield next.value;
      }
    },
    markReported: (filter) => list('markLendingTasks', filter),
  };
}

const withoutIds = Object.fromEntries(
  Object.entries(ResourceSharingRequestKind.fields).filter(([, { need }]) => need !== 'id'),
);

function yesNo(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? 'Y' : 'N';
}
