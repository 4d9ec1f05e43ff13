import { genericFromXml, isObject } from './record/generic.js';
import type { XmlElement } from './record/xml.js';

/** What one library has of a title in one location: the subfields of `AVA`. */
export interface Availability {
  readonly institution?: string;
  readonly library?: string;
  readonly libraryName?: string;
  readonly location?: string;
  readonly locationName?: string;
  readonly callNumber?: string;
  /** `available`, `unavailable`, `check_holdings`, or another word as Alma writes it. */
  readonly state?: string;
  readonly totalItems?: number;
  readonly unavailableItems?: number;
  readonly campus?: string;
  readonly priority?: number;
  readonly holdings?: string;
  readonly summary?: string;
  readonly mms?: string;
  /** Absent for items in a temporary location, so also for those that are out on resource sharing. */
  readonly holding?: string;
}

/** The meaning of the subfields of AVA. */
export const AvailabilitySubfields = {
  a: 'institution',
  b: 'library',
  c: 'locationName',
  d: 'callNumber',
  e: 'state',
  f: 'totalItems',
  g: 'unavailableItems',
  h: 'campus',
  j: 'location',
  p: 'priority',
  q: 'libraryName',
  t: 'holdings',
  v: 'summary',
  '0': 'mms',
  '8': 'holding',
} as const satisfies Readonly<Record<string, keyof Availability>>;

const numbers: ReadonlySet<string> = new Set(['totalItems', 'unavailableItems', 'priority']);

/** Every AVA field of a MARCXML record. */
export function availabilityOf(record: XmlElement): readonly Availability[] {
  const generic = genericFromXml(record);
  return isObject(generic) ? availabilityInRecord(generic) : [];
}

/** The same of a record that was read without a table. */
export function availabilityInRecord(record: Readonly<Record<string, unknown>>): readonly Availability[] {
  return listed(record['datafield']).flatMap((field) => {
    if (!isObject(field) || field['@tag'] !== 'AVA') return [];
    const found: Record<string, string | number> = {};
    for (const subfield of listed(field['subfield'])) {
      if (!isObject(subfield)) continue;
      const { code, value } = subfield;
      const letter = String(code);
      const names: Readonly<Record<string, string>> = AvailabilitySubfields;
      const name = Object.hasOwn(names, letter) ? names[letter] : undefined;
      if (name === undefined || typeof value !== 'string') continue;
      const number = Number(value);
      if (!numbers.has(name)) found[name] = value;
      else if (Number.isFinite(number)) found[name] = number;
    }
    return [found as Availability];
  });
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
