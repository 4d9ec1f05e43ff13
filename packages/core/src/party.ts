/**
 * A library symbol, `authority:code`, for instance `NLA:ANU`. The authority is the body that gave the code.
 * Symbols are opaque: they are kept and sent exactly as given.
 */
export type LibrarySymbol = string;

/** A library, desk or person that takes part in a loan. */
export interface Party {
  readonly symbol: LibrarySymbol;
  readonly name?: string;
}

/** A place that post reaches. */
export interface PostalAddress {
  readonly name?: string;
  /** Department, floor or other line between name and street. */
  readonly extended?: string;
  readonly street?: string;
  readonly postOfficeBox?: string;
  readonly city?: string;
  readonly region?: string;
  readonly country?: string;
  readonly postalCode?: string;
}

/** A place that a network reaches: the service (`SMTP`, `TCP/IP`, `Ariel`) and the address in its notation. */
export interface ElectronicAddress {
  readonly service?: string;
  readonly address?: string;
}

/** Takes a symbol apart at its first colon; without a colon there is no authority. */
export function parseSymbol(symbol: LibrarySymbol): {
  readonly authority: string | undefined;
  readonly code: string;
} {
  const colon = symbol.indexOf(':');
  return colon < 0
    ? { authority: undefined, code: symbol }
    : { authority: symbol.slice(0, colon), code: symbol.slice(colon + 1) };
}

/** Whether two symbols name the same library: equal, or equal without regard to case. */
export function isSameSymbol(one: LibrarySymbol, other: LibrarySymbol): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase();
}
