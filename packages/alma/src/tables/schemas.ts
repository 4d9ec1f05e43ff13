import type { Evidence } from '@interlend/core';
import {
  CircDeskKind,
  CodeTableKind,
  DirectoryMemberKind,
  IntegrationProfileKind,
  LibraryKind,
  LocationKind,
  UserKind,
} from './configuration.js';
import { BibKind, HoldingKind, ItemKind, LoanKind, UserRequestKind } from './inventory.js';
import { PartnerKind } from './partner.js';
import { ResourceSharingRequestKind } from './resource-sharing-request.js';

/** Which schema of the vendor a record is written after, and how well its fields are founded. */
export interface RecordSchema {
  readonly kind: { readonly record: string; readonly fields: Readonly<Record<string, unknown>> };
  /** Name in the vendor's OpenAPI; absent where none is public. */
  readonly schema?: string;
  /** Name of the schema for a list of it. */
  readonly list?: string;
  /** Whether the fields are compared with a published list of them in the tests. */
  readonly isChecked: boolean;
  readonly evidence: Evidence;
  readonly note: string;
}

const part = 'the part that lending needs; the schema was not at hand, all else is kept as it came';

const unchecked = (kind: RecordSchema['kind'], schema: string, list?: string): RecordSchema => ({
  kind,
  schema,
  ...(list !== undefined && { list }),
  isChecked: false,
  evidence: 'inferred',
  note: part,
});

/** The records of this package beside the vendor's schemas. */
export const RecordSchemas: readonly RecordSchema[] = [
  {
    kind: PartnerKind,
    schema: 'rest_partner',
    list: 'rest_partners',
    isChecked: true,
    evidence: 'documented',
    note: 'every field of the XSD of 2020, in details and contacts as well; five newer ones are marked',
  },
  {
    kind: ResourceSharingRequestKind,
    schema: 'rest_user_resource_sharing_request',
    isChecked: true,
    evidence: 'documented',
    note: 'all 79 fields, from the document of the task lists',
  },
  unchecked(ItemKind, 'rest_item', 'rest_items'),
  unchecked(BibKind, 'rest_bib', 'rest_bibs'),
  unchecked(HoldingKind, 'rest_holding', 'rest_holdings'),
  unchecked(LoanKind, 'rest_item_loan', 'rest_item_loans'),
  unchecked(UserKind, 'rest_user'),
  unchecked(UserRequestKind, 'rest_user_request'),
  {
    kind: CodeTableKind,
    schema: 'rest_code_table',
    isChecked: false,
    evidence: 'documented',
    note: 'its fields are named in the vendor’s pages; the schema was not at hand',
  },
  unchecked(LibraryKind, 'rest_library', 'rest_libraries'),
  unchecked(CircDeskKind, 'rest_circ_desk', 'rest_circ_desks'),
  unchecked(LocationKind, 'rest_location', 'rest_locations'),
  unchecked(IntegrationProfileKind, 'rest_integration_profile'),
  {
    kind: DirectoryMemberKind,
    isChecked: false,
    evidence: 'inferred',
    note: 'no schema is public',
  },
];
