import type { Evidence, LendingEventKey, Functionality as Word } from '@interlend/core';
import type { OperationId } from '../operations.js';

/** One thing that a word of the vendor's matrix stands for, and how it is done with an Alma. */
export interface FunctionalityCall {
  readonly word: Word;
  readonly side: 'borrower' | 'lender' | 'either';
  readonly does: string;
  /** Name of the function under the word in `createFunctionality`; absent when Alma's interface has no call for it. */
  readonly act?: string;
  /** Calls in order. */
  readonly calls: readonly (OperationId | 'sru')[];
  /** What is said to the partner instead, with the protocol of its type. */
  readonly says?: LendingEventKey;
  readonly evidence: Evidence;
}

/** A step of the process that goes over the wire. */
const step = (side: 'borrower' | 'lender', does: string, says: LendingEventKey): FunctionalityCall => ({
  word: 'Resource Sharing Process',
  side,
  does,
  calls: [],
  says,
  evidence: 'documented',
});

/** The functionality words of the vendor's matrix, as calls. */
export const FunctionalityCalls: readonly FunctionalityCall[] = [
  {
    word: 'Submit Request',
    side: 'borrower',
    does: 'a patron asks for something that another library has',
    calls: ['createBorrowingRequest'],
    act: 'askAnotherLibrary',
    evidence: 'documented',
  },
  {
    word: 'Submit Request',
    side: 'lender',
    does: 'another library asks for something of this one',
    calls: ['createLendingRequest'],
    act: 'takeRequest',
    evidence: 'documented',
  },
  {
    word: 'Locate and Availability',
    side: 'lender',
    does: 'finds a title and says whether it is there',
    calls: ['sru'],
    act: 'locate',
    evidence: 'documented',
  },
  {
    word: 'Locate and Availability',
    side: 'lender',
    does: 'says whether a known title is there',
    calls: ['getBib'],
    act: 'availability',
    evidence: 'documented',
  },
  {
    word: 'Fulfillment',
    side: 'borrower',
    does: 'looks up patron information',
    calls: ['getUser'],
    act: 'lookUpPatron',
    evidence: 'documented',
  },
  {
    word: 'Fulfillment',
    side: 'borrower',
    does: 'receives an item',
    calls: ['findItem', 'scanIn'],
    act: 'receiveItem',
    evidence: 'inferred',
  },
  {
    word: 'Fulfillment',
    side: 'borrower',
    does: 'sends an item back to its lender',
    calls: [],
    says: 'returned',
    evidence: 'documented',
  },
  {
    word: 'Fulfillment',
    side: 'lender',
    does: 'marks an item as requested',
    calls: ['createUserRequest'],
    act: 'markRequested',
    evidence: 'inferred',
  },
  {
    word: 'Fulfillment',
    side: 'lender',
    does: 'sends an item to a borrower',
    calls: [],
    says: 'shipped',
    evidence: 'documented',
  },
  {
    word: 'Fulfillment',
    side: 'lender',
    does: 'receives an item back',
    calls: ['findItem', 'scanIn'],
    act: 'receiveItemBack',
    evidence: 'inferred',
  },
  step('borrower', 'asks a possible lender for the material', 'requested'),
  step('lender', 'ships the material', 'shipped'),
  step('lender', 'cannot fill the request', 'unfilled'),
  step('borrower', 'has received the material', 'received'),
  step('borrower', 'has sent the material back', 'returned'),
  step('lender', 'has the material back: the conversation can be closed', 'checkedIn'),
  {
    word: 'Resource Sharing Process',
    side: 'lender',
    does: 'sees requests of other libraries and how they move',
    calls: ['listLendingTasks'],
    act: 'lookAtLending',
    evidence: 'documented',
  },
  {
    word: 'Resource Sharing Process',
    side: 'borrower',
    does: 'sees how own requests move',
    calls: ['getBorrowingRequest'],
    act: 'lookAtBorrowing',
    evidence: 'documented',
  },
  {
    word: 'Resource Sharing Process',
    side: 'borrower',
    does: 'cancels a request',
    calls: ['cancelBorrowingRequest'],
    act: 'cancel',
    evidence: 'documented',
  },
  {
    word: 'Resource Sharing Process',
    side: 'either',
    does: 'knows with whom the library lends and borrows, and how',
    calls: ['listPartners'],
    act: 'partners',
    evidence: 'documented',
  },
  {
    word: 'Patron File',
    side: 'borrower',
    does: 'exports patrons to the other system: set up as an integration profile, run by Alma',
    calls: ['listIntegrationProfiles'],
    act: 'exports',
    evidence: 'documented',
  },
];
