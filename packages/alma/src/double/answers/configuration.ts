import {
  CircDeskKind,
  CodeTableKind,
  IntegrationProfileKind,
  LibraryKind,
  LocationKind,
  UserKind,
} from '../../tables/configuration.js';
import { errorOf, type Incoming, type Outcome, pageOf, recordOf } from '../outcome.js';
import type { World } from '../world.js';

export function getUser({ parameters }: Incoming, { state }: World): Outcome {
  const wanted = parameters['user'] ?? '';
  const user =
    state.users.get(wanted) ??
    [...state.users.values()].find(({ user_identifier = [] }) =>
      user_identifier.some(({ value }) => value === wanted),
    );
  return user
    ? recordOf('user', UserKind, user)
    : errorOf('401861', `User with identifier ${wanted} was not found.`);
}

export function getCodeTable({ parameters }: Incoming, { state }: World): Outcome {
  const name = parameters['table'] ?? '';
  const codes = state.codeTables.get(name);
  if (!codes) return errorOf('40166411', 'Param value is invalid.');
  const row = codes.map((code) => ({ code, description: code, enabled: true }));
  return recordOf('code_table', CodeTableKind, { name, row });
}

export function listLibraries(_: Incoming, { state }: World): Outcome {
  const rows = [...state.libraries.values()].map(({ desks: _desks, ...library }) => library);
  return { kind: 'list', root: 'libraries', member: 'library', of: LibraryKind, rows, total: rows.length };
}

export function getLibrary({ parameters }: Incoming, { state }: World): Outcome {
  const library = state.libraries.get(parameters['library'] ?? '');
  if (!library) return errorOf('402119', 'General error.');
  const { desks: _desks, ...shown } = library;
  return recordOf('library', LibraryKind, shown);
}

export function listCircDesks({ parameters, query }: Incoming, { state }: World): Outcome {
  const rows = state.libraries.get(parameters['library'] ?? '')?.desks ?? [];
  return pageOf({ root: 'circ_desks', member: 'circ_desk', of: CircDeskKind }, rows, query);
}

export function listLocations({ parameters }: Incoming, { state }: World): Outcome {
  const codes = new Set(
    [...state.items.values()]
      .filter(({ item_data }) => item_data.library?.value === parameters['library'])
      .flatMap(({ item_data }) => item_data.location?.value ?? []),
  );
  const rows = [...codes].map((code) => ({ code }));
  return { kind: 'list', root: 'locations', member: 'location', of: LocationKind, rows, total: rows.length };
}

export function listIntegrationProfiles({ query }: Incoming): Outcome {
  return pageOf(
    { root: 'integration_profiles', member: 'integration_profile', of: IntegrationProfileKind },
    [],
    query,
  );
}
