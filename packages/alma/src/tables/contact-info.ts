import type { ReadRecord } from '../record/kind.js';
import { code, date, flag, list, mandatory, nested, output, record, text, word } from '../record/record.js';

const phoneUses = ['order', 'claim', 'payment', 'returns'] as const;

/** The second spelling stands in JSON bodies that were seen, the first in the XSD. */
function spellings<const Words extends readonly string[]>(
  words: Words,
  others: Readonly<Record<string, Words[number]>>,
): Readonly<Record<string, Words[number]>> {
  return { ...Object.fromEntries(words.map((one) => [one, one])), ...others };
}

export const AddressTypes = spellings(
  ['order', 'claim', 'payment', 'returns', 'billing', 'shipping', 'office', 'ALL'],
  {},
);

export const PhoneTypes = spellings(
  [
    'order_phone',
    'claim_phone',
    'payment_phone',
    'returns_phone',
    'order_fax',
    'claim_fax',
    'payment_fax',
    'returns_fax',
    'error_reporting',
    'general',
    'ALL',
  ],
  Object.fromEntries(
    phoneUses.flatMap((use) => [
      [`${use}Phone`, `${use}_phone` as const],
      [`${use}Fax`, `${use}_fax` as const],
    ]),
  ),
);

export const EmailTypes = spellings(
  [
    'order_mail',
    'claim_mail',
    'payment_mail',
    'returns_mail',
    'personal',
    'school',
    'work',
    'order',
    'queries',
    'error_reporting',
    'general',
    'ALL',
  ],
  {
    ...Object.fromEntries(phoneUses.map((use) => [`${use}Mail`, `${use}_mail` as const])),
    queriesMail: 'queries',
  },
);

/** An address, rest_contact_info.xsd. */
export const AddressKind = record('address', {
  line1: mandatory(text()),
  line2: text(),
  line3: text(),
  line4: text(),
  line5: text(),
  city: text(),
  state_province: text(),
  postal_code: text(),
  country: code({ codeTable: 'CountryCodes' }),
  address_note: text(),
  start_date: date(),
  end_date: date(),
  address_type: list(word(AddressTypes), { wrapper: 'address_types' }),
  preferred: flag({ isAttribute: true, fallback: false }),
});

/** A telephone or fax number, rest_contact_info.xsd. */
export const PhoneKind = record('phone', {
  phone_number: mandatory(text()),
  phone_type: list(word(PhoneTypes), { wrapper: 'phone_types' }),
  preferred: flag({ isAttribute: true, fallback: false }),
  preferredSMS: flag({ isAttribute: true, fallback: false }),
});

/** An e-mail address, rest_contact_info.xsd. */
export const EmailKind = record('email', {
  email_address: mandatory(text()),
  description: text(),
  email_type: list(word(EmailTypes), { wrapper: 'email_types' }),
  preferred: flag({ isAttribute: true, fallback: false }),
});

/** Where somebody is reached. In a PUT each list replaces the one there; an empty one deletes it. */
export const ContactInfoKind = record('contact_info', {
  address: list(nested(AddressKind), { wrapper: 'addresses' }),
  phone: list(nested(PhoneKind), { wrapper: 'phones' }),
  email: list(nested(EmailKind), { wrapper: 'emails' }),
});

/** A note, rest_notes.xsd. */
export const NoteKind = record('note', {
  content: mandatory(text()),
  creation_date: date(),
  created_by: output(text()),
  type: text(),
});

export type Address = ReadRecord<(typeof AddressKind)['table']>;
export type Phone = ReadRecord<(typeof PhoneKind)['table']>;
export type Email = ReadRecord<(typeof EmailKind)['table']>;
export type ContactInfo = ReadRecord<(typeof ContactInfoKind)['table']>;
export type Note = ReadRecord<(typeof NoteKind)['table']>;
