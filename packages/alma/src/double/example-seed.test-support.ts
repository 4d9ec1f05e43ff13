import type { Partner } from '../tables/partner.js';
import type { AlmaSeed } from './state.js';

/** A partner that speaks ISO ILL. */
export function isoPartner(code: string, symbol: string, port = 1611): Partner {
  return {
    partner_details: {
      code,
      name: `Library ${code}`,
      status: 'ACTIVE',
      system_type: { value: 'OTHER' },
      borrowing_supported: true,
      lending_supported: true,
      profile_details: {
        profile_type: 'ISO',
        iso_details: {
          ill_server: '127.0.0.1',
          ill_port: port,
          iso_symbol: symbol,
          request_expiry_type: { value: 'INTEREST_DATE' },
        },
      },
    },
    contact_info: {
      phone: [{ phone_number: '+00 1', phone_type: ['order_phone', 'ALL'] }],
      email: [{ email_address: 'ill@example.org', email_type: ['queries'] }],
    },
  };
}

/** A library with one title, one copy of it, and one patron. */
export const exampleSeed: AlmaSeed = {
  partners: [isoPartner('NLNZ:WLC', 'TEST:REQ'), isoPartner('P/2', 'TEST:OTHER')],
  libraries: [{ code: 'RS', name: 'Resource Sharing', desks: [{ code: 'DESK', name: 'Desk' }] }],
  users: [{ primary_id: 'patron/1', full_name: 'Example Patron', rs_library: [{ code: { value: 'RS' } }] }],
  bibs: [{ mms_id: '991', title: 'The Theory of Examples', author: 'Example, Anna', isbn: '9780000000002' }],
  items: [
    {
      bib_data: { mms_id: '991' },
      holding_data: { holding_id: '221', call_number: 'E 1' },
      item_data: {
        pid: '231',
        barcode: 'B-1',
        base_status: { value: '1' },
        library: { value: 'MAIN' },
        location: { value: 'STACKS' },
      },
    },
  ],
};
