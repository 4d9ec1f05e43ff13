import type { Item, LendingEvent, LendingEventKey, LendingRequest } from '@interlend/core';
import type { ResourceSharingRequest } from '../tables/resource-sharing-request.js';

/** Leaves out what is not there. */
function present<Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
  ) as {
    [Key in keyof Values]?: Exclude<Values[Key], undefined>;
  };
}

function join(...parts: readonly (string | undefined)[]): string | undefined {
  const said = parts.filter((part) => part !== undefined && part !== '');
  return said.length > 0 ? said.join('-') : undefined;
}

/** What a request of Alma asks for, as a citation. */
export function toItem(request: ResourceSharingRequest): Item {
  const { value: citation } = request.citation_type ?? {};
  const isSerial = citation === 'CR' || citation === 'JOURNAL';
  const component = present({
    title: request.chapter_title,
    author: request.chapter_author,
    pages: request.pages ?? join(request.start_page, request.end_page),
  });
  const volumeIssue =
    request.volume !== undefined && request.issue !== undefined
      ? `${request.volume}(${request.issue})`
      : (request.volume ?? request.issue);
  return {
    ...(citation !== undefined && { kind: isSerial ? ('serial' as const) : ('monograph' as const) }),
    ...present({
      title: isSerial ? (request.journal_title ?? request.title) : request.title,
      author: request.author,
      publisher: request.publisher,
      placeOfPublication: request.place_of_publication,
      publicationDate: request.year,
      edition: request.edition,
      series: request.series_title_number,
      isbn: request.isbn,
      issn: request.issn,
      callNumber: request.call_number,
      volumeIssue,
    }),
    ...(Object.keys(component).length > 0 && { component }),
  };
}

/** A request of Alma in the words of the desk. The patron is left out. */
export function toLendingRequest(
  request: ResourceSharingRequest,
  parties: Pick<LendingRequest, 'borrower' | 'lender'>,
): LendingRequest {
  return {
    ...parties,
    services: [request.format?.value === 'PHYSICAL' || request.format === undefined ? 'loan' : 'copy'],
    item: toItem(request),
    ...present({ needBefore: request.last_interest_date, note: request.note }),
    ...(request.willing_to_pay !== undefined && { willPayFee: request.willing_to_pay }),
    ...(request.maximum_fee !== undefined && { maximumCost: { value: String(request.maximum_fee) } }),
  };
}

/** The fields of a new request of Alma that say what is asked for: the way back of {@link toLendingRequest}. */
export function fromLendingRequest(
  role: 'borrower' | 'lender',
  { item, services, needBefore, note, willPayFee }: LendingRequest,
) {
  const isSerial = item.kind === 'serial';
  const [, volume, issue] = /^([^()]*)\(([^()]*)\)$/.exec(item.volumeIssue ?? '') ?? [];
  const types = { borrower: ['BK', 'CR'], lender: ['BOOK', 'JOURNAL'] } as const;
  return {
    citation_type: { value: types[role][isSerial ? 1 : 0] },
    format: { value: services[0] === 'copy' ? ('DIGITAL' as const) : ('PHYSICAL' as const) },
    // Alma takes no request without a title.
    title:
      (isSerial ? item.component?.title : undefined) ?? item.title ?? item.isbn ?? item.issn ?? 'Untitled',
    ...present({
      journal_title: isSerial ? item.title : undefined,
      author: item.author,
      publisher: item.publisher,
      place_of_publication: item.placeOfPublication,
      year: item.publicationDate,
      edition: item.edition,
      series_title_number: item.series,
      isbn: item.isbn,
      issn: item.issn,
      call_number: item.callNumber,
      volume: volume ?? (issue === undefined ? item.volumeIssue : undefined),
      issue,
      chapter_title: item.component?.title,
      chapter_author: item.component?.author,
      pages: item.component?.pages,
      last_interest_date: needBefore,
      note,
      willing_to_pay: willPayFee,
    }),
  };
}

/** The event that a status says, with what the request knows of it; `undefined` when it does not know enough. */
export function toLendingEvent(
  says: LendingEventKey,
  request: ResourceSharingRequest,
  parties: Pick<LendingRequest, 'borrower' | 'lender'>,
): LendingEvent | undefined {
  const isDigital = (request.supplied_format ?? request.format)?.value === 'DIGITAL';
  const service = isDigital ? ('copy' as const) : ('loan' as const);
  const day = request.last_modified_date ?? request.last_modified_time?.slice(0, 10) ?? request.created_date;
  switch (says) {
    case 'requested':
      return { type: 'requested', from: 'borrower', request: toLendingRequest(request, parties) };
    case 'willSupply':
    case 'unfilled':
    case 'expired':
    case 'recalled':
      return { type: says, from: 'lender' };
    case 'shipped':
      return { type: 'shipped', from: 'lender', service, ...(day !== undefined && { shippedOn: day }) };
    case 'conditional':
      return { type: 'conditional', from: 'lender', condition: 'other' };
    case 'cancelRequested':
    case 'renewRequested':
      return { type: says, from: 'borrower' };
    case 'cancelAnswered:yes':
    case 'cancelAnswered:no':
      return { type: 'cancelAnswered', from: 'lender', isAccepted: says === 'cancelAnswered:yes' };
    case 'renewAnswered:yes':
    case 'renewAnswered:no':
      return { type: 'renewAnswered', from: 'lender', isAccepted: says === 'renewAnswered:yes' };
    case 'received':
      return day === undefined ? undefined : { type: 'received', from: 'borrower', service, receivedOn: day };
    case 'returned':
      return day === undefined ? undefined : { type: 'returned', from: 'borrower', returnedOn: day };
    case 'checkedIn':
      return day === undefined ? undefined : { type: 'checkedIn', from: 'lender', checkedInOn: day };
    case 'overdue':
      return day === undefined ? undefined : { type: 'overdue', from: 'lender', due: day };
    // Alma does not say who reports it; what it shows on a borrowing request comes from the partner or its own staff.
    case 'lost':
    case 'damaged':
      return { type: says, from: 'lender' };
    default:
      return undefined;
  }
}
