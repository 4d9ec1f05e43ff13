import type { Fields, Kind, NewRecord, Reading, ReadRecord } from '../record/kind.js';
import {
  amount,
  code,
  count,
  flag,
  key,
  list,
  mandatory,
  nested,
  output,
  type RecordKind,
  record,
  text,
} from '../record/record.js';
import { ContactInfoKind, NoteKind } from './contact-info.js';
import { DetailsKind, type ProfileType, ProfileTypes } from './profile-details.js';

/**
 * A type of profile that Alma has and this package has no table for, `ALA` as `unlisted:ALA`: a prefix that only the types
 * here know, so that the compiler can tell the listed ones apart. Its details are kept as they came.
 */
export type UnlistedProfileType = `unlisted:${string}`;

type TableOf<Type extends ProfileType> =
  (typeof ProfileTypes)[Type]['kind'] extends RecordKind<infer Table> ? Table : never;
type DetailsName<Type extends ProfileType> = (typeof ProfileTypes)[Type]['details'];
type Details<Type extends ProfileType, Value> =
  DetailsName<Type> extends string ? { readonly [Name in DetailsName<Type>]: Value } : unknown;

/** How a partner is spoken to: one member for each type of profile. */
export type ProfileDetails =
  | {
      [Type in ProfileType]: { readonly profile_type: Type } & Details<Type, ReadRecord<TableOf<Type>>>;
    }[ProfileType]
  | { readonly profile_type: UnlistedProfileType };

/** {@link ProfileDetails} of a partner to be made. */
export type NewProfileDetails = {
  [Type in ProfileType]: { readonly profile_type: Type } & Details<Type, NewRecord<TableOf<Type>>>;
}[ProfileType];

/** Whether the type of a profile is one that this package has a table for. */
export function isListedProfile(
  details: ProfileDetails,
): details is Exclude<ProfileDetails, { readonly profile_type: UnlistedProfileType }> {
  return Object.hasOwn(ProfileTypes, details.profile_type);
}

type Written = ReadRecord<(typeof DetailsKind)['table']>;

/** The objects of details as a union: what the type says is there, is there. */
export const ProfileDetailsKind: Kind<ProfileDetails> & { readonly fields: Fields; readonly record: string } =
  {
    ...DetailsKind,
    fromJson: (json, reading) => complete(DetailsKind.fromJson(json, reading), reading),
    fromXml: (xml, reading) => complete(DetailsKind.fromXml(xml, reading), reading),
    toJson: (value, path) => DetailsKind.toJson(toWritten(value), path),
    toXml: (name, value, path) => DetailsKind.toXml(name, toWritten(value), path),
  };

const prefix = 'unlisted:';

function toWritten(value: ProfileDetails): Written {
  const { profile_type } = value;
  return {
    ...value,
    profile_type: profile_type.startsWith(prefix) ? profile_type.slice(prefix.length) : profile_type,
  };
}

function complete(read: Written | undefined, reading: Reading): ProfileDetails | undefined {
  if (read?.profile_type === undefined) return undefined;
  const types: Readonly<Record<string, { readonly details: string | undefined }>> = ProfileTypes;
  const row = Object.hasOwn(types, read.profile_type) ? types[read.profile_type] : undefined;
  if (!row) return { ...read, profile_type: `${prefix}${read.profile_type}` };
  // The table says which object of details belongs to the type; the compiler cannot follow that.
  if (row.details === undefined || Object.hasOwn(read, row.details)) return read as unknown as ProfileDetails;
  reading.deviations.push({
    code: 'incomplete',
    path: `${reading.path}.${row.details}`,
    message: `expected ${row.details} with profile_type ${read.profile_type}, found none`,
  });
  return { ...read, [row.details]: {} } as unknown as ProfileDetails;
}

const newer = { evidence: 'inferred', note: 'newer than the XSD of 2020' } as const;

/** General details of a partner, rest_partner.xsd. */
export const PartnerDetailsKind = record('partner_details', {
  code: key(text({ note: 'cannot be changed' })),
  name: mandatory(text()),
  profile_details: mandatory(nested(ProfileDetailsKind)),
  status: mandatory(text()),
  system_type: mandatory(code({ codeTable: 'PartnerSystemTypes' })),
  avg_supply_time: count({ fallback: 0, note: 'days' }),
  delivery_delay: count({ fallback: 0, note: 'days' }),
  currency: text(),
  borrowing_supported: flag(),
  borrowing_workflow: text({ fallback: 'DEFAULT_BOR_WF' }),
  lending_supported: flag(),
  lending_workflow: text({ fallback: 'DEFAULT_LEND_WF' }),
  auto_cancel_supported: flag(newer),
  auto_cancel_reason: text(newer),
  auto_cancel_time: amount(newer),
  auto_claim_supported: flag(newer),
  auto_claim_time: amount(newer),
  locate_profile: code(),
  institution_code: text(),
  holding_code: text(),
});

/** A resource-sharing partner, rest_partner.xsd. */
export const PartnerKind = record('partner', {
  partner_details: key(nested(PartnerDetailsKind)),
  contact_info: nested(ContactInfoKind),
  note: list(nested(NoteKind), { wrapper: 'notes' }),
  link: output(text({ isAttribute: true })),
});

type PartnerDetailsTable = (typeof PartnerDetailsKind)['table'];

/** Whether Alma may be asked to send to the partner. */
export type PartnerStatus = 'ACTIVE' | 'INACTIVE';

/** A partner as read. */
export type Partner = ReadRecord<(typeof PartnerKind)['table']>;

/** A partner to be made. */
export interface NewPartner extends Omit<NewRecord<(typeof PartnerKind)['table']>, 'partner_details'> {
  readonly partner_details: Omit<NewRecord<PartnerDetailsTable>, 'profile_details' | 'status'> & {
    readonly status: PartnerStatus;
    readonly profile_details: NewProfileDetails;
    readonly borrowing_supported: boolean;
    readonly lending_supported: boolean;
  };
}
