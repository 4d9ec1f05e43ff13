import { isObject } from '../../record/generic.js';
import { DirectoryMemberKind } from '../../tables/configuration.js';
import { type Partner, PartnerKind } from '../../tables/partner.js';
import { errorOf, type Incoming, type Outcome, pageOf, recordOf } from '../outcome.js';
import type { World } from '../world.js';

const list = { root: 'partners', member: 'partner', of: PartnerKind } as const;

export function listPartners({ query }: Incoming, { state }: World): Outcome {
  const status = query.get('status');
  const rows = [...state.partners.values()].filter(
    ({ partner_details }) => status === null || partner_details.status === status,
  );
  return pageOf(list, rows, query);
}

export function getPartner({ parameters }: Incoming, { state }: World): Outcome {
  const partner = state.partners.get(parameters['partner'] ?? '');
  return partner ? recordOf('partner', PartnerKind, partner) : errorOf('402118', 'Partner not found');
}

export function createPartner({ body }: Incoming, world: World): Outcome {
  const partner = body as Partner;
  const { code } = partner.partner_details;
  if (world.state.partners.has(code)) return errorOf('402113', 'Partner already exists.');
  return keep(partner, code, world);
}

export function updatePartner({ parameters, body }: Incoming, world: World): Outcome {
  const code = parameters['partner'] ?? '';
  const before = world.state.partners.get(code);
  if (!before) return errorOf('402118', 'Partner not found');
  const partner = body as Partner;
  // The code cannot be changed; lists that are not sent stay.
  const details = { ...partner.partner_details, code };
  return keep({ ...before, ...partner, partner_details: details }, code, world);
}

export function deletePartner({ parameters }: Incoming, { state }: World): Outcome {
  return state.partners.delete(parameters['partner'] ?? '')
    ? { kind: 'nothing' }
    : errorOf('401651', 'Identifier not found.');
}

function keep(partner: Partner, code: string, { state, base }: World): Outcome {
  const missing = ['name', 'status', 'system_type', 'profile_details'].find(
    (field) => !Object.hasOwn(partner.partner_details, field),
  );
  if (missing !== undefined) return errorOf('401664', `Mandatory field is missing: ${missing}`);
  const symbol = isoSymbolOf(partner);
  const isTaken = [...state.partners.values()].some(
    (other) => other.partner_details.code !== code && symbol !== undefined && isoSymbolOf(other) === symbol,
  );
  if (isTaken) return errorOf('411709', 'A partner with the same ISO symbol exists.');
  const kept = { ...partner, link: `${base}/almaws/v1/partners/${encodeURIComponent(code)}` };
  state.partners.set(code, kept);
  return recordOf('partner', PartnerKind, kept);
}

function isoSymbolOf({ partner_details: { profile_details } }: Partner): unknown {
  for (const details of Object.values(profile_details ?? {})) {
    if (isObject(details) && details['iso_symbol'] !== undefined) return details['iso_symbol'];
  }
  return undefined;
}

export function listDirectoryMembers({ query }: Incoming, { state }: World): Outcome {
  const rows = [...state.directory.values()].map(({ partner_details: { code, name } }) => ({
    partner_code: code,
    name,
  }));
  return pageOf(
    { root: 'rs_directory_members', member: 'rs_directory_member', of: DirectoryMemberKind },
    rows,
    query,
  );
}

export function getDirectoryMember({ parameters }: Incoming, { state }: World): Outcome {
  const member = state.directory.get(parameters['partner'] ?? '');
  if (!member) return errorOf('402118', 'Partner not found');
  const { code, name } = member.partner_details;
  return recordOf('rs_directory_member', DirectoryMemberKind, { partner_code: code, name });
}

export function localizeDirectoryMember({ parameters }: Incoming, world: World): Outcome {
  const member = world.state.directory.get(parameters['partner'] ?? '');
  return member ? keep(member, member.partner_details.code, world) : errorOf('402118', 'Partner not found');
}
