import {
  type NewBorrowingRequest,
  type ResourceSharingRequest,
  ResourceSharingRequestKind,
} from '../tables/resource-sharing-request.js';
import type { Caller, CallOptions } from './call.js';
import { requireRequestFields } from './request-fields.js';

/** How to cancel. */
export interface Cancellation extends CallOptions {
  /** Code of `RequestCancellationReasons`. */
  readonly reason: string;
  readonly note?: string;
  /** Alma's own default is yes. */
  readonly notifyUser?: boolean;
  /** Deletes the request instead of keeping it as cancelled. */
  readonly removeRequest?: boolean;
}

/** Requests of this library's patrons to other libraries. */
export interface BorrowingRequestsClient {
  /**
   * With `overrideBlocks` also when a rule or the own inventory speaks against it.
   *
   * @throws AlmaError `warning` when the own inventory can serve the title
   */
  create(
    user: string,
    request: NewBorrowingRequest,
    options?: CallOptions & { readonly overrideBlocks?: boolean; readonly userIdType?: string },
  ): Promise<ResourceSharingRequest>;
  get(
    user: string,
    request: string,
    options?: CallOptions & { readonly isExternalId?: boolean },
  ): Promise<ResourceSharingRequest>;
  updateShipping(
    user: string,
    request: string,
    shipping: { readonly cost: number; readonly fund?: string },
    options?: CallOptions,
  ): Promise<ResourceSharingRequest>;
  cancel(user: string, request: string, cancellation: Cancellation): Promise<void>;
}

export function createBorrowingRequestsClient(caller: Caller): BorrowingRequestsClient {
  const kind = ResourceSharingRequestKind;
  return {
    async create(user, request, { overrideBlocks, userIdType, ...options } = {}) {
      requireRequestFields('borrowing', request);
      const answer = await caller.call('createBorrowingRequest', {
        parameters: { user },
        query: { user_id_type: userIdType, override_blocks: overrideBlocks ?? false },
        body: { kind, name: 'user_resource_sharing_request', value: request },
        ...options,
      });
      return caller.record('createBorrowingRequest', answer, kind);
    },
    async get(user, request, { isExternalId, ...options } = {}) {
      const answer = await caller.call('getBorrowingRequest', {
        parameters: { user, request },
        query: { request_id_type: isExternalId ? 'external' : undefined },
        ...options,
      });
      return caller.record('getBorrowingRequest', answer, kind);
    },
    async updateShipping(user, request, { cost, fund }, options = {}) {
      const answer = await caller.call('updateShipping', {
        parameters: { user, request },
        query: { shipping_cost: cost, fund_code: fund },
        ...options,
      });
      return caller.record('updateShipping', answer, kind);
    },
    async cancel(user, request, { reason, note, notifyUser, removeRequest, ...options }) {
      await caller.call('cancelBorrowingRequest', {
        parameters: { user, request },
        query: { reason, note, notify_user: notifyUser, remove_request: removeRequest },
        ...options,
      });
    },
  };
}
