/**
 * What is known of the systems that speak ISO ILL, as data: each rule says how well it is founded.
 *
 * ```ts
 * import { profileNamed } from '@interlend/iso-ill/profiles';
 *
 * const { rules } = profileNamed('alma');
 * console.log(rules.port.value, rules.port.evidence, rules.says.value.lender);
 * ```
 *
 * @packageDocumentation
 */
import { ConfigError, ruleValues } from '@interlend/core';
import { alma } from './alma.js';
import { ipig } from './ipig.js';
import { aleph, illSbn, ladd, vdx } from './others.js';
import type { IsoIllProfile, IsoIllRules } from './rules.js';

export { almaExpiryRule } from './alma.js';
export type { IsoIllProfile, IsoIllRules, PartnerApdu, PartnerApdus } from './rules.js';

/** The profiles that come with this package; `ipig` is used where none is named. */
export const profiles: readonly IsoIllProfile[] = [ipig, alma, vdx, ladd, illSbn, aleph];

const byName = new Map(
  profiles.map((profile) => [profile.name, { profile, rules: ruleValues<IsoIllRules>(profile) }]),
);

function entryNamed(name: string) {
  const entry = byName.get(name);
  if (entry) return entry;
  const accepted = [...byName.keys()].join(', ');
  throw new ConfigError(`expected one of ${accepted}, found ${JSON.stringify(name)}`, {
    key: 'profile',
    accepted,
  });
}

/** @throws ConfigError listing the names */
export function profileNamed(name: string): IsoIllProfile {
  return entryNamed(name).profile;
}

/** The values of a profile's rules; those of `ipig` without a name. @throws ConfigError listing the names */
export function rulesFor(name: string | undefined): IsoIllRules {
  return entryNamed(name ?? 'ipig').rules;
}
