import type { ProfileDetails } from '../tables/partner.js';
import type { ProfileType } from '../tables/profile-details.js';
import type { CommonSettings, ExpirySetting, PartnerSettings } from './settings.js';

/** How one type of profile becomes settings. */
export interface Row {
  readonly protocol: PartnerSettings['protocol'];
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

const emailOf = (email: string | undefined) => (email === undefined ? {} : { email });
const values = (codes: readonly { readonly value: string }[] | undefined) =>
  (codes ?? []).map(({ value }) => value);

const isoRow = (protocol: 'iso-ill' | 'slnp'): Row => ({
  protocol,
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
export const Rows: Partial<Readonly<Record<ProfileType, Row>>> = {
  ISO: isoRow('iso-ill'),
  SLNP: isoRow('slnp'),
  ISO_18626: {
    protocol: 'iso18626',
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
    protocol: 'ncip',
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
    protocol: 'artemail',
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
    protocol: 'email',
    needed: ['email'],
    unsaid: ['resending_overdue_message_interval'],
    read(profile, common) {
      if (profile.profile_type !== 'EMAIL') return undefined;
      const { email } = profile.email_details;
      return email === undefined ? undefined : { ...common, protocol: 'email', email };
    },
  },
};

/** The row of a type of profile, if a package speaks it. */
export function rowOf(type: string): Row | undefined {
  return Object.hasOwn(Rows, type) ? Rows[type as ProfileType] : undefined;
}

/** The protocol that a type of partner is spoken to with; absent where no package speaks it. */
export function protocolOf(type: string): PartnerSettings['protocol'] | undefined {
  return rowOf(type)?.protocol;
}
