import type { XmlElement } from './xml.js';

/** Something in an answer of Alma that is not as its documents say, and was read all the same. */
export interface AlmaDeviation {
  /**
   * `mistyped`: kept as it came, and not readable as what the table says. `missing`: a field that says whose record it is.
   * `incomplete`: no object of details for the type of profile.
   */
  readonly code: 'mistyped' | 'missing' | 'incomplete';
  /** Path of the field, for instance `partner.partner_details.code`. */
  readonly path: string;
  readonly message: string;
}

/** Where a reader is, and where it writes down what was odd. */
export interface Reading {
  readonly path: string;
  readonly deviations: AlmaDeviation[];
}

/** Thrown inside the readers only: the value is not of this kind. */
export class Mistyped extends Error {
  override readonly name = 'Mistyped';
}

/**
 * A kind of value and its two notations. `undefined` means that the value is there but says nothing: Alma writes unset
 * fields as null, as empty text or as an object of nulls.
 */
export interface Kind<Value> {
  /** `text`, `flag`, `count`, `amount`, `date`, `moment`, `code`, `record` or `list`. */
  readonly name: string;
  /** What a list holds. */
  readonly of?: Kind<unknown>;
  /** The fields of a record. */
  readonly fields?: Fields;
  /** Name of a record's table. */
  readonly record?: string;
  fromJson(json: unknown, reading: Reading): Value | undefined;
  toJson(value: Value, path: string): unknown;
  fromXml(xml: XmlElement, reading: Reading): Value | undefined;
  toXml(name: string, value: Value, path: string): XmlElement;
}

/**
 * Who gives a field. *key*: says whose record it is, by the caller when new. *id*: the same, by Alma. *mandatory*: by the
 * caller, always. *optional*: by either. *output*: by Alma.
 */
export type Need = 'key' | 'id' | 'mandatory' | 'optional' | 'output';

/** What is known of a field beside its kind. */
export interface FieldNotes {
  /** Name of the code table that lists its values. */
  readonly codeTable?: string;
  /** What Alma takes when it is left out. */
  readonly fallback?: string | number | boolean;
  /** An attribute of the XML element instead of a child. */
  readonly isAttribute?: true;
  /** Of a list: the element around its members in XML; JSON has none. */
  readonly wrapper?: string;
  /** Never in a log or an error. */
  readonly isSecret?: true;
  /** Newer than the published schema, or seen only: how well it is founded. */
  readonly evidence?: 'observed' | 'inferred';
  readonly note?: string;
}

/** A field of a table. */
export interface Field<Value, Needed extends Need = Need> {
  readonly kind: Kind<Value>;
  readonly need: Needed;
  readonly notes: FieldNotes;
}

/** The fields of a record by their names in Alma. */
// biome-ignore lint/suspicious/noExplicitAny: the value types stand in the table; here only the names matter
export type Fields = Readonly<Record<string, Field<any>>>;

type ValueOf<F> = F extends Field<infer Value> ? Value : never;
type NamesOf<Table extends Fields, Wanted extends Need> = {
  [Name in keyof Table]: Table[Name]['need'] extends Wanted ? Name : never;
}[keyof Table];

/** A record as read: only what says whose it is, is certain to be there. */
export type ReadRecord<Table extends Fields> = {
  readonly [Name in NamesOf<Table, 'key' | 'id'>]: ValueOf<Table[Name]>;
} & { readonly [Name in NamesOf<Table, 'mandatory' | 'optional' | 'output'>]?: ValueOf<Table[Name]> };

/** A record to be made: what is mandatory must be there. */
export type NewRecord<Table extends Fields> = {
  readonly [Name in NamesOf<Table, 'key' | 'mandatory'>]: ValueOf<Table[Name]>;
} & { readonly [Name in NamesOf<Table, 'optional'>]?: ValueOf<Table[Name]> };
