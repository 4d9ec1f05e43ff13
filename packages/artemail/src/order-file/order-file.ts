/** Who orders. */
export interface Account {
  /** Two digits, a hyphen, four digits. */
  readonly customerCode: string;
  /** Absent where it is withheld: it is put in on the way to the wire, and never kept. */
  readonly password?: string;
}

/** Where a document goes instead of to the customer. */
export type OrderAddress = { readonly mail: string } | { readonly lines: readonly string[] };

/** One order of a file. */
export interface Order {
  readonly requestNumber: string;
  /** `RZ` stands before the number, as one product writes it with `COPYRT`. */
  readonly hasCopyrightMark?: true;
  /** In the order of the line. */
  readonly keywords: readonly string[];
  /** What is asked for, laid out by `FieldOrders`; of a cancellation, why. */
  readonly lines: readonly string[];
  readonly deliverTo?: OrderAddress;
}

/** A file of orders to the British Library: the text of one mail. */
export interface OrderFile {
  readonly account: Account;
  /** For all orders that have none of their own. How it is marked is not published: it is read and never written. */
  readonly deliverTo?: OrderAddress;
  readonly orders: readonly Order[];
}

/** Stands in the place of a password that is withheld. No password can be this. */
export const withheld = '*******';

export const customerCodePattern = /^\d{2}-\d{4}$/;
export const passwordPattern = /^[A-Za-z0-9]{1,20}$/;
export const requestNumberPattern = /^[A-Za-z0-9][A-Za-z0-9\-/.]*$/;
export const keywordPattern = /^[A-Z0-9*]+$/;
export const deliverMarker = ':DELIVER ABOVE ITEM TO:';
export const terminator = 'NNNN';

/** Keywords with which a reader takes `RZ` before a number for a mark. */
export function maySignalMark(keywords: readonly string[]): boolean {
  return keywords.includes('COPYRT') || keywords.includes('CANCEL');
}
