/**
 * What is known of the systems that speak SLNP, as data: each rule says how well it is founded. *Chosen* means that nothing
 * public exists and this project decided: ask the partner.
 *
 * ```ts
 * import { profileNamed } from '@interlend/slnp/profiles';
 *
 * const { rules } = profileNamed('alma');
 * console.log(rules.lenderAnswer.value, rules.lenderAnswer.evidence, rules.info2flserver.evidence);
 * ```
 *
 * @packageDocumentation
 */
import { ConfigError, ruleValues } from '@interlend/core';
import { fallback } from './default.js';
import { alma, koha, sisis } from './others.js';
import type { SlnpProfile, SlnpRules } from './rules.js';

export { type Derivation, deriveProfile, type RuleChanges } from './derive.js';
export type { Info2FLServerNames, ReasonBucket, ReplyTexts, SlnpProfile, SlnpRules } from './rules.js';

/** The profiles that come with this package; `default` is used where none is named. */
export const profiles: readonly SlnpProfile[] = [fallback, koha, sisis, alma];

/** Profiles by name. */
export interface ProfileShelf {
  /** The values of a profile's rules; those of `default` without a name. @throws ConfigError listing the names */
  rulesFor(name: string | undefined): SlnpRules;
  /** @throws ConfigError listing the names */
  profileNamed(name: string): SlnpProfile;
}

/** Makes profiles available by their names. */
export function createProfileShelf(available: readonly SlnpProfile[]): ProfileShelf {
  const byName = new Map(
    available.map((profile) => [profile.name, { profile, rules: ruleValues<SlnpRules>(profile) }]),
  );
  const entryNamed = (name: string) => {
    const entry = byName.get(name);
    if (entry) return entry;
    const accepted = [...byName.keys()].join(', ');
    throw new ConfigError(`expected one of ${accepted}, found ${JSON.stringify(name)}`, {
      key: 'profile',
      accepted,
    });
  };
  return {
    rulesFor: (name) => entryNamed(name ?? 'default').rules,
    profileNamed: (name) => entryNamed(name).profile,
  };
}

export const { rulesFor, profileNamed } = createProfileShelf(profiles);
