import type { ResourceSharingRequest } from '@interlend/alma';
import type { AlmaState } from '@interlend/alma/double';

/** Code of the process in which items are that are out on resource sharing. Not confirmed. */
const outProcess = { value: 'ILL', desc: 'Resource sharing request' } as const;

/** The item left the house: its place is a temporary one, so that availability shows no holding. */
export function outOnLoan(state: AlmaState, barcode: string | undefined): void {
  const item = state.itemWith(barcode);
  if (!item) return;
  state.items.set(item.item_data.pid, {
    ...item,
    holding_data: { ...item.holding_data, in_temp_location: true },
    item_data: {
      ...item.item_data,
      base_status: { value: '0', desc: 'Item not in place' },
      process_type: outProcess,
    },
  });
}

/** The item is back. */
export function onShelf(state: AlmaState, barcode: string | undefined): void {
  const item = state.itemWith(barcode);
  if (!item) return;
  const { process_type: _process, ...data } = item.item_data;
  state.items.set(data.pid, {
    ...item,
    holding_data: { ...item.holding_data, in_temp_location: false },
    item_data: { ...data, base_status: { value: '1', desc: 'Item in place' } },
  });
}

/** What is made when something borrowed arrives: a record and an item that live as long as the loan. */
export function temporaryItem(
  state: AlmaState,
  request: ResourceSharingRequest,
  given: string | undefined,
): { readonly barcode: string; readonly mms: string } {
  const mms = state.nextId();
  const pid = state.nextId();
  const barcode = given ?? request.external_id ?? request.request_id;
  state.bibs.set(mms, { mms_id: mms, ...(request.title !== undefined && { title: request.title }) });
  state.items.set(pid, {
    bib_data: { mms_id: mms, ...(request.title !== undefined && { title: request.title }) },
    holding_data: { holding_id: state.nextId(), in_temp_location: true },
    item_data: {
      pid,
      barcode,
      base_status: { value: '1', desc: 'Item in place' },
      ...(request.owner !== undefined && { library: { value: request.owner } }),
    },
  });
  return { barcode, mms };
}

/** The loan is over on this side. */
export function removeTemporaryItem(state: AlmaState, { barcode, mms_id }: ResourceSharingRequest): void {
  const item = state.itemWith(barcode);
  if (!item || item.bib_data.mms_id !== mms_id) return;
  state.items.delete(item.item_data.pid);
  state.bibs.delete(item.bib_data.mms_id);
}
