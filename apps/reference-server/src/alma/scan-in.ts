import { type Item, pathOf, type ResourceSharingRequest } from '@interlend/alma';
import { MirrorError, type StepContext, type StepResult, userOf } from './step.js';

/** More items than a loan can mean: beyond them nobody need read on. */
const mostItems = 100;

/**
 * Scans the item of a loan in, as staff do at the desk of the settings.
 *
 * @throws MirrorError when nobody but a person can say which item it is
 */
export async function scanIn(context: StepContext): Promise<StepResult> {
  const { client, settings, options } = context;
  const { circDesk, rsLibrary } = settings;
  if (circDesk === undefined) return { note: 'not scanned in: alma.circDesk is not set' };
  const request = await readRequest(context);
  if (!request) return { note: 'not scanned in: there is no request in Alma' };
  const item = await findItem(request, context);
  // Without the use in house a second scan changes nothing.
  await client.items.scanIn(
    pathOf(item),
    { library: rsLibrary, circ_desk: circDesk },
    { ...options, register_in_house_use: false },
  );
  return {};
}

async function readRequest(context: StepContext): Promise<ResourceSharingRequest | undefined> {
  const { client, record, request, partner, options } = context;
  if (request === undefined) return undefined;
  if (record.transaction.role === 'lender') {
    return partner === undefined ? undefined : client.lendingRequests.get(partner, request, options);
  }
  const user = userOf(context);
  return user === undefined ? undefined : client.borrowingRequests.get(user, request, options);
}

/**
 * By its barcode where the request has one. Else by the title: that of a borrowing request is set when the item is received,
 * and has the temporary item alone; that of a lending request is the library's own, and the item is the one that is out.
 */
async function findItem(
  { barcode, additional_barcode, mms_id }: ResourceSharingRequest,
  { client, options, record }: StepContext,
): Promise<Item> {
  const known = barcode ?? additional_barcode?.[0];
  if (known !== undefined) return client.items.byBarcode(known, options);
  if (mms_id === undefined) {
    throw new MirrorError(
      record.transaction.role === 'borrower'
        ? 'not scanned in: the request in Alma has no item yet; receive it there, then try again'
        : 'not scanned in: the request in Alma names neither barcode nor title; scan the item in there',
    );
  }
  const items: Item[] = [];
  for await (const item of client.items.list({ mms: mms_id, holding: 'ALL' }, options)) {
    if (items.push(item) > mostItems) break;
  }
  const isOut = ({ item_data: { base_status } }: Item): boolean => base_status?.value === '0';
  const [only, ...others] = items.length > 1 ? items.filter(isOut) : items;
  if (only && others.length === 0) return only;
  throw new MirrorError(
    `not scanned in: the request in Alma has no barcode, and ${items.length} items are under its title; scan the item in there`,
  );
}
