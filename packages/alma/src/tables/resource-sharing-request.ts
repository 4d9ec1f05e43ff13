import type { NewRecord, ReadRecord } from '../record/kind.js';
import {
  amount,
  code,
  date,
  flag,
  id,
  list,
  mandatory,
  moment,
  nested,
  output,
  record,
  text,
} from '../record/record.js';
import { type Code, textKind } from '../record/values.js';

/** What travels. */
export type RequestFormat = 'PHYSICAL' | 'DIGITAL' | 'PHYSICAL_NON_RETURNABLE';

const format = () => code<RequestFormat>({ codeTable: 'RequestFormats' });

/** An amount of money. */
export const AmountKind = record('amount', {
  sum: amount(),
  currency: code({ codeTable: 'Currency_CT' }),
});

/** A note of a request. */
export const RequestNoteKind = record('rs_note', {
  content: mandatory(text()),
  created_by: output(text()),
  created_date: output(date()),
});

/** A request of either role: Alma has one object for both. The 79 fields of its documents, in their order there. */
export const ResourceSharingRequestKind = record('user_resource_sharing_request', {
  request_id: id(text()),
  external_id: text({ note: 'of a borrowing request: given by Alma' }),
  status: output(code({ codeTable: 'Mandatory/Optional{Borrowing,Lending}WorkflowSteps' })),
  owner: text({ note: 'code of the resource-sharing library; wrapped, it is refused' }),
  partner: code(),
  format: format(),
  supplied_format: output(format()),
  allow_other_formats: flag({ fallback: false }),
  citation_type: code<'BK' | 'CR' | 'BOOK' | 'JOURNAL'>({
    codeTable: 'PhysicalReadingListCitationTypes (borrowing) / PR_CitationType (lending)',
  }),
  title: text(),
  mms_id: text(),
  author: text(),
  author_initials: text(),
  chapter: text(),
  chapter_author: text(),
  chapter_title: text(),
  edition: text(),
  editor: text(),
  isbn: text(),
  issn: text(),
  issue: text(),
  volume: text(),
  part: text(),
  pages: text(),
  start_page: text(),
  end_page: text(),
  journal_title: text(),
  publisher: text(),
  place_of_publication: text(),
  year: text(),
  series_title_number: text(),
  doi: text(),
  pmid: text(),
  lcc_number: text(),
  oclc_number: text(),
  other_standard_id: text(),
  remote_record_id: text(),
  call_number: text(),
  source: text(),
  bib_note: text(),
  note: text(),
  additional_person_name: text({ isSecret: true }),
  specific_edition: flag({ fallback: true }),
  barcode: text(),
  additional_barcode: list({ kind: textKind }, { wrapper: 'additional_barcodes' }),
  requester: code({ note: 'primary id and name: patron data', isSecret: true }),
  pickup_location: code(),
  pickup_location_type: text(),
  reading_room: code(),
  agree_to_copyright_terms: flag(),
  copyright_status: code({ codeTable: 'ResourceSharingCopyrightsStatus' }),
  willing_to_pay: flag(),
  maximum_fee: amount(),
  need_patron_info: flag(),
  use_alternative_address: flag(),
  text_email: text({ isSecret: true }),
  text_postal_1: text({ isSecret: true }),
  text_postal_2: text({ isSecret: true }),
  text_postal_3: text({ isSecret: true }),
  text_postal_4: text({ isSecret: true }),
  preferred_send_method: code({ codeTable: 'ResourceSharingRequestSendMethod' }),
  requested_language: code({ codeTable: 'ResourceSharingLanguages' }),
  requested_media: text(),
  level_of_service: code({ codeTable: 'LevelOfService' }),
  last_interest_date: date(),
  fund: code(),
  request_cost: nested(AmountKind),
  receive_cost: nested(AmountKind),
  shipping_cost: nested(AmountKind),
  lost_damaged_fee: nested(AmountKind),
  user_request: output(code()),
  printed: output(flag()),
  reported: output(flag()),
  has_active_notes: output(flag()),
  rs_note: list(nested(RequestNoteKind), { wrapper: 'rs_notes' }),
  created_date: output(date()),
  created_time: output(moment()),
  last_modified_date: output(date()),
  last_modified_time: output(moment()),
});

type Table = (typeof ResourceSharingRequestKind)['table'];

/** A borrowing or lending request as read. */
export type ResourceSharingRequest = ReadRecord<Table>;

type NewFields = NewRecord<Table>;
type Citation = { readonly citation_type: Code; readonly title: string } | { readonly mms_id: string };

/** A lending request to be made: what Alma wants beside the title, or the bibliographic record instead of it. */
export type NewLendingRequest = NewFields & {
  readonly external_id: string;
  readonly owner: string;
  readonly partner: Code;
  readonly format: Code<RequestFormat>;
} & Citation;

/** A borrowing request to be made. Something physical needs a place to pick it up. */
export type NewBorrowingRequest = NewFields & {
  readonly citation_type: Code;
  readonly agree_to_copyright_terms: boolean;
} & ({ readonly title: string } | { readonly mms_id: string }) &
  (
    | { readonly format: Code<'DIGITAL'> }
    | { readonly format: Code<RequestFormat>; readonly pickup_location: Code }
  );

/** What a new request must have; an entry with several names is met by one of them. */
export const MandatoryRequestFields = {
  lending: [
    ['external_id'],
    ['owner'],
    ['partner'],
    ['format'],
    ['citation_type', 'mms_id'],
    ['title', 'mms_id'],
  ],
  borrowing: [['citation_type'], ['format'], ['agree_to_copyright_terms'], ['title', 'mms_id']],
} as const satisfies Readonly<Record<string, readonly (readonly (keyof Table)[])[]>>;
