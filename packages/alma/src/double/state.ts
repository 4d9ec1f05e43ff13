import type { CircDesk, Library, User } from '../tables/configuration.js';
import type { Bib, Item, Loan, UserRequest } from '../tables/inventory.js';
import type { Partner } from '../tables/partner.js';
import type { ResourceSharingRequest } from '../tables/resource-sharing-request.js';

/** What a double begins with. */
export interface AlmaSeed {
  readonly institution?: string;
  readonly partners?: readonly Partner[];
  readonly users?: readonly User[];
  readonly libraries?: readonly (Library & { readonly desks?: readonly CircDesk[] })[];
  readonly bibs?: readonly Bib[];
  readonly items?: readonly Item[];
  /** Members of the directory by their code: the partner that localizing makes. */
  readonly directory?: readonly Partner[];
  /** Rows of code tables by name; the default has what the vendor's pages name. */
  readonly codeTables?: Readonly<Record<string, readonly string[]>>;
}

/** A request with the user it is for. */
export interface BorrowingRequest {
  readonly user: string;
  readonly request: ResourceSharingRequest;
}

/** Values known of code tables; sites add their own. */
export const defaultCodeTables: Readonly<Record<string, readonly string[]>> = {
  RequestFormats: ['PHYSICAL', 'DIGITAL', 'PHYSICAL_NON_RETURNABLE'],
  PR_CitationType: ['BOOK', 'JOURNAL'],
  PhysicalReadingListCitationTypes: ['BK', 'CR'],
  ExpiryType: ['NO_EXPIRY', 'INTEREST_DATE', 'EXPIRY_TIME'],
  LevelOfService: ['NORMAL_LOCAL', 'RUSH_LOCAL', 'EXPRESS_LOCAL'],
  RequestCancellationReasons: ['CancelledAtPatronRequest'],
  PartnerSystemTypes: ['ALMA', 'OTHER', 'RELAIS_ILL', 'LADD'],
};

/** What a double knows: records by their identifiers, changed only here. */
export class AlmaState {
  readonly institution: string;
  readonly partners: Map<string, Partner>;
  readonly users: Map<string, User>;
  readonly libraries: Map<string, Library & { readonly desks?: readonly CircDesk[] }>;
  readonly bibs: Map<string, Bib>;
  readonly items: Map<string, Item>;
  readonly directory: Map<string, Partner>;
  readonly codeTables: Map<string, readonly string[]>;
  readonly lending = new Map<string, ResourceSharingRequest>();
  readonly borrowing = new Map<string, BorrowingRequest>();
  readonly loans = new Map<string, Loan & { readonly owner: string }>();
  readonly userRequests = new Map<string, UserRequest>();
  readonly #now: () => Date;
  #count = 0;

  constructor(seed: AlmaSeed, now: () => Date) {
    this.#now = now;
    this.institution = seed.institution ?? '01EXAMPLE_INST';
    this.partners = new Map((seed.partners ?? []).map((one) => [one.partner_details.code, one]));
    this.users = new Map((seed.users ?? []).map((one) => [one.primary_id, one]));
    this.libraries = new Map((seed.libraries ?? []).map((one) => [one.code, one]));
    this.bibs = new Map((seed.bibs ?? []).map((one) => [one.mms_id, one]));
    this.items = new Map((seed.items ?? []).map((one) => [one.item_data.pid, one]));
    this.directory = new Map((seed.directory ?? []).map((one) => [one.partner_details.code, one]));
    this.codeTables = new Map(Object.entries({ ...defaultCodeTables, ...seed.codeTables }));
  }

  now(): Date {
    return this.#now();
  }

  /** An identifier in the manner of Alma's: digits, its end the same for all of one institution. */
  nextId(): string {
    this.#count++;
    return `${1_000_000 + this.#count}0001021`;
  }

  /** The number of a request at the partners: institution without underscore and a counter. */
  nextExternalId(): string {
    this.#count++;
    return `${this.institution.replaceAll('_', '')}${String(this.#count).padStart(7, '0')}`;
  }

  /** An item by its barcode. */
  itemWith(barcode: string | undefined): Item | undefined {
    if (barcode === undefined) return undefined;
    return [...this.items.values()].find(({ item_data }) => item_data.barcode === barcode);
  }

  /** The record that a request means, by number or by title. */
  bibFor(request: Partial<ResourceSharingRequest>): Bib | undefined {
    const { mms_id, isbn, issn, title } = request;
    const same = (one: string | undefined, other: string | undefined): boolean =>
      one !== undefined && other !== undefined && plain(one) === plain(other);
    return [...this.bibs.values()].find(
      (bib) =>
        bib.mms_id === mms_id ||
        (mms_id === undefined && (same(bib.isbn, isbn) || same(bib.issn, issn) || same(bib.title, title))),
    );
  }

  /** Makes a lending request, and looks for what it wants when `isLocating`. */
  addLendingRequest(
    { partner_details: { code, name } }: Partner,
    asked: Partial<ResourceSharingRequest>,
    isLocating: boolean,
  ): ResourceSharingRequest {
    const bib = this.bibFor(asked);
    const request: ResourceSharingRequest = {
      ...asked,
      request_id: this.nextId(),
      partner: { value: code, ...(name !== undefined && { desc: name }) },
      status:
        bib !== undefined || !isLocating
          ? { value: 'REQUEST_CREATED_LEND', desc: 'Created lending request' }
          : { value: 'LOCATE_FAILED', desc: 'Locate failed' },
      ...(bib && { mms_id: bib.mms_id }),
      printed: false,
      reported: false,
      ...this.#stamps(),
    };
    this.lending.set(request.request_id, request);
    return request;
  }

  /** Makes a borrowing request of a user. It has a number of Alma's own unless it came with one. */
  addBorrowingRequest(
    { primary_id, full_name }: User,
    asked: Partial<ResourceSharingRequest>,
    externalId = this.nextExternalId(),
  ): BorrowingRequest {
    const request: ResourceSharingRequest = {
      ...asked,
      request_id: this.nextId(),
      external_id: externalId,
      requester: { value: primary_id, ...(full_name !== undefined && { desc: full_name }) },
      status: { value: 'REQUEST_CREATED_BOR', desc: 'Created borrowing request' },
      ...this.#stamps(),
    };
    const made = { user: primary_id, request };
    this.borrowing.set(request.request_id, made);
    return made;
  }

  #stamps() {
    const now = this.now().toISOString();
    return {
      created_date: now.slice(0, 10),
      created_time: now,
      last_modified_date: now.slice(0, 10),
      last_modified_time: now,
    };
  }

  /** Changes a request of either role and its dates. */
  changeRequest(
    request: ResourceSharingRequest,
    change: Partial<ResourceSharingRequest>,
  ): ResourceSharingRequest {
    const now = this.now().toISOString();
    const next = { ...request, ...change, last_modified_date: now.slice(0, 10), last_modified_time: now };
    const borrowing = this.borrowing.get(request.request_id);
    if (borrowing) this.borrowing.set(request.request_id, { ...borrowing, request: next });
    else this.lending.set(request.request_id, next);
    return next;
  }
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
