import type { Loan } from '../../tables/inventory.js';
import {
  BibKind,
  HoldingKind,
  type Item,
  ItemKind,
  LoanKind,
  type UserRequest,
  UserRequestKind,
} from '../../tables/inventory.js';
import { marcOf } from '../marc.js';
import { errorOf, type Incoming, type Outcome, pageOf, recordOf } from '../outcome.js';
import type { World } from '../world.js';

const noBib = () => errorOf('402203', 'Input parameters mmsId is not valid.');

function findItemAt({ parameters }: Incoming, { state }: World): Item | undefined {
  const item = state.items.get(parameters['item'] ?? '');
  const isThere =
    item?.bib_data.mms_id === parameters['mms'] && item?.holding_data.holding_id === parameters['holding'];
  return isThere ? item : undefined;
}

export function findItem({ query }: Incoming, { state }: World): Outcome {
  const item = state.itemWith(query.get('item_barcode') ?? undefined);
  if (!item) return errorOf('401689', 'No items found for barcode.');
  const { mms_id } = item.bib_data;
  return {
    kind: 'elsewhere',
    path: `/almaws/v1/bibs/${mms_id}/holdings/${item.holding_data.holding_id}/items/${item.item_data.pid}`,
  };
}

export function getItem(incoming: Incoming, world: World): Outcome {
  const item = findItemAt(incoming, world);
  return item ? recordOf('item', ItemKind, item) : errorOf('401652', 'General Error - no such item');
}

/** The scan puts the item in place; what else it means, the simulator knows. */
export async function scanIn(incoming: Incoming, world: World): Promise<Outcome> {
  const { query } = incoming;
  const item = findItemAt(incoming, world);
  if (!item) return errorOf('402504', 'Scan in has failed due to item retrieve issue.');
  const hasPlace = query.get('library') && (query.get('circ_desk') || query.get('department'));
  if (!hasPlace) return errorOf('402502', 'Scan in of item failed.');
  const { process_type: _process, due_date: _due, ...data } = item.item_data;
  const scanned: Item = {
    ...item,
    item_data: { ...data, base_status: { value: '1', desc: 'Item in place' } },
  };
  world.state.items.set(data.pid, scanned);
  await world.hooks.itemScanned?.(scanned);
  return recordOf('item', ItemKind, world.state.items.get(data.pid) ?? scanned);
}

export function listItems({ parameters, query }: Incoming, { state }: World): Outcome {
  if (!state.bibs.has(parameters['mms'] ?? '')) return noBib();
  const rows = [...state.items.values()].filter(
    ({ bib_data, holding_data }) =>
      bib_data.mms_id === parameters['mms'] &&
      (parameters['holding'] === 'ALL' || holding_data.holding_id === parameters['holding']),
  );
  return pageOf({ root: 'items', member: 'item', of: ItemKind }, rows, query);
}

export function listHoldings({ parameters }: Incoming, { state }: World): Outcome {
  if (!state.bibs.has(parameters['mms'] ?? '')) return noBib();
  const holdings = new Map(
    [...state.items.values()]
      .filter(({ bib_data }) => bib_data.mms_id === parameters['mms'])
      .map(({ holding_data: { holding_id, call_number }, item_data: { library, location } }) => [
        holding_id,
        {
          holding_id,
          ...(call_number !== undefined && { call_number }),
          ...(library && { library }),
          ...(location && { location }),
        },
      ]),
  );
  const rows = [...holdings.values()];
  return { kind: 'list', root: 'holdings', member: 'holding', of: HoldingKind, rows, total: rows.length };
}

export function getBib({ parameters, query }: Incoming, { state }: World): Outcome {
  const bib = state.bibs.get(parameters['mms'] ?? '');
  if (!bib) return noBib();
  const withItems = query.get('expand')?.includes('p_avail') ?? false;
  return recordOf('bib', BibKind, { ...bib, anies: [marcOf(bib, withItems ? state : undefined)] });
}

export function listBibs({ query }: Incoming, { state }: World): Outcome {
  const wanted = (query.get('mms_id') ?? '').split(',').filter((id) => id !== '');
  if (wanted.length === 0 || wanted.length > 100) return noBib();
  const rows = wanted.flatMap((id) => state.bibs.get(id) ?? []);
  return { kind: 'list', root: 'bibs', member: 'bib', of: BibKind, rows, total: rows.length };
}

export function listLoans({ parameters, query }: Incoming, { state }: World): Outcome {
  if (!state.users.has(parameters['user'] ?? '')) return errorOf('401861', 'User was not found.');
  const rows = [...state.loans.values()]
    .filter(({ owner }) => owner === parameters['user'])
    .map(({ owner: _owner, ...loan }) => loan);
  return pageOf({ root: 'item_loans', member: 'item_loan', of: LoanKind }, rows, query);
}

export function createLoan({ parameters, query }: Incoming, { state }: World): Outcome {
  const user = parameters['user'] ?? '';
  if (!state.users.has(user)) return errorOf('401890', 'User was not found.');
  const barcode = query.get('item_barcode') ?? undefined;
  const item = state.items.get(query.get('item_pid') ?? '') ?? state.itemWith(barcode);
  if (!item) return errorOf('401672', 'PID field is empty.');
  if (item.item_data.base_status?.value === '0') return errorOf('401651', 'Item is not loanable.');
  const loan: Loan = {
    loan_id: state.nextId(),
    user_id: user,
    item_id: item.item_data.pid,
    ...(item.item_data.barcode !== undefined && { item_barcode: item.item_data.barcode }),
    loan_status: 'ACTIVE',
    loan_date: state.now().toISOString(),
    due_date: new Date(state.now().getTime() + 28 * 86_400_000).toISOString(),
  };
  state.loans.set(loan.loan_id, { ...loan, owner: user });
  const data = { ...item.item_data, base_status: { value: '0' }, process_type: { value: 'LOAN' } };
  state.items.set(data.pid, { ...item, item_data: data });
  return recordOf('item_loan', LoanKind, loan);
}

export function renewLoan({ parameters }: Incoming, { state }: World): Outcome {
  const found = state.loans.get(parameters['loan'] ?? '');
  if (!found || found.owner !== parameters['user']) return errorOf('401823', 'Loan ID does not exist.');
  const due = new Date(Date.parse(found.due_date ?? state.now().toISOString()) + 28 * 86_400_000);
  const renewed = { ...found, due_date: due.toISOString() };
  state.loans.set(found.loan_id, renewed);
  const { owner: _owner, ...loan } = renewed;
  return recordOf('item_loan', LoanKind, loan);
}

export function createUserRequest({ parameters, query, body }: Incoming, { state }: World): Outcome {
  if (!state.users.has(parameters['user'] ?? '')) return errorOf('401890', 'User was not found.');
  const mms = query.get('mms_id') ?? state.items.get(query.get('item_pid') ?? '')?.bib_data.mms_id;
  if (mms === undefined || !state.bibs.has(mms))
    return errorOf('401129', 'No items can fulfill the submitted request.');
  const request: UserRequest = {
    ...(body as UserRequest),
    request_id: state.nextId(),
    request_status: 'NOT_STARTED',
    mms_id: mms,
  };
  state.userRequests.set(request.request_id, request);
  return recordOf('user_request', UserRequestKind, request);
}
