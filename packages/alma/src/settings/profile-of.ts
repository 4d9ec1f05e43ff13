import type { NewProfileDetails } from '../tables/partner.js';
import type { ExpiryType } from '../tables/profile-details.js';
import type { ExpirySetting, PartnerSettings } from './settings.js';

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

const codes = (words: readonly string[]) => words.map((value) => ({ value }));

/** The profile of a partner record out of settings. */
export function profileOf(settings: PartnerSettings): NewProfileDetails {
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
