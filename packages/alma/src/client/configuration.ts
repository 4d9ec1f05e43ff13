import {
  type CircDesk,
  CircDeskKind,
  type CodeTable,
  CodeTableKind,
  type DirectoryMember,
  DirectoryMemberKind,
  type IntegrationProfile,
  IntegrationProfileKind,
  type Library,
  LibraryKind,
  LocationKind,
  type ShelfLocation,
} from '../tables/configuration.js';
import { type Partner, PartnerKind } from '../tables/partner.js';
import type { Caller, CallOptions } from './call.js';
import { walk } from './pages.js';

/** What an institution has set. */
export interface ConfigurationClient {
  /** Not every table may be read. @throws AlmaError */
  codeTable(name: string, options?: CallOptions & { readonly lang?: string }): Promise<CodeTable>;
  libraries(options?: CallOptions): Promise<readonly Library[]>;
  library(code: string, options?: CallOptions): Promise<Library>;
  circDesks(library: string, options?: CallOptions): AsyncGenerator<CircDesk, void, undefined>;
  locations(library: string, options?: CallOptions): Promise<readonly ShelfLocation[]>;
  integrationProfiles(
    options?: CallOptions & { readonly type?: string },
  ): AsyncGenerator<IntegrationProfile, void, undefined>;
}

/** The vendor's directory of resource-sharing libraries. */
export interface DirectoryClient {
  /** @experimental the schema is not public */
  list(options?: CallOptions): AsyncGenerator<DirectoryMember, void, undefined>;
  /** @experimental */
  get(partner: string, options?: CallOptions): Promise<DirectoryMember>;
  /** Makes a partner of a member. @experimental */
  localize(partner: string, options?: CallOptions): Promise<Partner>;
}

export function createConfigurationClient(caller: Caller): ConfigurationClient {
  return {
    async codeTable(table, { lang, ...options } = {}) {
      const answer = await caller.call('getCodeTable', {
        parameters: { table },
        query: { lang },
        ...options,
      });
      return caller.record('getCodeTable', answer, CodeTableKind);
    },
    async libraries(options = {}) {
      const answer = await caller.call('listLibraries', { parameters: {}, ...options });
      return caller.rows('listLibraries', answer, 'library', LibraryKind).rows;
    },
    async library(library, options = {}) {
      const answer = await caller.call('getLibrary', { parameters: { library }, ...options });
      return caller.record('getLibrary', answer, LibraryKind);
    },
    circDesks: (library, options = {}) =>
      walk(
        async (query) => {
          const answer = await caller.call('listCircDesks', { parameters: { library }, query, ...options });
          return caller.rows('listCircDesks', answer, 'circ_desk', CircDeskKind);
        },
        ({ code }) => code,
      ),
    async locations(library, options = {}) {
      const answer = await caller.call('listLocations', { parameters: { library }, ...options });
      return caller.rows('listLocations', answer, 'location', LocationKind).rows;
    },
    integrationProfiles: ({ type, ...options } = {}) =>
      walk(
        async (page) => {
          const query = { type, ...page };
          const answer = await caller.call('listIntegrationProfiles', { parameters: {}, query, ...options });
          return caller.rows(
            'listIntegrationProfiles',
            answer,
            'integration_profile',
            IntegrationProfileKind,
          );
        },
        (profile) => profile.id ?? JSON.stringify(profile),
      ),
  };
}

export function createDirectoryClient(caller: Caller): DirectoryClient {
  return {
    list: (options = {}) =>
      walk(
        async (query) => {
          const answer = await caller.call('listDirectoryMembers', { parameters: {}, query, ...options });
          return caller.rows('listDirectoryMembers', answer, 'rs_directory_member', DirectoryMemberKind);
        },
        (member) => member.partner_code ?? JSON.stringify(member),
      ),
    async get(partner, options = {}) {
      const answer = await caller.call('getDirectoryMember', { parameters: { partner }, ...options });
      return caller.record('getDirectoryMember', answer, DirectoryMemberKind);
    },
    async localize(partner, options = {}) {
      const answer = await caller.call('localizeDirectoryMember', { parameters: { partner }, ...options });
      return caller.record('localizeDirectoryMember', answer, PartnerKind);
    },
  };
}
