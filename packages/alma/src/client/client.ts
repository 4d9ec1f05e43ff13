import { type BorrowingRequestsClient, createBorrowingRequestsClient } from './borrowing-requests.js';
import { type AlmaClientOptions, Caller, type CallOptions } from './call.js';
import {
  type ConfigurationClient,
  createConfigurationClient,
  createDirectoryClient,
  type DirectoryClient,
} from './configuration.js';
import { type BibsClient, createBibsClient, createItemsClient, type ItemsClient } from './inventory.js';
import { createLendingRequestsClient, type LendingRequestsClient } from './lending-requests.js';
import { createPartnersClient, type PartnersClient } from './partners.js';
import { createLoansClient, createUsersClient, type LoansClient, type UsersClient } from './users.js';

/** The calls of an Alma that resource sharing needs. */
export interface AlmaClient {
  readonly partners: PartnersClient;
  readonly lendingRequests: LendingRequestsClient;
  readonly borrowingRequests: BorrowingRequestsClient;
  readonly items: ItemsClient;
  readonly bibs: BibsClient;
  readonly users: UsersClient;
  readonly loans: LoansClient;
  readonly configuration: ConfigurationClient;
  readonly directory: DirectoryClient;
  /** Whether the key may read partners, or also write them. @throws AlmaError `unauthorized` when it may not */
  check(right: 'read' | 'write', options?: CallOptions): Promise<void>;
  /** Calls of the day that remain, as Alma said last. */
  readonly remaining: number | undefined;
}

/**
 * Makes a client. It holds no connection and needs no closing.
 *
 * Every call may throw an `AlmaError` (Alma refused), a `TransportError` or `TimeoutError` (no answer). Calls that may be
 * repeated without a second effect are, and so is every call that was refused by the limit per second.
 *
 * @throws ConfigError when the server is no address
 */
export function createAlmaClient(options: AlmaClientOptions): AlmaClient {
  const caller = new Caller(options);
  return {
    partners: createPartnersClient(caller),
    lendingRequests: createLendingRequestsClient(caller),
    borrowingRequests: createBorrowingRequestsClient(caller),
    items: createItemsClient(caller),
    bibs: createBibsClient(caller),
    users: createUsersClient(caller),
    loans: createLoansClient(caller),
    configuration: createConfigurationClient(caller),
    directory: createDirectoryClient(caller),
    async check(right, callOptions = {}) {
      const operation = right === 'read' ? 'testPartnersRead' : 'testPartnersWrite';
      await caller.call(operation, { parameters: {}, ...callOptions });
    },
    get remaining() {
      return caller.limiter.remaining;
    },
  };
}
