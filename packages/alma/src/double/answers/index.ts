import type { OperationId } from '../../operations.js';
import type { Kind } from '../../record/kind.js';
import { record } from '../../record/record.js';
import { UserRequestKind } from '../../tables/inventory.js';
import { PartnerKind } from '../../tables/partner.js';
import { ResourceSharingRequestKind } from '../../tables/resource-sharing-request.js';
import type { Incoming, Outcome } from '../outcome.js';
import type { World } from '../world.js';
import * as configuration from './configuration.js';
import * as inventory from './inventory.js';
import * as partners from './partners.js';
import * as requests from './requests.js';

type Answerer = (incoming: Incoming, world: World) => Outcome | Promise<Outcome>;

/** Who answers each call. The compiler sees that none is forgotten. */
export const Answerers: Readonly<Record<OperationId, Answerer>> = {
  testPartnersRead: () => ({ kind: 'test', method: 'GET' }),
  testPartnersWrite: () => ({ kind: 'test', method: 'POST' }),
  ...pick(partners),
  ...pick(requests),
  ...pick(inventory),
  ...pick(configuration),
};

/** A module's functions as a plain object. */
function pick<Module extends object>(module: Module): Module {
  return { ...module };
}

/** The table of the body of each call that has one. */
export const Bodies: Partial<Readonly<Record<OperationId, Kind<unknown>>>> = {
  createPartner: PartnerKind,
  updatePartner: PartnerKind,
  createLendingRequest: ResourceSharingRequestKind,
  createBorrowingRequest: ResourceSharingRequestKind,
  createUserRequest: UserRequestKind,
  createLoan: record('item_loan', {}),
};
