import { code, record, text } from '../record/record.js';
import { type User, UserKind } from '../tables/configuration.js';
import { type Loan, LoanKind, type UserRequest, UserRequestKind } from '../tables/inventory.js';
import type { Caller, CallOptions } from './call.js';
import { walk } from './pages.js';

/** Patrons. */
export interface UsersClient {
  /** By any identifier, or by one of a type. @throws AlmaError `not-found` */
  get(user: string, options?: CallOptions & { readonly userIdType?: string }): Promise<User>;
  /** Places a hold or a request for digitization. */
  request(
    user: string,
    wanted: { readonly mms: string } | { readonly item: string },
    request: NewUserRequest,
    options?: CallOptions,
  ): Promise<UserRequest>;
}

/** A request of a patron for something in the library. */
export interface NewUserRequest {
  readonly request_type: 'HOLD' | 'BOOKING' | 'DIGITIZATION';
  readonly pickup_location_type?: string;
  readonly pickup_location_library?: string;
  readonly pickup_location_circulation_desk?: string;
  readonly comment?: string;
}

/** Loans of patrons. */
export interface LoansClient {
  list(
    user: string,
    options?: CallOptions & { readonly status?: 'Active' | 'Complete' },
  ): AsyncGenerator<Loan, void, undefined>;
  /** @throws AlmaError `refused` when the item is not loanable */
  create(
    user: string,
    item: { readonly barcode: string } | { readonly pid: string },
    place: { readonly library: string; readonly circ_desk: string },
    options?: CallOptions,
  ): Promise<Loan>;
  /** @throws AlmaError `refused` */
  renew(user: string, loan: string, options?: CallOptions): Promise<Loan>;
}

const NewLoanKind = record('item_loan', { library: code(), circ_desk: code(), loan_id: text() });

export function createUsersClient(caller: Caller): UsersClient {
  return {
    async get(user, { userIdType, ...options } = {}) {
      const query = { user_id_type: userIdType };
      const answer = await caller.call('getUser', { parameters: { user }, query, ...options });
      return caller.record('getUser', answer, UserKind);
    },
    async request(user, wanted, request, options = {}) {
      const query = 'mms' in wanted ? { mms_id: wanted.mms } : { item_pid: wanted.item };
      const body = { kind: UserRequestKind, name: 'user_request', value: request };
      const answer = await caller.call('createUserRequest', {
        parameters: { user },
        query,
        body,
        ...options,
      });
      return caller.record('createUserRequest', answer, UserRequestKind);
    },
  };
}

export function createLoansClient(caller: Caller): LoansClient {
  return {
    list: (user, { status, ...options } = {}) =>
      walk(
        async (page) => {
          const query = { ...page, loan_status: status };
          const answer = await caller.call('listLoans', { parameters: { user }, query, ...options });
          return caller.rows('listLoans', answer, 'item_loan', LoanKind);
        },
        ({ loan_id }) => loan_id,
      ),
    async create(user, item, { library, circ_desk }, options = {}) {
      const query = 'barcode' in item ? { item_barcode: item.barcode } : { item_pid: item.pid };
      const value = { library: { value: library }, circ_desk: { value: circ_desk } };
      const body = { kind: NewLoanKind, name: 'item_loan', value };
      const answer = await caller.call('createLoan', { parameters: { user }, query, body, ...options });
      return caller.record('createLoan', answer, LoanKind);
    },
    async renew(user, loan, options = {}) {
      const answer = await caller.call('renewLoan', { parameters: { user, loan }, ...options });
      return caller.record('renewLoan', answer, LoanKind);
    },
  };
}
