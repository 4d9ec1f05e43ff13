import type { Evidence, Functionality } from '@interlend/core';
import type { OperationId } from './operations.js';

/** One thing that a word of the vendor's matrix stands for, and how it is done with an Alma. */
export interface FunctionalityCall {
  readonly word: Functionality;
  readonly side: 'borrower' | 'lender' | 'either';
  readonly does: string;
  /** Calls in order; none when Alma's interface has no call for it. */
  readonly calls: readonly (OperationId | 'sru')[];
  /** The same through this package. */
  readonly by: string;
  readonly evidence: Evidence;
}

/** The functionality words of the vendor's matrix, as calls. */
export const FunctionalityCalls: readonly FunctionalityCall[] = [
  {
    word: 'Submit Request',
    side: 'borrower',
    does: 'a patron asks for something that another library has',
    calls: ['createBorrowingRequest'],
    by: 'borrowingRequests.create',
    evidence: 'documented',
  },
  {
    word: 'Submit Request',
    side: 'lender',
    does: 'another library asks for something of this one',
    calls: ['createLendingRequest'],
    by: 'lendingRequests.create',
    evidence: 'documented',
  },
  {
    word: 'Locate and Availability',
    side: 'lender',
    does: 'finds a title and says whether it is there',
    calls: ['sru'],
    by: 'createSruClient().locate',
    evidence: 'documented',
  },
  {
    word: 'Locate and Availability',
    side: 'lender',
    does: 'says whether a known title is there',
    calls: ['getBib'],
    by: 'bibs.availability',
    evidence: 'documented',
  },
  {
    word: 'Fulfillment',
    side: 'borrower',
    does: 'looks up patron information',
    calls: ['getUser'],
    by: 'users.get',
    evidence: 'documented',
  },
  {
    word: 'Fulfillment',
    side: 'borrower',
    does: 'receives an item',
    calls: ['getBorrowingRequest', 'findItem', 'scanIn'],
    by: 'items.scanIn',
    evidence: 'inferred',
  },
  {
    word: 'Fulfillment',
    side: 'borrower',
    does: 'sends an item back to its lender',
    calls: [],
    by: 'by hand in Alma, or with the protocol',
    evidence: 'documented',
  },
  {
    word: 'Fulfillment',
    side: 'lender',
    does: 'marks an item as requested',
    calls: ['createLendingRequest', 'createUserRequest'],
    by: 'lendingRequests.create, users.request',
    evidence: 'inferred',
  },
  {
    word: 'Fulfillment',
    side: 'lender',
    does: 'sends an item to a borrower',
    calls: [],
    by: 'by hand in Alma, or with the protocol',
    evidence: 'documented',
  },
  {
    word: 'Fulfillment',
    side: 'lender',
    does: 'receives an item back',
    calls: ['getLendingRequest', 'findItem', 'scanIn'],
    by: 'items.scanIn',
    evidence: 'inferred',
  },
  {
    word: 'Resource Sharing Process',
    side: 'lender',
    does: 'sees requests of other libraries and how they move',
    calls: ['listLendingTasks', 'getLendingRequest'],
    by: 'lookAtLending',
    evidence: 'documented',
  },
  {
    word: 'Resource Sharing Process',
    side: 'borrower',
    does: 'sees how own requests move',
    calls: ['getBorrowingRequest'],
    by: 'lookAtBorrowing',
    evidence: 'documented',
  },
  {
    word: 'Resource Sharing Process',
    side: 'borrower',
    does: 'cancels a request',
    calls: ['cancelBorrowingRequest'],
    by: 'borrowingRequests.cancel',
    evidence: 'documented',
  },
  {
    word: 'Resource Sharing Process',
    side: 'either',
    does: 'knows with whom the library lends and borrows, and how',
    calls: ['listPartners', 'getPartner'],
    by: 'partners.list, toPartnerSettings',
    evidence: 'documented',
  },
  {
    word: 'Patron File',
    side: 'borrower',
    does: 'exports patrons to the other system: set up as an integration profile, run by Alma',
    calls: ['listIntegrationProfiles'],
    by: 'configuration.integrationProfiles',
    evidence: 'documented',
  },
];
