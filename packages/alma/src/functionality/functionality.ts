import { type Item as Citation, ConfigError, type Functionality as Word } from '@interlend/core';
import type { CallOptions } from '../client/call.js';
import type { AlmaClient } from '../client/client.js';
import { pathOf } from '../client/inventory.js';
import { type ReadSettings, toPartnerSettings } from '../settings/partner-settings.js';
import type { PartnerSettings } from '../settings/settings.js';
import { protocolOf } from '../settings/settings-rows.js';
import type { SearchOptions, SearchResult, SruClient } from '../sru.js';
import type { Item, ScanPlace } from '../tables/inventory.js';
import type { Partner } from '../tables/partner.js';
import type { ProfileType } from '../tables/profile-details.js';
import { lookAtBorrowing, lookAtLending } from '../watch/watch.js';
import { type FunctionalityCall, FunctionalityCalls } from './functionality-calls.js';

/** A partner and how to speak with it. */
export interface KnownPartner extends ReadSettings {
  readonly partner: Partner;
}

/** The words of the vendor's matrix as functions of an Alma. */
export type Functionality = ReturnType<typeof createFunctionality>;

/**
 * The functionality words as functions: from the word to the call.
 *
 * ```ts
 * import { createAlmaClient, createFunctionality } from '@interlend/alma';
 *
 * const functionality = createFunctionality(createAlmaClient({ server: 'eu', apiKey: 'from your settings' }));
 * const { lookUpPatron, receiveItem } = functionality.Fulfillment;
 * ```
 *
 * @param sru of the same Alma, for locating; without it `locate` throws a ConfigError
 */
export function createFunctionality(alma: AlmaClient, sru?: SruClient) {
  const scan = async (barcode: string, place: ScanPlace, options: CallOptions = {}): Promise<Item> => {
    const item = await alma.items.byBarcode(barcode, options);
    return alma.items.scanIn(pathOf(item), place, options);
  };
  return {
    'Submit Request': {
      /** A patron asks for something that another library has. */
      askAnotherLibrary: alma.borrowingRequests.create,
      /** Another library asks for something of this one. */
      takeRequest: alma.lendingRequests.create,
    },
    'Locate and Availability': {
      /** Who has an item, and whether it is there. @throws ConfigError without an SRU client */
      async locate(item: Citation, options?: SearchOptions): Promise<SearchResult> {
        if (sru) return sru.locate(item, options);
        const accepted = 'an SRU client of the same Alma';
        throw new ConfigError(`sru: expected ${accepted}`, { key: 'sru', accepted });
      },
      /** Whether a known title is there. */
      availability: alma.bibs.availability,
    },
    Fulfillment: {
      lookUpPatron: alma.users.get,
      /** Of a borrower: scans an item in that staff have received in Alma. */
      receiveItem: scan,
      /** Of a lender: holds an item for a patron, or for the library that asked. */
      markRequested: alma.users.request,
      /** Of a lender: scans an item in that has come back. */
      receiveItemBack: scan,
    },
    'Resource Sharing Process': {
      /** Every partner with the settings by which it is spoken to. */
      async *partners(options?: CallOptions): AsyncGenerator<KnownPartner, void, undefined> {
        for await (const partner of alma.partners.list({ status: 'ACTIVE', ...options }))
          yield { partner, ...toPartnerSettings(partner) };
      },
      lookAtLending: lookAtLending.bind(undefined, alma),
      lookAtBorrowing: lookAtBorrowing.bind(undefined, alma),
      cancel: alma.borrowingRequests.cancel,
    },
    'Patron File': {
      /** Profiles of integration, those that export patrons among them: Alma runs them itself. */
      exports: alma.configuration.integrationProfiles,
    },
  } as const satisfies Readonly<Record<Word, object>>;
}

/** How something is done with a partner of a type. */
export type Way =
  /** With a function of {@link createFunctionality}, whatever the type. */
  | { readonly by: 'call'; readonly act: string }
  /** With a message to the partner, in the protocol of its type. */
  | { readonly by: 'message'; readonly protocol: PartnerSettings['protocol']; readonly event: string }
  /** By staff in Alma: no call does it, and no package speaks with partners of the type. */
  | { readonly by: 'hand' };

/** What the words mean for partners of one type, and how each thing is done. */
export function functionalityFor(
  type: ProfileType,
): readonly (Pick<FunctionalityCall, 'word' | 'side' | 'does' | 'evidence'> & { readonly way: Way })[] {
  const protocol = protocolOf(type);
  return FunctionalityCalls.map(({ word, side, does, evidence, act, says }) => {
    const way: Way =
      act !== undefined
        ? { by: 'call', act }
        : says !== undefined && protocol !== undefined
          ? { by: 'message', protocol, event: says }
          : { by: 'hand' };
    return { word, side, does, evidence, way };
  });
}
