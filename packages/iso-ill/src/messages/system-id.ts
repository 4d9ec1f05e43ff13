import { choice, type Infer, optional, required, sequence } from '@interlend/wire/ber';
import { IllString } from './strings.js';

/** Person-Or-Institution-Symbol, clause 9. */
export const PersonOrInstitutionSymbol = choice('Person-Or-Institution-Symbol', {
  personSymbol: required(0, IllString),
  /** Usually `authority:symbol`. */
  institutionSymbol: required(1, IllString),
});

/** Name-Of-Person-Or-Institution, clause 9. */
export const NameOfPersonOrInstitution = choice('Name-Of-Person-Or-Institution', {
  nameOfPerson: required(0, IllString),
  nameOfInstitution: required(1, IllString),
});

/** System-Id, clause 9: a symbol, a name, or both; at least one. */
export const SystemId = sequence(
  'System-Id',
  {
    personOrInstitutionSymbol: optional(0, PersonOrInstitutionSymbol),
    nameOfPersonOrInstitution: optional(1, NameOfPersonOrInstitution),
  },
  {
    rule: {
      code: 'empty-system-id',
      explain: ({ personOrInstitutionSymbol, nameOfPersonOrInstitution }) =>
        personOrInstitutionSymbol === undefined && nameOfPersonOrInstitution === undefined
          ? 'expected a symbol or a name in System-Id'
          : undefined,
    },
    mend: (value, random) =>
      value.personOrInstitutionSymbol || value.nameOfPersonOrInstitution
        ? value
        : { personOrInstitutionSymbol: PersonOrInstitutionSymbol.sample(random, 0) },
  },
);
/** @interface */
export type SystemId = Infer<typeof SystemId>;

/** System-Address, clause 9. */
export const SystemAddress = sequence('System-Address', {
  /** `TCP/IP`, `SMTP`, `Ariel`; compared without case. */
  telecomServiceIdentifier: optional(0, IllString),
  /** For `TCP/IP`: `host:port`. */
  telecomServiceAddress: optional(1, IllString),
});
/** @interface */
export type SystemAddress = Infer<typeof SystemAddress>;

/** Postal-Address, clause 9. */
export const PostalAddress = sequence('Postal-Address', {
  nameOfPersonOrInstitution: optional(0, NameOfPersonOrInstitution),
  extendedPostalDeliveryAddress: optional(1, IllString),
  streetAndNumber: optional(2, IllString),
  postOfficeBox: optional(3, IllString),
  city: optional(4, IllString),
  region: optional(5, IllString),
  country: optional(6, IllString),
  postalCode: optional(7, IllString),
});
/** @interface */
export type PostalAddress = Infer<typeof PostalAddress>;
