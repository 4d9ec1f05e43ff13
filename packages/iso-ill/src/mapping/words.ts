import { type CalendarDate, EncodeError, type Loss, type Money, type Party } from '@interlend/core';
import { type IllString, illText } from '../messages/strings.js';
import type { SystemId } from '../messages/system-id.js';
import type { Amount, DeliveryAddress } from '../messages/types.js';

type Postal = NonNullable<DeliveryAddress['postalAddress']>;
type Electronic = NonNullable<DeliveryAddress['electronicAddress']>;

/** An object without the properties that are undefined. */
export type Known<T> = {
  [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key];
} & { [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined> };

/** Leaves out the properties that are undefined. */
export function known<T extends object>(values: T): Known<T> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) if (value !== undefined) kept[key] = value;
  return kept as Known<T>;
}

/** {@link known}, or `undefined` when nothing is left. */
export function knownOrNothing<T extends object>(values: T): Known<T> | undefined {
  const kept = known(values);
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** The text for people: blanks and line ends around it do not count; `undefined` when nothing else is there. */
export function plainText(value: IllString | undefined): string | undefined {
  return value === undefined ? undefined : illText(value).trim() || undefined;
}

/** `20240131` as `2024-01-31`; text that is no ISO-Date is left as it is. */
export function toCalendarDate(date: string): CalendarDate {
  return /^\d{8}$/.test(date) ? `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}` : date;
}

/** `2024-01-31` as `20240131`. @throws EncodeError `invalid-value` */
export function fromCalendarDate(date: CalendarDate, path: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(date)) return date.replaceAll('-', '');
  throw new EncodeError(
    'invalid-value',
    `expected a date as YYYY-MM-DD, found ${JSON.stringify(date)}`,
    path,
  );
}

/** {@link fromCalendarDate} where there is a date. */
export function optionalDate(date: CalendarDate | undefined, path: string): string | undefined {
  return date === undefined ? undefined : fromCalendarDate(date, path);
}

/** The symbol in a System-Id, whether a person's or an institution's. */
export function symbolOf(id: SystemId | undefined): string | undefined {
  const symbol = id?.personOrInstitutionSymbol;
  if (!symbol) return undefined;
  return plainText('institutionSymbol' in symbol ? symbol.institutionSymbol : symbol.personSymbol);
}

/** The name in a System-Id. */
export function nameOf(id: SystemId | undefined): string | undefined {
  return nameText(id?.nameOfPersonOrInstitution);
}

function nameText(name: SystemId['nameOfPersonOrInstitution']): string | undefined {
  if (!name) return undefined;
  return plainText('nameOfInstitution' in name ? name.nameOfInstitution : name.nameOfPerson);
}

/** A library; without a symbol, its symbol is the empty text. */
export function toParty(id: SystemId | undefined): Party {
  return known({ symbol: symbolOf(id) ?? '', name: nameOf(id) });
}

/** `authority:symbol` stands as institution-symbol, in one string with its colon. */
export function fromParty(party: Party): SystemId {
  const { symbol, name } = party;
  return {
    ...(symbol !== '' && { personOrInstitutionSymbol: { institutionSymbol: symbol } }),
    ...(name !== undefined && name !== '' && { nameOfPersonOrInstitution: { nameOfInstitution: name } }),
  };
}

export function toMoney(amount: Amount | undefined): Money | undefined {
  return amount && known({ currency: amount.currencyCode, value: amount.monetaryValue });
}

export function fromMoney(money: Money | undefined): Amount | undefined {
  return money && known({ currencyCode: money.currency, monetaryValue: money.value });
}

export function toPostal(address: Postal | undefined) {
  return (
    address &&
    knownOrNothing({
      name: nameText(address.nameOfPersonOrInstitution),
      extended: plainText(address.extendedPostalDeliveryAddress),
      street: plainText(address.streetAndNumber),
      postOfficeBox: plainText(address.postOfficeBox),
      city: plainText(address.city),
      region: plainText(address.region),
      country: plainText(address.country),
      postalCode: plainText(address.postalCode),
    })
  );
}

export function toElectronic(address: Electronic | undefined) {
  return (
    address &&
    knownOrNothing({
      service: plainText(address.telecomServiceIdentifier),
      address: plainText(address.telecomServiceAddress),
    })
  );
}

/** How text is written for a partner. */
export interface TextRules {
  /** `ascii`: other characters are replaced by their nearest, or by a question mark. */
  readonly charset: 'utf-8' | 'ascii';
  /** `edifact`: an EDIFACTString where its repertoire suffices; GeneralString otherwise. */
  readonly stringType: 'general' | 'edifact';
}

/** Writes text for one message and keeps a list of what was lost on the way. */
export interface Wording {
  readonly losses: readonly Loss[];
  lose(path: string, why: string): void;
  /** `undefined` for no text and for blanks. */
  text(value: string | undefined, path: string): IllString | undefined;
  postal(address: ReturnType<typeof toPostal>, path: string): Postal | undefined;
  electronic(address: ReturnType<typeof toElectronic>, path: string): Electronic | undefined;
}

const edifactText = /^[A-Za-z0-9 .,\-()/=!"%&*;<>'+:?]*$/;
const asciiText = /^[\x20-\x7e\r\n\t]*$/;
const nearest: Readonly<Record<string, string>> = {
  ß: 'ss',
  Æ: 'AE',
  æ: 'ae',
  Ø: 'O',
  ø: 'o',
  Œ: 'OE',
  œ: 'oe',
  Đ: 'D',
  đ: 'd',
  Ł: 'L',
  ł: 'l',
  Þ: 'Th',
  þ: 'th',
  ı: 'i',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '€': 'EUR',
};

/** The nearest text in ASCII: letters without their marks; a question mark for what has no likeness. */
export function toAscii(text: string): string {
  let written = '';
  for (const character of text.normalize('NFKD')) {
    if (asciiText.test(character)) written += character;
    else if (!/\p{M}/u.test(character)) written += nearest[character] ?? '?';
  }
  return written;
}

export function createWording(rules: TextRules): Wording {
  const losses: Loss[] = [];
  const lose = (path: string, why: string): void => {
    losses.push({ path, why });
  };
  const text = (value: string | undefined, path: string): IllString | undefined => {
    const trimmed = value?.trim();
    if (trimmed === undefined || trimmed === '') return undefined;
    let written = trimmed;
    if (rules.charset === 'ascii' && !asciiText.test(trimmed)) {
      written = toAscii(trimmed).trim() || '?';
      lose(path, 'the partner reads ASCII only: written with the nearest characters');
    }
    return rules.stringType === 'edifact' && edifactText.test(written) ? { edifact: written } : written;
  };
  return {
    losses,
    lose,
    text,
    postal: (address, path) => {
      const name = text(address?.name, `${path}.name`);
      return (
        address &&
        knownOrNothing({
          nameOfPersonOrInstitution: name === undefined ? undefined : { nameOfInstitution: name },
          extendedPostalDeliveryAddress: text(address.extended, `${path}.extended`),
          streetAndNumber: text(address.street, `${path}.street`),
          postOfficeBox: text(address.postOfficeBox, `${path}.postOfficeBox`),
          city: text(address.city, `${path}.city`),
          region: text(address.region, `${path}.region`),
          country: text(address.country, `${path}.country`),
          postalCode: text(address.postalCode, `${path}.postalCode`),
        })
      );
    },
    electronic: (address, path) =>
      address &&
      knownOrNothing({
        telecomServiceIdentifier: text(address.service, `${path}.service`),
        telecomServiceAddress: text(address.address, `${path}.address`),
      }),
  };
}
