import type { Item } from '../tables/inventory.js';
import type { ResourceSharingRequest } from '../tables/resource-sharing-request.js';
import type { QuirkSwitches } from './quirks.js';
import type { AlmaState, BorrowingRequest } from './state.js';

/** What a double tells of what callers did, so that a simulator can go on from there. Awaited before the answer. */
export interface DoubleHooks {
  lendingRequestCreated?(request: ResourceSharingRequest): Promise<void> | void;
  borrowingRequestCreated?(request: BorrowingRequest): Promise<void> | void;
  borrowingRequestCancelled?(request: BorrowingRequest): Promise<void> | void;
  itemScanned?(item: Item): Promise<void> | void;
}

/** What answers are made from. */
export interface World {
  readonly state: AlmaState;
  readonly quirks: QuirkSwitches;
  readonly hooks: DoubleHooks;
  /** Where the double is reached, without a path. */
  readonly base: string;
}
