import type { LibrarySymbol, Loss } from '@interlend/core';
import { isObject } from '../record/generic.js';
import type { NewPartner, Partner, ProfileDetails } from '../tables/partner.js';
import type { ExpiryType, ProfileType } from '../tables/profile-details.js';

/** Until when a lender may answer a request to a partner. */
export type ExpirySetting =
  | { readonly rule: 'never' }
  | { readonly rule: 'need-before' }
  | { readonly rule: 'days'; readonly days: number };

interface CommonSettings {
  /** Code of the partner in Alma. */
  readonly code: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly lends: boolean;
  readonly borrows: boolean;
}

interface SymbolSettings extends CommonSettings {
  /** By which the partner is named in messages. */
  readonly symbol: LibrarySymbol;
}

/** What a package of this project needs to know to speak with a partner: one member for each protocol. */
export type PartnerSettings =
  | (SymbolSettings & {
      readonly protocol: 'iso-ill' | 'slnp';
      readonly host: string;
      readonly port: number;
      readonly expiry: ExpirySetting;
      readonly sendsRequesterInformation: boolean;
      readonly sharesBarcodes: boolean;
      readonly email?: string;
    })
  | (SymbolSettings & {
      readonly protocol: 'iso18626';
      readonly url: string;
      readonly sendsRequesterInformation: boolean;
      readonly sharesBarcodes: boolean;
    })
  | (SymbolSettings & {
      readonly protocol: 'ncip';
      readonly server: string;
      readonly institution?: string;
      readonly userIdType: string;
      readonly expiry: ExpirySetting;
      readonly sendsRequesterInformation: boolean;
      readonly email?: string;
    })
  | (CommonSettings & {
      readonly protocol: 'artemail';
      readonly email: string;
      readonly customers: readonly { readonly code: string; readonly password: string }[];
      readonly keywords: {
        readonly service: readonly string[];
        readonly delivery: readonly string[];
        readonly queries: readonly string[];
      };
    })
  | (CommonSettings & { readonly protocol: 'email'; readonly email: string });

/** Settings out of a partner record, with what has no place in them. */
export interface ReadSettings {
  /** Absent when no package speaks with this type of partner, or when the record lacks what it needs. */
  readonly settings?: PartnerSettings;
  readonly losses: readonly Loss[];
}

const details = 'partner.partner_details.profile_details';

/** What a row of {@link Rows} reads and writes. */
interface Row {
  read(profile: ProfileDetails, common: CommonSettings): PartnerSettings | undefined;
  /** Fields of the details that have no place in the settings. */
  readonly unsaid: readonly string[];
  /** Fields of the details without which nothing can be said. */
  readonly needed: readonly string[];
}

function readExpiry(type: string | undefined, days: number | undefined): ExpirySetting {
  if (type === 'INTEREST_DATE') return { rule: 'need-before' };
  return type === 'EXPIRY_TIME' && days !== undefined ? { rule: 'days', days } : { rule: 'never' };
}

function writeExpiry(expiry: ExpirySetting) {
  const types: Readonly<Record<ExpirySetting['rule'], ExpiryType>> = {
    never: 'NO_EXPIRY',
    'need-before': 'INTEREST_DATE',
    days: 'EXPIRY_TIME',
  };
  return {
    request_expiry_type: { value: types[expiry.rule] },
    ...(expiry.rule === 'days' && { expiry_time: expiry.days }),
  };
}

const emailOf = (email: string | undefined) => (email === undefined ? {} : { email });
const values = (codes: readonly { readonly value: string }[] | undefined) =>
  (codes ?? []).map(({ value }) => value);
const codes = (words: readonly string[]) => words.map((value) => ({ value }));

const isoRow = (protocol: 'iso-ill' | 'slnp'): Row => ({
  needed: ['ill_server', 'ill_port', 'iso_symbol'],
  unsaid: [
    'alternative_document_delivery',
    'ignore_shipping_cost_override',
    'resending_overdue_message_interval',
  ],
  read(profile, common) {
    if (profile.profile_type !== 'ISO' && profile.profile_type !== 'SLNP') return undefined;
    const { ill_server, ill_port, iso_symbol, request_expiry_type, expiry_time, ...rest } =
      profile.iso_details;
    if (ill_server === undefined || ill_port === undefined || iso_symbol === undefined) return undefined;
    return {
      ...common,
      protocol,
      symbol: iso_symbol,
      host: ill_server,
      port: ill_port,
      expiry: readExpiry(request_expiry_type?.value, expiry_time),
      sendsRequesterInformation: rest.send_requester_information ?? false,
      sharesBarcodes: rest.shared_barcodes ?? false,
      ...emailOf(rest.email_address),
    };
  },
});

/** How each type of profile becomes settings. Types that are not listed are spoken by no package. */
const Rows: Partial<Readonly<Record<ProfileType, Row>>> = {
  ISO: isoRow('iso-ill'),
  SLNP: isoRow('slnp'),
  ISO_18626: {
    needed: ['ill_server', 'iso_symbol'],
    unsaid: ['alternative_document_delivery', 'resending_overdue_message_interval'],
    read(profile, common) {
      if (profile.profile_type !== 'ISO_18626') return undefined;
      const { ill_server, iso_symbol, ...rest } = profile.iso_18626_details;
      if (ill_server === undefined || iso_symbol === undefined) return undefined;
      return {
        ...common,
        protocol: 'iso18626',
        symbol: iso_symbol,
        url: ill_server,
        sendsRequesterInformation: rest.send_requester_information ?? false,
        sharesBarcodes: rest.shared_barcodes ?? false,
      };
    },
  },
  NCIP_P2P: {
    needed: ['ill_server', 'partner_symbol'],
    unsaid: ['alternative_document_delivery', 'resending_overdue_message_interval'],
    read(profile, common) {
      if (profile.profile_type !== 'NCIP_P2P') return undefined;
      const { ill_server, partner_symbol, institution_code, request_expiry_type, expiry_time, ...rest } =
        profile.ncip_p2p_details;
      if (ill_server === undefined || partner_symbol === undefined) return undefined;
      return {
        ...common,
        protocol: 'ncip',
        symbol: partner_symbol,
        server: ill_server,
        userIdType: rest.general_user_id_type?.value ?? 'user_name',
        expiry: readExpiry(request_expiry_type?.value, expiry_time),
        sendsRequesterInformation: rest.send_requester_information ?? false,
        ...(institution_code !== undefined && { institution: institution_code }),
        ...emailOf(rest.email_address),
      };
    },
  },
  ART_EMAIL: {
    needed: ['email_address'],
    unsaid: ['alternative_document_delivery'],
    read(profile, common) {
      if (profile.profile_type !== 'ART_EMAIL') return undefined;
      const { email_address, customer_id, service, delivery, queries } = profile.art_email_details;
      if (email_address === undefined) return undefined;
      const customers = (customer_id ?? []).flatMap(({ code, password }) =>
        code === undefined || password === undefined ? [] : [{ code, password }],
      );
      const keywords = { service: values(service), delivery: values(delivery), queries: values(queries) };
      return { ...common, protocol: 'artemail', email: email_address, customers, keywords };
    },
  },
  EMAIL: {
    needed: ['email'],
    unsaid: ['resending_overdue_message_interval'],
    read(profile, common) {
      if (profile.profile_type !== 'EMAIL') return undefined;
      const { email } = profile.email_details;
      return email === undefined ? undefined : { ...common, protocol: 'email', email };
    },
  },
};

/** The settings by which this project's packages speak with a partner of an Alma. */
export function toPartnerSettings({ partner_details: partner }: Partner): ReadSettings {
  const profile = partner.profile_details;
  if (!profile) return { losses: [{ path: details, why: 'the record has no profile' }] };
  const row = Object.hasOwn(Rows, profile.profile_type)
    ? Rows[profile.profile_type as ProfileType]
    : undefined;
  if (!row)
    return {
      losses: [{ path: `${details}.profile_type`, why: `no package speaks ${profile.profile_type}` }],
    };
  const common: CommonSettings = {
    code: partner.code,
    name: partner.name ?? partner.code,
    isActive: partner.status === 'ACTIVE',
    lends: partner.borrowing_supported ?? false,
    borrows: partner.lending_supported ?? false,
  };
  const settings = row.read(profile, common);
  if (!settings) return { losses: [{ path: details, why: `one of ${row.needed.join(', ')} is missing` }] };
  const losses = Object.entries(profile).flatMap(([object, fields]) =>
    row.unsaid
      .filter((field) => isObject(fields) && Boolean(fields[field]))
      .map((field) => ({ path: `${details}.${object}.${field}`, why: 'no package has a setting for it' })),
  );
  return { settings, losses };
}

/** A partner record out of settings: the way back. What settings do not have is left to Alma's defaults. */
export function fromPartnerSettings(settings: PartnerSettings): NewPartner {
  return {
    partner_details: {
      code: settings.code,
      name: settings.name,
      status: settings.isActive ? 'ACTIVE' : 'INACTIVE',
      system_type: { value: 'OTHER' },
      borrowing_supported: settings.lends,
      lending_supported: settings.borrows,
      profile_details: profileOf(settings),
    },
  };
}

/** The same record with what the settings say of how the partner is spoken to; all else stays. */
export function applyPartnerSettings(partner: Partner, settings: PartnerSettings): Partner {
  const { partner_details: next } = fromPartnerSettings(settings);
  const { code: _code, system_type: _system, profile_details, ...common } = next;
  const before = partner.partner_details.profile_details;
  const isSame = before?.profile_type === profile_details.profile_type;
  const merged = Object.fromEntries(
    Object.entries(profile_details).map(([name, value]) => {
      const old: unknown = isSame && before ? Reflect.get(before, name) : undefined;
      return [name, typeof value === 'object' && typeof old === 'object' ? { ...old, ...value } : value];
    }),
  ) as unknown as ProfileDetails;
  return { ...partner, partner_details: { ...partner.partner_details, ...common, profile_details: merged } };
}

function profileOf(settings: PartnerSettings): NewPartner['partner_details']['profile_details'] {
  switch (settings.protocol) {
    case 'iso-ill':
    case 'slnp': {
      const iso_details = {
        ill_server: settings.host,
        ill_port: settings.port,
        iso_symbol: settings.symbol,
        ...writeExpiry(settings.expiry),
        send_requester_information: settings.sendsRequesterInformation,
        shared_barcodes: settings.sharesBarcodes,
        ...(settings.email !== undefined && { email_address: settings.email }),
      };
      return { profile_type: settings.protocol === 'slnp' ? 'SLNP' : 'ISO', iso_details };
    }
    case 'iso18626':
      return {
        profile_type: 'ISO_18626',
        iso_18626_details: {
          ill_server: settings.url,
          iso_symbol: settings.symbol,
          send_requester_information: settings.sendsRequesterInformation,
          shared_barcodes: settings.sharesBarcodes,
        },
      };
    case 'ncip':
      return {
        profile_type: 'NCIP_P2P',
        ncip_p2p_details: {
          ill_server: settings.server,
          partner_symbol: settings.symbol,
          general_user_id_type: { value: settings.userIdType },
          ...writeExpiry(settings.expiry),
          send_requester_information: settings.sendsRequesterInformation,
          ...(settings.institution !== undefined && { institution_code: settings.institution }),
          ...(settings.email !== undefined && { email_address: settings.email }),
        },
      };
    case 'artemail':
      return {
        profile_type: 'ART_EMAIL',
        art_email_details: {
          email_address: settings.email,
          customer_id: settings.customers,
          service: codes(settings.keywords.service),
          delivery: codes(settings.keywords.delivery),
          queries: codes(settings.keywords.queries),
        },
      };
    case 'email':
      return { profile_type: 'EMAIL', email_details: { email: settings.email } };
    default:
      return settings satisfies never;
  }
}
