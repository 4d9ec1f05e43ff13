import type { OperationId } from './operations.js';

/** What an error means to a caller; the closed set of codes of `AlmaError`. */
export const ErrorKinds = {
  'not-found': { retryable: false, advice: 'check the identifier and its type' },
  exists: { retryable: false, advice: 'read what is there and change it' },
  invalid: { retryable: false, advice: 'correct the request; Alma does not always name the field' },
  'bad-code-value': {
    retryable: false,
    advice:
      'a code is not in its code table: compare every {value} with its table, since Alma does not name the field',
  },
  refused: {
    retryable: false,
    advice: "look at the settings of the institution or at the record: Alma's rules forbid it",
  },
  warning: {
    retryable: false,
    advice: 'nothing was done; repeat with overriding where the call has it, or take the hint',
  },
  unauthorized: { retryable: false, advice: 'check the key, its institution, and its rights in this area' },
  'per-second-limit': { retryable: true, advice: 'wait a second; the limit holds for the whole institution' },
  'daily-limit': {
    retryable: true,
    advice: 'wait until the counter starts again at midnight, or have it raised',
  },
  fault: { retryable: true, advice: 'try again later; give the tracking id to the vendor when it lasts' },
  'unexpected-answer': { retryable: false, advice: 'check that the address is that of an Alma' },
} as const satisfies Readonly<Record<string, { readonly retryable: boolean; readonly advice: string }>>;

/** Codes of `AlmaError`. */
export type AlmaErrorKind = keyof typeof ErrorKinds;

interface ErrorRow {
  readonly errorCode: string;
  /** The calls in which it means this; in all others when absent. */
  readonly on?: readonly OperationId[];
  readonly kind: AlmaErrorKind;
  readonly meaning: string;
  readonly advice?: string;
}

const readsRequest: readonly OperationId[] = ['getLendingRequest', 'createLendingRequest'];
const borrowing: readonly OperationId[] = [
  'createBorrowingRequest',
  'getBorrowingRequest',
  'updateShipping',
  'cancelBorrowingRequest',
];

/** One code means different things in different calls: the first row that names the call counts, else the one without. */
export const ErrorCodes: readonly ErrorRow[] = [
  { errorCode: '402113', kind: 'exists', meaning: 'a partner with this code exists' },
  { errorCode: '411709', kind: 'exists', meaning: 'another partner has the same ISO symbol' },
  { errorCode: '402118', kind: 'not-found', meaning: 'there is no such partner' },
  { errorCode: '401650', kind: 'invalid', meaning: 'the identifier is empty' },
  {
    errorCode: '401651',
    on: ['createLoan'],
    kind: 'refused',
    meaning: 'the item is not loanable',
    advice: 'look at the policy of the item and at its fulfillment unit',
  },
  { errorCode: '401651', kind: 'not-found', meaning: 'there is no record with this identifier' },
  { errorCode: '401664', kind: 'invalid', meaning: 'a mandatory field is missing' },
  { errorCode: '401666', kind: 'invalid', meaning: 'a parameter has a value that is not allowed' },
  { errorCode: '40166404', kind: 'invalid', meaning: 'a field or type is not allowed' },
  { errorCode: '40166410', kind: 'invalid', meaning: 'a parameter has a value that is not allowed' },
  {
    errorCode: '40166411',
    on: readsRequest,
    kind: 'invalid',
    meaning: 'the partner, the request or a value of it is not known',
    advice: 'check that the partner exists and that every code is in its code table',
  },
  { errorCode: '40166411', kind: 'invalid', meaning: 'a parameter has a value that is not allowed' },
  {
    errorCode: '40166412',
    on: ['getLendingRequest'],
    kind: 'not-found',
    meaning: 'the request could not be had',
  },
  { errorCode: '40166412', kind: 'refused', meaning: 'the action could not be performed' },
  { errorCode: '40166414', kind: 'invalid', meaning: 'a parameter is mandatory' },
  { errorCode: '40166422', kind: 'invalid', meaning: 'a parameter does not fit another one' },
  { errorCode: '40166425', kind: 'invalid', meaning: 'the cost of shipping is below zero' },
  { errorCode: '40166426', kind: 'invalid', meaning: 'a value is not allowed' },
  { errorCode: '40166450', kind: 'not-found', meaning: 'nothing was found for these parameters' },
  { errorCode: '402119', kind: 'fault', meaning: 'general error' },
  { errorCode: '401652', kind: 'fault', meaning: 'general error' },
  { errorCode: '60101', kind: 'fault', meaning: 'general error' },
  { errorCode: '401861', kind: 'not-found', meaning: 'there is no such user' },
  { errorCode: '401890', kind: 'not-found', meaning: 'there is no user with this identifier of this type' },
  { errorCode: '4019990', kind: 'not-found', meaning: 'there is no user from this source' },
  { errorCode: '4019998', kind: 'not-found', meaning: 'there is no user with this linking identifier' },
  {
    errorCode: '401604',
    on: ['createBorrowingRequest'],
    kind: 'warning',
    meaning: 'the own inventory can serve the title',
    advice: 'offer the patron what is there, or repeat with override_blocks',
  },
  { errorCode: '401607', kind: 'invalid', meaning: 'the resource-sharing library (owner) is missing' },
  { errorCode: '401608', kind: 'invalid', meaning: 'the owner is not defined for the patron' },
  {
    errorCode: '401768',
    kind: 'refused',
    meaning: 'the patron belongs to no resource-sharing library',
    advice: 'add a resource-sharing library to the user record',
  },
  {
    errorCode: '402039',
    kind: 'refused',
    meaning: 'the resource-sharing library has no default location for items',
    advice: 'set the temporary item location of the library',
  },
  { errorCode: '402362', kind: 'exists', meaning: 'the patron has the same request already' },
  { errorCode: '401873', on: borrowing, kind: 'exists', meaning: 'the patron has the same request already' },
  { errorCode: '401694', kind: 'not-found', meaning: 'there is no such request' },
  { errorCode: '60340', kind: 'refused', meaning: 'restricted by a library' },
  {
    errorCode: '60258',
    kind: 'refused',
    meaning: 'the restriction profile of the key is not valid',
    advice: 'check the restriction profile of the key',
  },
  { errorCode: '402502', kind: 'refused', meaning: 'the item could not be scanned in' },
  { errorCode: '402504', kind: 'refused', meaning: 'the item could not be had for the scan' },
  { errorCode: '4800090', kind: 'refused', meaning: 'the cost is above the maximum for borrowing' },
  { errorCode: '401689', kind: 'not-found', meaning: 'there is no item with this barcode' },
  { errorCode: '401688', kind: 'fault', meaning: 'items could not be had' },
  { errorCode: '402203', kind: 'not-found', meaning: 'there is no such bibliographic record' },
  { errorCode: '402204', kind: 'invalid', meaning: 'an identifier is not numeric' },
  { errorCode: '402469', kind: 'invalid', meaning: 'the library is not valid' },
  { errorCode: '60215', kind: 'invalid', meaning: 'the location is not valid' },
  { errorCode: '60216', kind: 'invalid', meaning: 'the order is not valid' },
  { errorCode: '60217', kind: 'invalid', meaning: 'the offset is too large' },
  { errorCode: '60106', kind: 'invalid', meaning: 'the query is not valid' },
  { errorCode: '402217', kind: 'invalid', meaning: 'a date has another form' },
  { errorCode: '401153', kind: 'refused', meaning: 'this desk may not lend the item' },
  { errorCode: '401672', kind: 'invalid', meaning: 'no item is named' },
  { errorCode: '401823', kind: 'not-found', meaning: 'there is no such loan' },
  { errorCode: '401822', kind: 'refused', meaning: 'the loan cannot be renewed' },
  { errorCode: '401824', kind: 'invalid', meaning: 'the due date is missing' },
  { errorCode: '401681', kind: 'invalid', meaning: 'the due date is past' },
  { errorCode: '401129', kind: 'refused', meaning: 'no item can fulfill the request' },
  { errorCode: '401136', kind: 'exists', meaning: 'the patron has the same request already' },
  { errorCode: '401895', kind: 'invalid', meaning: 'there is no such desk to pick something up' },
  { errorCode: '60308', kind: 'refused', meaning: 'there is no delivery to personal addresses' },
  { errorCode: '60309', kind: 'refused', meaning: 'the user has no address for personal delivery' },
  { errorCode: '60310', kind: 'refused', meaning: 'there is no delivery to this type of address' },
  { errorCode: '60324', kind: 'refused', meaning: 'there is no fulfillment network' },
  { errorCode: '60325', kind: 'invalid', meaning: 'the institution of the network is not valid' },
  { errorCode: '60326', kind: 'invalid', meaning: 'the place of pickup in the network is not valid' },
  { errorCode: '60327', kind: 'invalid', meaning: 'the place of pickup in the network is missing' },
  { errorCode: '401684', kind: 'refused', meaning: 'no physical item was found for the request' },
  { errorCode: '60328', kind: 'not-found', meaning: 'there is no such item' },
  { errorCode: '60330', kind: 'invalid', meaning: 'volume or issue of a partial digitization is not valid' },
  { errorCode: '60331', kind: 'refused', meaning: 'the request could not be made' },
  { errorCode: 'PER_SECOND_THRESHOLD', kind: 'per-second-limit', meaning: 'too many calls within a second' },
  { errorCode: 'DAILY_THRESHOLD', kind: 'daily-limit', meaning: 'the calls of the day are used up' },
  { errorCode: 'UNAUTHORIZED', kind: 'unauthorized', meaning: 'the key is not valid here' },
];

/** The row that explains a code in a call. */
export function explain(errorCode: string, operation: OperationId): ErrorRow | undefined {
  return (
    ErrorCodes.find((row) => row.errorCode === errorCode && row.on?.includes(operation)) ??
    ErrorCodes.find((row) => row.errorCode === errorCode && row.on === undefined)
  );
}
