import type { Evidence } from '@interlend/core';

/** One call of Alma's REST interface. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Under `/almaws/v1`. */
  readonly path: string;
  /** Names of query parameters that this package sends. */
  readonly query?: readonly string[];
  /** Query parameters that are always the same. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** Whether a second call has no second effect, so that it may be repeated when the first one got lost. */
  readonly isRepeatable: boolean;
  readonly evidence: Evidence;
  readonly does: string;
  readonly note?: string;
}

const get = (
  path: string,
  does: string,
  query: readonly string[] = [],
  more: Partial<Operation> = {},
): Operation => ({ method: 'GET', path, does, query, isRepeatable: true, evidence: 'documented', ...more });
const post = (
  path: string,
  does: string,
  query: readonly string[] = [],
  more: Partial<Operation> = {},
): Operation => ({ method: 'POST', path, does, query, isRepeatable: false, evidence: 'documented', ...more });

const page = ['limit', 'offset'];
const taskFilters = [
  'library',
  'status',
  'printed',
  'reported',
  'partner',
  'requested_format',
  'supplied_format',
];
const request = '/users/{user}/resource-sharing-requests/{request}';
const item = '/bibs/{mms}/holdings/{holding}/items/{item}';
const notInSnapshot = 'from an older published document; the present one could not be had';

/** Every call that the client makes and the double answers. */
export const Operations = {
  testPartnersRead: get('/partners/operation/test', 'checks that the key may read partners'),
  testPartnersWrite: post('/partners/operation/test', 'checks that the key may write partners', [], {
    isRepeatable: true,
  }),
  listPartners: get('/partners', 'lists partners', [...page, 'status']),
  getPartner: get('/partners/{partner}', 'reads a partner'),
  createPartner: post('/partners', 'makes a partner'),
  updatePartner: {
    method: 'PUT',
    path: '/partners/{partner}',
    does: 'replaces a partner; its lists replace those there',
    isRepeatable: true,
    evidence: 'documented',
  },
  deletePartner: {
    method: 'DELETE',
    path: '/partners/{partner}',
    does: 'deletes a partner',
    isRepeatable: true,
    evidence: 'documented',
  },
  createLendingRequest: post('/partners/{partner}/lending-requests', 'makes a lending request'),
  getLendingRequest: get('/partners/{partner}/lending-requests/{request}', 'reads a lending request'),
  listLendingTasks: get(
    '/task-lists/rs/lending-requests',
    'lists lending requests to be worked on',
    taskFilters,
    {
      note: notInSnapshot,
    },
  ),
  markLendingTasks: post(
    '/task-lists/rs/lending-requests',
    'marks lending requests as reported',
    taskFilters,
    {
      fixed: { op: 'mark_reported' },
      isRepeatable: true,
      note: notInSnapshot,
    },
  ),
  createBorrowingRequest: post('/users/{user}/resource-sharing-requests', 'makes a borrowing request', [
    'user_id_type',
    'override_blocks',
  ]),
  getBorrowingRequest: get(request, 'reads a borrowing request', ['request_id_type']),
  updateShipping: post(
    request,
    'sets the cost of shipping of a borrowing request',
    ['shipping_cost', 'fund_code', 'request_id_type'],
    {
      fixed: { op: 'update_shipping' },
    },
  ),
  cancelBorrowingRequest: {
    method: 'DELETE',
    path: request,
    query: ['reason', 'note', 'notify_user', 'remove_request'],
    does: 'cancels a borrowing request',
    isRepeatable: true,
    evidence: 'documented',
  },
  scanIn: post(
    item,
    'scans an item in, as staff do at a desk',
    [
      'external_id',
      'request_id',
      'library',
      'circ_desk',
      'department',
      'work_order_type',
      'status',
      'done',
      'auto_print_slip',
      'place_on_hold_shelf',
      'confirm',
      'register_in_house_use',
    ],
    { fixed: { op: 'scan' } },
  ),
  findItem: get(
    '/items',
    'finds an item by its barcode: answers with its address, which costs a second call',
    ['item_barcode'],
    {
      evidence: 'documented',
      note: 'in the reference of the interface, not in its OpenAPI',
    },
  ),
  getItem: get(item, 'reads an item', ['view', 'expand', 'user_id']),
  listItems: get('/bibs/{mms}/holdings/{holding}/items', 'lists items', [
    ...page,
    'expand',
    'user_id',
    'current_library',
    'current_location',
    'q',
    'order_by',
    'direction',
    'view',
  ]),
  listHoldings: get('/bibs/{mms}/holdings', 'lists holdings'),
  listBibs: get('/bibs', 'reads up to a hundred bibliographic records', [
    'mms_id',
    'view',
    'expand',
    'other_system_id',
    'nz_mms_id',
  ]),
  getBib: get('/bibs/{mms}', 'reads a bibliographic record', ['view', 'expand']),
  getUser: get('/users/{user}', 'looks a patron up', ['user_id_type', 'view', 'expand']),
  listLoans: get('/users/{user}/loans', 'lists loans of a patron', [
    'user_id_type',
    ...page,
    'order_by',
    'direction',
    'expand',
    'loan_status',
  ]),
  createLoan: post('/users/{user}/loans', 'lends an item to a patron', [
    'item_pid',
    'item_barcode',
    'user_id_type',
  ]),
  renewLoan: post('/users/{user}/loans/{loan}', 'renews a loan', ['user_id_type'], {
    fixed: { op: 'renew' },
  }),
  createUserRequest: post('/users/{user}/requests', 'places a hold or another request for a patron', [
    'user_id_type',
    'mms_id',
    'item_pid',
    'allow_same_request',
  ]),
  getCodeTable: get('/conf/code-tables/{table}', 'reads a code table', ['lang', 'scope']),
  listLibraries: get('/conf/libraries', 'lists libraries'),
  getLibrary: get('/conf/libraries/{library}', 'reads a library'),
  listCircDesks: get('/conf/libraries/{library}/circ-desks/', 'lists circulation desks', page),
  listLocations: get('/conf/libraries/{library}/locations', 'lists locations'),
  listIntegrationProfiles: get('/conf/integration-profiles', 'lists integration profiles', [
    'type',
    'q',
    ...page,
  ]),
  listDirectoryMembers: get(
    '/RSDirectoryMember',
    'lists members of the directory of resource sharing',
    page,
    {
      evidence: 'observed',
      note: 'its schema is not public',
    },
  ),
  getDirectoryMember: get('/RSDirectoryMember/{partner}', 'reads a member of the directory', [], {
    evidence: 'observed',
    note: 'its schema is not public',
  }),
  localizeDirectoryMember: post(
    '/RSDirectoryMember/{partner}',
    'makes a partner of a member of the directory',
    [],
    {
      evidence: 'observed',
      note: 'takes no body',
    },
  ),
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationId = keyof typeof Operations;

/** The names between braces in a path. */
export type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameters<Rest>
  : never;

/** Values for the path of an operation. */
export type ParametersOf<Id extends OperationId> = Readonly<
  Record<PathParameters<(typeof Operations)[Id]['path']>, string>
>;
