import type { Loss } from '@interlend/core';
import { isObject } from '../record/generic.js';
import type { NewPartner, Partner, ProfileDetails } from '../tables/partner.js';
import { keepOthers } from './keep-others.js';
import { profileOf } from './profile-of.js';
import type { CommonSettings, PartnerSettings } from './settings.js';
import { rowOf } from './settings-rows.js';

/** Settings out of a partner record, with what has no place in them. */
export interface ReadSettings {
  /** Absent when no package speaks with this type of partner, or when the record lacks what it needs. */
  readonly settings?: PartnerSettings;
  readonly losses: readonly Loss[];
}

const details = 'partner.partner_details.profile_details';

/** The settings by which this project's packages speak with a partner of an Alma. */
export function toPartnerSettings({ partner_details: partner }: Partner): ReadSettings {
  const profile = partner.profile_details;
  if (!profile) return { losses: [{ path: details, why: 'the record has no profile' }] };
  const row = rowOf(profile.profile_type);
  if (!row)
    return {
      losses: [{ path: `${details}.profile_type`, why: `no package speaks ${profile.profile_type}` }],
    };
  const common: CommonSettings = {
    code: partner.code,
    name: partner.name ?? partner.code,
    isActive: partner.status === 'ACTIVE',
    lends: partner.borrowing_supported ?? false,
    borrows: partner.lending_supported ?? false,
  };
  const settings = row.read(profile, common);
  if (!settings) return { losses: [{ path: details, why: `one of ${row.needed.join(', ')} is missing` }] };
  const losses = Object.entries(profile).flatMap(([object, fields]) =>
    row.unsaid
      .filter((field) => isObject(fields) && Boolean(fields[field]))
      .map((field) => ({ path: `${details}.${object}.${field}`, why: 'no package has a setting for it' })),
  );
  return { settings, losses };
}

/** A partner record out of settings: the way back. What settings do not have is left to Alma's defaults. */
export function fromPartnerSettings(settings: PartnerSettings): NewPartner {
  return {
    partner_details: {
      code: settings.code,
      name: settings.name,
      status: settings.isActive ? 'ACTIVE' : 'INACTIVE',
      system_type: { value: 'OTHER' },
      borrowing_supported: settings.lends,
      lending_supported: settings.borrows,
      profile_details: profileOf(settings),
    },
  };
}

/** The same record with what the settings say of how the partner is spoken to; all else stays. */
export function applyPartnerSettings(partner: Partner, settings: PartnerSettings): Partner {
  const { partner_details: next } = fromPartnerSettings(settings);
  const { code: _code, system_type: _system, profile_details, ...common } = next;
  const before = partner.partner_details.profile_details;
  const isSame = before?.profile_type === profile_details.profile_type;
  const merged = (isSame ? keepOthers(before, profile_details) : profile_details) as ProfileDetails;
  return { ...partner, partner_details: { ...partner.partner_details, ...common, profile_details: merged } };
}
