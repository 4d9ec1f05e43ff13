import type { ReadRecord } from '../record/kind.js';
import { code, flag, id, list, nested, output, record, text } from '../record/record.js';
import { ContactInfoKind } from './contact-info.js';

const patron = { isSecret: true } as const;

export const UserIdentifierKind = record('user_identifier', {
  id_type: code({ codeTable: 'UserIdentifierTypes' }),
  value: text(patron),
  status: text(),
});

export const UserBlockKind = record('user_block', {
  block_type: code(),
  block_description: code(),
  block_status: text(),
});

export const UserLibraryKind = record('rs_library', { code: code() });

/** A patron, rest_user.xsd: the part that lending needs. */
export const UserKind = record('user', {
  primary_id: id(text(patron)),
  first_name: text(patron),
  last_name: text(patron),
  full_name: text(patron),
  status: code(),
  user_group: code(),
  account_type: code(),
  rs_library: list(nested(UserLibraryKind), { wrapper: 'rs_libraries' }),
  user_block: list(nested(UserBlockKind), { wrapper: 'user_blocks' }),
  user_identifier: list(nested(UserIdentifierKind), { wrapper: 'user_identifiers' }),
  contact_info: nested(ContactInfoKind, patron),
  link: output(text({ isAttribute: true })),
});

export const CodeRowKind = record('row', {
  code: id(text()),
  description: text(),
  default: flag(),
  enabled: flag(),
});

/** A code table. XML has its rows in `rows`, JSON collapses them. */
export const CodeTableKind = record('code_table', {
  name: id(text()),
  description: text(),
  sub_system: code(),
  language: code(),
  patron_facing: flag(),
  scope: code(),
  row: list(nested(CodeRowKind), { wrapper: 'rows', evidence: 'inferred' }),
});

export const LibraryKind = record('library', {
  code: id(text()),
  name: text(),
  path: text(),
  resource_sharing: flag({ evidence: 'inferred' }),
  link: output(text({ isAttribute: true })),
});

export const CircDeskKind = record('circ_desk', {
  code: id(text()),
  name: text(),
  primary: flag(),
  reading_room_desk: flag(),
  link: output(text({ isAttribute: true })),
});

export const LocationKind = record('location', {
  code: id(text()),
  name: text(),
  type: code(),
});

export const IntegrationProfileKind = record('integration_profile', {
  id: text(),
  code: text(),
  name: text(),
  type: code(),
  default: flag(),
});

/** A member of the vendor's directory of resource-sharing libraries. Its schema is not public. */
export const DirectoryMemberKind = record('rs_directory_member', {
  partner_code: text({ evidence: 'inferred' }),
  name: text({ evidence: 'inferred' }),
});

export type User = ReadRecord<(typeof UserKind)['table']>;
export type CodeTable = ReadRecord<(typeof CodeTableKind)['table']>;
export type Library = ReadRecord<(typeof LibraryKind)['table']>;
export type CircDesk = ReadRecord<(typeof CircDeskKind)['table']>;
export type ShelfLocation = ReadRecord<(typeof LocationKind)['table']>;
export type IntegrationProfile = ReadRecord<(typeof IntegrationProfileKind)['table']>;
export type DirectoryMember = ReadRecord<(typeof DirectoryMemberKind)['table']>;
