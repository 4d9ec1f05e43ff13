import { describe, expect, it } from 'vitest';
import { absent, isThere, read } from '../published.test-support.js';
import type { Fields, Kind } from '../record/kind.js';
import {
  AddressKind,
  AddressTypes,
  ContactInfoKind,
  EmailKind,
  EmailTypes,
  NoteKind,
  PhoneKind,
  PhoneTypes,
} from './contact-info.js';
import { PartnerKind } from './partner.js';
import { ProfileTypes } from './profile-details.js';
import { ResourceSharingRequestKind } from './resource-sharing-request.js';

interface ListedField {
  readonly name: string;
  readonly xsdType: string;
  readonly maxOccurs: string;
  readonly default?: string;
  readonly codeTable?: string;
  readonly docMandatory: boolean;
}
type Listed = Readonly<
  Record<string, { readonly fields?: readonly ListedField[]; readonly enum?: readonly string[] }>
>;

const plain: Readonly<Record<string, string>> = {
  'xs:string': 'text',
  'xs:int': 'count',
  'xs:boolean': 'flag',
  'xs:date': 'date',
  status: 'text',
  profile_type: 'text',
  'string with desc attribute': 'code',
  general_user_id_type: 'code',
  request_expiry_type: 'code',
};

/** Every record that a table nests, by its name. */
function recordsIn(kind: Kind<unknown>, found = new Map<string, Fields>()): Map<string, Fields> {
  const inner = kind.of ?? kind;
  if (!inner.fields || inner.record === undefined || found.has(inner.record)) return found;
  found.set(inner.record, inner.fields);
  for (const { kind: field } of Object.values<{ kind: Kind<unknown> }>(inner.fields)) recordsIn(field, found);
  return found;
}

/** Where our tables and a list of the XSD's fields differ. */
function differences(listed: Listed, records: ReadonlyMap<string, Fields>): string[] {
  const found: string[] = [];
  for (const [name, fields] of records) {
    const rows = listed[name]?.fields;
    if (!rows) continue;
    const wrappers = new Map(
      Object.entries(fields).flatMap(([field, { notes }]) =>
        notes.wrapper ? [[notes.wrapper, field] as const] : [],
      ),
    );
    for (const row of rows) {
      const own = wrappers.get(row.name) ?? row.name;
      const field = fields[own];
      const where = `${name}.${row.name}`;
      if (!field) {
        found.push(`${where} is missing`);
        continue;
      }
      const inside = listed[row.xsdType]?.fields;
      const member = wrappers.has(row.name) ? inside?.find(({ name: inner }) => inner === own) : undefined;
      const type = member
        ? 'list'
        : (plain[row.xsdType] ??
          (inside || row.name === 'notes' || row.name === 'contact_info' ? 'record' : row.xsdType));
      if (!wrappers.has(row.name) && field.kind.name !== type)
        found.push(`${where} is ${field.kind.name}, listed ${type}`);
      if (wrappers.has(row.name) && field.kind.name !== 'list') found.push(`${where} is no list`);
      if (String(field.notes.fallback ?? '') !== (row.default ?? ''))
        found.push(`${where} has another default`);
      const codeTable = (member ?? row).codeTable ?? field.notes.codeTable;
      if (field.notes.codeTable !== codeTable) found.push(`${where} has another code table`);
      const isMandatory = field.need === 'key' || field.need === 'mandatory';
      if (isMandatory !== row.docMandatory && name !== 'partner')
        found.push(`${where} is mandatory: ${isMandatory}`);
    }
    const names = new Set(rows.map((row) => wrappers.get(row.name) ?? row.name));
    for (const [field, { notes }] of Object.entries(fields)) {
      if (!names.has(field) && !notes.evidence && !notes.isAttribute)
        found.push(`${name}.${field} is not listed`);
    }
  }
  return found;
}

describe.skipIf(!isThere)(`tables of partners beside the published XSD${absent}`, () => {
  const listed = isThere ? (JSON.parse(read('partner-fields.json')) as Listed) : {};
  const records = recordsIn(PartnerKind);

  it('have every field with its type, default, code table and whether it is mandatory', () => {
    expect(differences(listed, records)).toEqual([]);
    expect([...records.keys()].filter((name) => listed[name]).length).toBeGreaterThan(12);
  });

  it('would show a field that is missing or has another type', () => {
    const fields = listed['iso_details']?.fields ?? [];
    const more = { name: 'ill_tls', xsdType: 'xs:boolean', maxOccurs: '1', docMandatory: false };
    const changed = fields.map((field) =>
      field.name === 'ill_port' ? { ...field, xsdType: 'xs:string' } : field,
    );
    const found = differences({ ...listed, iso_details: { fields: [...changed, more] } }, records);
    expect(found).toEqual(['iso_details.ill_port is count, listed text', 'iso_details.ill_tls is missing']);
  });

  it('know every type of profile', () => {
    expect(Object.keys(ProfileTypes).toSorted()).toEqual(
      [...(listed['profile_type']?.enum ?? [])].toSorted(),
    );
  });

  it.each([
    ['rest_contact_info.xsd', 'address', AddressKind],
    ['rest_contact_info.xsd', 'phone', PhoneKind],
    ['rest_contact_info.xsd', 'email', EmailKind],
    ['rest_contact_info.xsd', 'contact_info', ContactInfoKind],
    ['rest_notes.xsd', 'note', NoteKind],
  ])('%s: %s has the same elements and attributes', (file, type, kind) => {
    const [, body = ''] =
      new RegExp(`<xs:complexType\\s+name="${type}">([\\s\\S]*?)\\n\\t</xs:complexType>`).exec(read(file)) ??
      [];
    // Direct children stand three levels deep.
    const names = [
      ...body.matchAll(/^\t\t\t<xs:element name="(\w+)"/gm),
      ...body.matchAll(/<xs:attribute name="(\w+)" type="xs:boolean"/g),
    ].map(([, name]) => name);
    const own = Object.entries<{ notes: { wrapper?: string } }>(kind.fields).map(
      ([name, { notes }]) => notes.wrapper ?? name,
    );
    expect(names.length).toBeGreaterThan(2);
    expect(own.toSorted()).toEqual(names.toSorted());
  });

  it.each([
    ['address_type', AddressTypes],
    ['phone_type', PhoneTypes],
    ['email_type', EmailTypes],
  ])('write every %s as the XSD does', (element, spellings) => {
    const [, body = ''] =
      new RegExp(`<xs:element name="${element}">([\\s\\S]*?)</xs:element>`).exec(
        read('rest_contact_info.xsd'),
      ) ?? [];
    const words = [...body.matchAll(/enumeration value="(\w+)"/g)].map(([, word]) => word);
    expect([...new Set(Object.values(spellings))].toSorted()).toEqual(words.toSorted());
  });
});

const requestKinds: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'flag',
  number: 'amount',
  date: 'date',
  'date-time': 'moment',
  '{value,desc}': 'code',
  '{value,desc,link}': 'code',
  '{value,link}': 'code',
  amount: 'record',
  'list of string': 'list',
  'list of {content,created_by,created_date}': 'list',
};

interface ListedRequest {
  readonly fields: readonly { readonly name: string; readonly json: string; readonly codeTable?: string }[];
}

function requestDifferences({ fields }: ListedRequest): string[] {
  const own: Fields = ResourceSharingRequestKind.fields;
  const found = fields.flatMap(({ name, json, codeTable }) => {
    const field = own[name];
    if (!field) return [`${name} is missing`];
    const kind = requestKinds[json];
    if (field.kind.name !== kind) return [`${name} is ${field.kind.name}, listed ${kind}`];
    return field.notes.codeTable === codeTable ? [] : [`${name} has another code table`];
  });
  const names = new Set(fields.map(({ name }) => name));
  return [...found, ...Object.keys(own).filter((name) => !names.has(name))];
}

describe.skipIf(!isThere)(`the table of requests beside the field list${absent}`, () => {
  const listed = isThere ? (JSON.parse(read('rs-request-fields.json')) as ListedRequest) : { fields: [] };

  it('has all 79 fields with their types and code tables', () => {
    expect(listed.fields).toHaveLength(79);
    expect(requestDifferences(listed)).toEqual([]);
  });

  it('would show a field that is missing or has another type', () => {
    const fields = listed.fields.map((field) =>
      field.name === 'owner' ? { ...field, json: '{value,desc}' } : field,
    );
    const changed = { fields: [...fields, { name: 'eta', json: 'date' }] };
    expect(requestDifferences(changed)).toEqual(['owner is text, listed code', 'eta is missing']);
  });
});
