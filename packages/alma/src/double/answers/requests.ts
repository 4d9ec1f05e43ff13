import { isObject } from '../../record/generic.js';
import {
  MandatoryRequestFields,
  type ResourceSharingRequest,
  ResourceSharingRequestKind,
} from '../../tables/resource-sharing-request.js';
import { errorOf, type Incoming, type Outcome, recordOf } from '../outcome.js';
import type { World } from '../world.js';

const name = 'user_resource_sharing_request';
const kind = ResourceSharingRequestKind;
const shown = 100;

/** Which code table each field of a request is checked against. */
const checked = {
  lending: { format: 'RequestFormats', citation_type: 'PR_CitationType', level_of_service: 'LevelOfService' },
  borrowing: {
    format: 'RequestFormats',
    citation_type: 'PhysicalReadingListCitationTypes',
    level_of_service: 'LevelOfService',
  },
} as const;

function badCode(
  request: Partial<ResourceSharingRequest>,
  role: keyof typeof checked,
  { state, quirks }: World,
): Outcome | undefined {
  for (const [field, table] of Object.entries(checked[role])) {
    const code: unknown = Reflect.get(request, field);
    const value = isObject(code) ? String(code['value']) : undefined;
    if (value === undefined || state.codeTables.get(table)?.includes(value)) continue;
    return quirks.unrenderedTemplates
      ? errorOf('401652', 'Invalid field value. Field: [Ljava.lang.Object;@6d5380c2, Value: {1}')
      : errorOf('401652', `Invalid field value. Field: ${field}, Value: ${value}`);
  }
  return undefined;
}

function missingField(request: object, role: keyof typeof MandatoryRequestFields): string | undefined {
  const has = (field: string): boolean => Object.hasOwn(request, field);
  return MandatoryRequestFields[role].find((names) => !names.some(has))?.[0];
}

export async function createLendingRequest({ parameters, body }: Incoming, world: World): Promise<Outcome> {
  const { state, quirks, hooks } = world;
  const partner = state.partners.get(parameters['partner'] ?? '');
  const asked = body as Partial<ResourceSharingRequest>;
  if (!partner || missingField(asked, 'lending') !== undefined)
    return errorOf('40166411', 'Invalid parameter.');
  const wrong = badCode(asked, 'lending', world);
  if (wrong) return wrong;
  const request = state.addLendingRequest(partner, asked, quirks.locateOnCreation);
  await hooks.lendingRequestCreated?.(request);
  return recordOf(name, kind, state.lending.get(request.request_id));
}

export function getLendingRequest({ parameters }: Incoming, { state }: World): Outcome {
  const request = state.lending.get(parameters['request'] ?? '');
  return request?.partner?.value === parameters['partner']
    ? recordOf(name, kind, request)
    : errorOf('40166411', 'Invalid parameter.');
}

/** Statuses after which nothing is to be done. */
const closed: ReadonlySet<string> = new Set(['REQUEST_COMPLETED', 'CANCELLED', 'EXPIRED', 'REJECT']);

function filtered({ query }: Incoming, { state }: World): readonly ResourceSharingRequest[] {
  const is = (parameter: string, value: string | undefined): boolean =>
    query.get(parameter) === null || query.get(parameter) === value;
  const isYes = (value: boolean | undefined): string => (value ? 'Y' : 'N');
  return [...state.lending.values()].filter(
    (request) =>
      request.owner === query.get('library') &&
      (query.get('status') !== null || !closed.has(request.status?.value ?? '')) &&
      is('status', request.status?.value) &&
      is('printed', isYes(request.printed)) &&
      is('reported', isYes(request.reported)) &&
      is('partner', request.partner?.value) &&
      is('requested_format', request.format?.value) &&
      is('supplied_format', request.supplied_format?.value),
  );
}

function taskList(rows: readonly ResourceSharingRequest[], { quirks }: World): Outcome {
  return {
    kind: 'list',
    root: 'user_resource_sharing_requests',
    member: name,
    of: kind,
    rows: quirks.taskListCap ? rows.slice(0, shown) : rows,
    total: rows.length,
  };
}

export function listLendingTasks(incoming: Incoming, world: World): Outcome {
  if (!incoming.query.get('library')) {
    return errorOf('40166414', 'Parameter library is mandatory. Valid options are: codes of libraries.');
  }
  return taskList(filtered(incoming, world), world);
}

export function markLendingTasks(incoming: Incoming, world: World): Outcome {
  const rows = filtered(incoming, world).map((request) =>
    world.state.changeRequest(request, { reported: true }),
  );
  return taskList(rows, world);
}

export async function createBorrowingRequest(
  { parameters, query, body }: Incoming,
  world: World,
): Promise<Outcome> {
  const { state, quirks, hooks } = world;
  const user = state.users.get(parameters['user'] ?? '');
  if (!user) return errorOf('401890', `User with identifier ${parameters['user']} was not found.`);
  const asked = body as Partial<ResourceSharingRequest>;
  const missing = missingField(asked, 'borrowing');
  if (missing !== undefined) return errorOf('401652', `General Error: missing ${missing}`);
  const wrong = badCode(asked, 'borrowing', world);
  if (wrong) return wrong;
  const owners = (user.rs_library ?? []).map(({ code }) => code?.value);
  const owner = asked.owner ?? owners[0];
  if (owner === undefined)
    return errorOf('401768', 'Patron is not affiliated with a resource sharing library');
  if (!owners.includes(owner)) {
    return errorOf(
      '401608',
      'The given resource sharing library (owner) is not defined in the patron record',
    );
  }
  if (quirks.ownInventoryWarning && query.get('override_blocks') !== 'true' && state.bibFor(asked)) {
    return errorOf('401604', 'Warning: The institutional inventory has services for the requested title.');
  }
  const isTwice = [...state.borrowing.values()].some(
    (other) =>
      other.user === user.primary_id && other.request.title === asked.title && !isClosed(other.request),
  );
  if (isTwice) return errorOf('402362', 'Failed to save the request: Patron has duplicate request');
  const made = state.addBorrowingRequest(user, { ...asked, owner });
  await hooks.borrowingRequestCreated?.(made);
  return recordOf(name, kind, state.borrowing.get(made.request.request_id)?.request);
}

function isClosed({ status }: ResourceSharingRequest): boolean {
  return closed.has(status?.value ?? '');
}

function findBorrowing({ parameters, query }: Incoming, { state }: World) {
  const wanted = parameters['request'] ?? '';
  const found =
    query.get('request_id_type') === 'external'
      ? [...state.borrowing.values()].find(({ request }) => request.external_id === wanted)
      : state.borrowing.get(wanted);
  return found?.user === parameters['user'] ? found : undefined;
}

export function getBorrowingRequest(incoming: Incoming, world: World): Outcome {
  if (!world.state.users.has(incoming.parameters['user'] ?? ''))
    return errorOf('401890', 'User was not found.');
  const found = findBorrowing(incoming, world);
  return found
    ? recordOf(name, kind, found.request)
    : errorOf('40166450', 'No result found for given parameters.');
}

export function updateShipping(incoming: Incoming, world: World): Outcome {
  const found = findBorrowing(incoming, world);
  if (!found) return errorOf('40166412', 'Failed to perform operation.');
  const cost = Number(incoming.query.get('shipping_cost'));
  if (!Number.isFinite(cost)) return errorOf('40166426', 'Parameter value is invalid.');
  if (cost < 0) return errorOf('40166425', 'Shipping cost cannot be lower than 0.');
  return recordOf(name, kind, world.state.changeRequest(found.request, { shipping_cost: { sum: cost } }));
}

export async function cancelBorrowingRequest(incoming: Incoming, world: World): Promise<Outcome> {
  const { state, hooks } = world;
  const found = findBorrowing(incoming, world);
  if (!found) return errorOf('401694', 'Request Identifier not found.');
  await hooks.borrowingRequestCancelled?.(found);
  const { request } = state.borrowing.get(found.request.request_id) ?? found;
  if (incoming.query.get('remove_request') === 'true') state.borrowing.delete(request.request_id);
  else if (request === found.request) {
    state.changeRequest(request, { status: { value: 'CANCELLED', desc: 'Cancelled' } });
  }
  return { kind: 'nothing' };
}
