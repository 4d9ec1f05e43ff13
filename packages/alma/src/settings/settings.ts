import type { LibrarySymbol } from '@interlend/core';

/** Until when a lender may answer a request to a partner. */
export type ExpirySetting =
  | { readonly rule: 'never' }
  | { readonly rule: 'need-before' }
  | { readonly rule: 'days'; readonly days: number };

/** What the settings of every partner have. */
export interface CommonSettings {
  /** Code of the partner in Alma. */
  readonly code: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly lends: boolean;
  readonly borrows: boolean;
}

/** What the settings of a partner have that messages name by a symbol. */
export interface SymbolSettings extends CommonSettings {
  /** By which the partner is named in messages. */
  readonly symbol: LibrarySymbol;
}

/** What a package of this project needs to know to speak with a partner: one member for each protocol. */
export type PartnerSettings =
  | (SymbolSettings & {
      readonly protocol: 'iso-ill' | 'slnp';
      readonly host: string;
      readonly port: number;
      readonly expiry: ExpirySetting;
      readonly sendsRequesterInformation: boolean;
      readonly sharesBarcodes: boolean;
      readonly email?: string;
    })
  | (SymbolSettings & {
      readonly protocol: 'iso18626';
      readonly url: string;
      readonly sendsRequesterInformation: boolean;
      readonly sharesBarcodes: boolean;
    })
  | (SymbolSettings & {
      readonly protocol: 'ncip';
      readonly server: string;
      readonly institution?: string;
      readonly userIdType: string;
      readonly expiry: ExpirySetting;
      readonly sendsRequesterInformation: boolean;
      readonly email?: string;
    })
  | (CommonSettings & {
      readonly protocol: 'artemail';
      readonly email: string;
      readonly customers: readonly { readonly code: string; readonly password: string }[];
      readonly keywords: {
        readonly service: readonly string[];
        readonly delivery: readonly string[];
        readonly queries: readonly string[];
      };
    })
  | (CommonSettings & { readonly protocol: 'email'; readonly email: string });
