import { code, count, flag, key, list, mandatory, nested, record, text } from '../record/record.js';
import { codeKind } from '../record/values.js';

/** When a request to the partner ends without an answer. */
export type ExpiryType = 'NO_EXPIRY' | 'INTEREST_DATE' | 'EXPIRY_TIME';

const expiry = () => code<ExpiryType>({ codeTable: 'ExpiryType' });
const userIdType = () => code<'user_name' | 'BARCODE'>({ codeTable: 'UserIdentifierTypes' });
const no = { fallback: false } as const;
const secret = { isSecret: true } as const;
const overdueInterval = () => count({ fallback: 0, note: 'days' });

/** ISO 10160/10161 and SLNP: Alma has no object of its own for SLNP. */
export const IsoDetailsKind = record('iso_details', {
  alternative_document_delivery: flag({ ...no, note: 'puts the e-mail of the requester into the request' }),
  ill_server: mandatory(text({ note: 'host name or IP address' })),
  ill_port: mandatory(count()),
  iso_symbol: mandatory(text({ note: 'for instance NLA:VBHE' })),
  request_expiry_type: expiry(),
  expiry_time: count({ note: 'days, with EXPIRY_TIME' }),
  send_requester_information: flag(no),
  shared_barcodes: flag({ ...no, note: 'the temporary item has the barcode of the lender' }),
  ignore_shipping_cost_override: flag(no),
  email_address: text({ note: 'for SLNP only: where messages about overdue items go' }),
  resending_overdue_message_interval: overdueInterval(),
});

export const Iso18626DetailsKind = record('iso_18626_details', {
  alternative_document_delivery: flag(no),
  ill_server: mandatory(text({ note: 'URL of the partner' })),
  iso_symbol: mandatory(text()),
  send_requester_information: flag(no),
  shared_barcodes: flag(no),
  resending_overdue_message_interval: overdueInterval(),
});

export const NcipP2pDetailsKind = record('ncip_p2p_details', {
  alternative_document_delivery: flag(no),
  general_user_id_type: userIdType(),
  ill_server: mandatory(text()),
  institution_code: text(),
  partner_symbol: mandatory(text()),
  request_expiry_type: expiry(),
  expiry_time: count(),
  send_requester_information: flag(no),
  email_address: text(),
  resending_overdue_message_interval: overdueInterval(),
});

export const EmailDetailsKind = record('email_details', {
  email: mandatory(text()),
  resending_overdue_message_interval: overdueInterval(),
});

export const CustomerIdKind = record('customer_id', {
  code: mandatory(text()),
  password: mandatory(text(secret)),
});

const keyword = (codeTable: string, wrapper: string) => list({ kind: codeKind() }, { wrapper, codeTable });

export const ArtEmailDetailsKind = record('art_email_details', {
  email_address: mandatory(text()),
  alternative_document_delivery: flag(),
  customer_id: list(nested(CustomerIdKind), { wrapper: 'customer_ids' }),
  service: keyword('ARTEmailServiceKeywords', 'keywords_service'),
  delivery: keyword('ARTEmailDeliveryKeywords', 'keywords_delivery'),
  queries: keyword('ARTEmailQueriesKeywords', 'keywords_queries'),
});

export const BldssDetailsKind = record('bldss_details', {
  bldss_base_url: mandatory(text()),
  bldss_base_account: mandatory(text()),
  bldss_base_password: mandatory(text(secret)),
  bldss_digital_format: code({ codeTable: 'BLDSSDigitalFormats' }),
  bldss_send_requester_info: flag(no),
});

export const RapidDetailsKind = record('rapid_details', {
  rapid_url: text(),
  rapid_user_name: mandatory(text()),
  rapid_password: mandatory(text(secret)),
  requesting_rapid_code: mandatory(text()),
  rapid_requesting_branch_name: mandatory(text()),
  send_requester_info: flag(no),
  alternative_document_delivery: flag(no),
  close_request_on_export: flag({ fallback: true }),
});

export const FulfillmentNetworkDetailsKind = record('fulfillment_network_details', {
  fulfillment_network_customer_code: mandatory(text()),
  fulfillment_network_url: text(),
  request_expiry_type: expiry(),
  expiry_time: count(),
});

const broker = {
  general_user_id_type: userIdType(),
  general_loan_period: text(),
  general_pushing_method: mandatory(text({ note: 'openURL or Link' })),
  generalURL_template: text(),
  general_library_owner: mandatory(code()),
  general_enable_service_without_login: text(),
  request_item_support_borrowing: flag(),
  request_item_pickup_library: code(),
  request_item_location: code(),
  check_out_location: mandatory(code()),
  check_out_item_policy: mandatory(code({ codeTable: 'ItemPolicy' })),
  look_up_user_authentication: text(),
} as const;

/** NCIP with a broker between the libraries. */
export const NcipDetailsKind = record('ncip_details', {
  ...broker,
  general_broker_systemURL: text(),
  request_item_bib_type: text({ note: 'OCLC, MMS_ID, LCCN, ISBN_ISSN or TAKEN_FROM_MESSAGE' }),
  accept_item_location: mandatory(code()),
  accept_item_pickup_library: code(),
  accept_item_automatic_receive: flag(),
  accept_item_receive_desk: text(),
  export_to_third_party: text({ note: 'NO, USING_EMAIL or USING_API' }),
  export_email_address: text(),
  export_url: text(),
  export_api_key: text(secret),
  export_request_id_name_tag: text(),
  close_request_on_export: flag(),
});

export const InnreachDetailsKind = record('innreach_details', {
  ...broker,
  innreach_integration_profile: code(),
  share_patron_information: text(),
});

/** Which object of details each type of profile has, and how well that is founded. */
export const ProfileTypes = {
  ISO: { details: 'iso_details', kind: IsoDetailsKind },
  SLNP: { details: 'iso_details', kind: IsoDetailsKind },
  ISO_18626: { details: 'iso_18626_details', kind: Iso18626DetailsKind },
  NCIP_P2P: { details: 'ncip_p2p_details', kind: NcipP2pDetailsKind },
  NCIP: { details: 'ncip_details', kind: NcipDetailsKind },
  ART_EMAIL: { details: 'art_email_details', kind: ArtEmailDetailsKind },
  EMAIL: { details: 'email_details', kind: EmailDetailsKind },
  BLDSS: { details: 'bldss_details', kind: BldssDetailsKind },
  RAPID: { details: 'rapid_details', kind: RapidDetailsKind },
  INNREACH: { details: 'innreach_details', kind: InnreachDetailsKind },
  FULFILLMENT_NETWORK: { details: 'fulfillment_network_details', kind: FulfillmentNetworkDetailsKind },
  EXTERNAL_SYSTEM: { details: undefined, kind: undefined },
} as const;

/** A type of profile that this package has a table for. */
export type ProfileType = keyof typeof ProfileTypes;

/** All objects of details side by side, as the XSD has them. */
const DetailsKind = record('profile_details', {
  profile_type: key(text()),
  iso_details: nested(IsoDetailsKind),
  iso_18626_details: nested(Iso18626DetailsKind),
  ncip_p2p_details: nested(NcipP2pDetailsKind),
  ncip_details: nested(NcipDetailsKind),
  art_email_details: nested(ArtEmailDetailsKind),
  email_details: nested(EmailDetailsKind),
  bldss_details: nested(BldssDetailsKind),
  rapid_details: nested(RapidDetailsKind),
  innreach_details: nested(InnreachDetailsKind),
  fulfillment_network_details: nested(FulfillmentNetworkDetailsKind),
});

export { DetailsKind };
