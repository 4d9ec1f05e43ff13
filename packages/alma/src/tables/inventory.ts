import type { ReadRecord } from '../record/kind.js';
import { code, date, flag, id, list, moment, nested, output, record, text } from '../record/record.js';

const observed = { evidence: 'observed' } as const;

export const BibDataKind = record('bib_data', {
  mms_id: id(text()),
  title: text(),
  author: text(),
  isbn: text(),
  issn: text(),
});

export const HoldingDataKind = record('holding_data', {
  holding_id: id(text()),
  call_number: text(),
  copy_id: text(),
  in_temp_location: flag(),
  temp_library: code(),
  temp_location: code(),
});

export const ItemDataKind = record('item_data', {
  pid: id(text()),
  barcode: text(),
  base_status: code({ codeTable: 'BaseStatus', note: '1 in place, 0 not in place' }),
  process_type: code({ codeTable: 'PROCESSTYPE' }),
  library: code(),
  location: code(),
  policy: code({ codeTable: 'ItemPolicy' }),
  due_date: date(),
  requested: flag(),
});

/** An item, rest_item.xsd: the part that lending needs. All else is kept as it came. */
export const ItemKind = record('item', {
  bib_data: id(nested(BibDataKind)),
  holding_data: id(nested(HoldingDataKind)),
  item_data: id(nested(ItemDataKind)),
  additional_info: text({ ...observed, note: 'what a scan says to its operator' }),
  link: output(text({ isAttribute: true })),
});

/** A bibliographic record, rest_bib.xsd: MARC stands in `anies` (JSON) or in `record` (XML). */
export const BibKind = record('bib', {
  mms_id: id(text()),
  title: text(),
  author: text(),
  isbn: text(),
  issn: text(),
  network_number: list(text(), { wrapper: 'network_numbers', ...observed }),
  place_of_publication: text(),
  date_of_publication: text(),
  publisher_const: text(),
  record_format: text(),
  anies: list(text(), { ...observed, note: 'the record as MARCXML, in JSON bodies' }),
  link: output(text({ isAttribute: true })),
});

/** A line of the list of holdings. */
export const HoldingKind = record('holding', {
  holding_id: id(text()),
  call_number: text(),
  library: code(),
  location: code(),
  link: output(text({ isAttribute: true })),
});

/** A loan, rest_item_loan.xsd: the part that lending needs. */
export const LoanKind = record('item_loan', {
  loan_id: id(text()),
  user_id: text({ isSecret: true }),
  item_barcode: text(),
  item_id: text(),
  mms_id: text(),
  holding_id: text(),
  title: text(),
  due_date: moment(),
  loan_date: moment(),
  loan_status: text(),
  library: code(),
  circ_desk: code(),
  request_id: code(),
  renewable: flag(),
  process_status: text(),
});

/** A request of a patron for something in the library, rest_user_request.xsd: the part that lending needs. */
export const UserRequestKind = record('user_request', {
  request_id: id(text()),
  request_type: text(),
  request_sub_type: code(),
  request_status: text(),
  mms_id: text(),
  item_id: text(),
  barcode: text(),
  title: text(),
  pickup_location_type: text(),
  pickup_location_library: text(),
  pickup_location_circulation_desk: text(),
  target_destination: code(),
  resource_sharing: code({ evidence: 'observed', note: 'the lending or borrowing request behind it' }),
  request_date: date(),
  last_interest_date: date(),
  comment: text(),
});

export type Item = ReadRecord<(typeof ItemKind)['table']>;
export type Bib = ReadRecord<(typeof BibKind)['table']>;
export type Holding = ReadRecord<(typeof HoldingKind)['table']>;
export type Loan = ReadRecord<(typeof LoanKind)['table']>;
export type UserRequest = ReadRecord<(typeof UserRequestKind)['table']>;

/** A scan asks for the place of the scan. */
export type ScanPlace = { readonly library: string } & (
  | { readonly circ_desk: string; readonly department?: never }
  | { readonly department: string; readonly circ_desk?: never }
);
