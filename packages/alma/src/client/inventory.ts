import { type Availability, availabilityInRecord, availabilityOf } from '../availability.js';
import { isObject } from '../record/generic.js';
import { parseXml } from '../record/xml.js';
import {
  type Bib,
  BibKind,
  type Holding,
  HoldingKind,
  type Item,
  ItemKind,
  type ScanPlace,
} from '../tables/inventory.js';
import type { Rows } from './answer.js';
import type { Caller, CallOptions } from './call.js';
import { walk } from './pages.js';

/** The three numbers by which an item is found. */
export interface ItemPath {
  readonly mms: string;
  readonly holding: string;
  readonly item: string;
}

/** What a scan may say beside its place. Send only what the scan page of that desk has. */
export interface ScanOptions extends CallOptions {
  /** Where several requests wait for the item. */
  readonly request_id?: string;
  readonly external_id?: boolean;
  readonly work_order_type?: string;
  readonly status?: string;
  readonly done?: boolean;
  readonly auto_print_slip?: boolean;
  readonly place_on_hold_shelf?: boolean;
  readonly confirm?: boolean;
  readonly register_in_house_use?: boolean;
}

/** Items. */
export interface ItemsClient {
  /** Two calls: Alma answers the first one with an address. @throws AlmaError `not-found` */
  byBarcode(barcode: string, options?: CallOptions): Promise<Item>;
  get(path: ItemPath, options?: CallOptions): Promise<Item>;
  /** Items of a holding; of every holding of a title where `holding` is `ALL`. */
  list(holding: Omit<ItemPath, 'item'>, options?: CallOptions): AsyncGenerator<Item, void, undefined>;
  /**
   * Scans an item in as staff do: receives, checks in, or moves it on, whatever is due. A lost answer is not repeated.
   *
   * @throws AlmaError `refused` when Alma will not
   */
  scanIn(path: ItemPath, place: ScanPlace, options?: ScanOptions): Promise<Item>;
}

/** Bibliographic records and what the library has of them. */
export interface BibsClient {
  get(mms: string, options?: CallOptions): Promise<Bib>;
  /** Up to a hundred in one call. */
  getMany(mms: readonly string[], options?: CallOptions): Promise<Rows<Bib>>;
  holdings(mms: string, options?: CallOptions): Promise<readonly Holding[]>;
  /** Where the physical items are, and whether they are there now. */
  availability(mms: string, options?: CallOptions): Promise<readonly Availability[]>;
}

/** The path of an item as read. */
export function pathOf({ bib_data, holding_data, item_data }: Item): ItemPath {
  return { mms: bib_data.mms_id, holding: holding_data.holding_id, item: item_data.pid };
}

export function createItemsClient(caller: Caller): ItemsClient {
  return {
    async byBarcode(barcode, options = {}) {
      const query = { item_barcode: barcode };
      const answer = await caller.call('findItem', { parameters: {}, query, ...options });
      return caller.record('findItem', answer, ItemKind);
    },
    async get(path, options = {}) {
      const answer = await caller.call('getItem', { parameters: { ...path }, ...options });
      return caller.record('getItem', answer, ItemKind);
    },
    list: (holding, options = {}) =>
      walk(
        async (query) => {
          const answer = await caller.call('listItems', { parameters: holding, query, ...options });
          return caller.rows('listItems', answer, 'item', ItemKind);
        },
        ({ item_data: { pid } }) => pid,
      ),
    async scanIn(path, place, { signal, keepRemaining, ...scan } = {}) {
      const answer = await caller.call('scanIn', {
        parameters: { ...path },
        query: { ...scan, ...place },
        ...(signal && { signal }),
        ...(keepRemaining !== undefined && { keepRemaining }),
      });
      return caller.record('scanIn', answer, ItemKind);
    },
  };
}

export function createBibsClient(caller: Caller): BibsClient {
  const getMany = async (
    mms: readonly string[],
    expand: string | undefined,
    options: CallOptions,
  ): Promise<Rows<Bib>> => {
    const query = { mms_id: mms.join(','), expand };
    const answer = await caller.call('listBibs', { parameters: {}, query, ...options });
    return caller.rows('listBibs', answer, 'bib', BibKind);
  };
  return {
    async get(mms, options = {}) {
      const answer = await caller.call('getBib', { parameters: { mms }, ...options });
      return caller.record('getBib', answer, BibKind);
    },
    getMany: (mms, options = {}) => getMany(mms, undefined, options),
    async holdings(mms, options = {}) {
      const answer = await caller.call('listHoldings', { parameters: { mms }, ...options });
      return caller.rows('listHoldings', answer, 'holding', HoldingKind).rows;
    },
    async availability(mms, options = {}) {
      const query = { expand: 'p_avail' };
      const answer = await caller.call('getBib', { parameters: { mms }, query, ...options });
      const bib = caller.record('getBib', answer, BibKind);
      if (bib.anies) return bib.anies.flatMap((record) => availabilityOf(parseXml(record)));
      const { record } = bib as { readonly record?: unknown };
      return isObject(record) ? availabilityInRecord(record) : [];
    },
  };
}
