import { type Evidence, marked } from '@interlend/core';
import type { SlnpProfile, SlnpRules } from './rules.js';

/** What a partner does otherwise than a profile says. */
export interface Derivation {
  readonly name: string;
  readonly title?: string;
  readonly rules: Partial<SlnpRules>;
  /** How well these rules are founded. */
  readonly evidence: Evidence;
  /** Where they come from. */
  readonly note?: string;
}

/** A profile like another one but for some rules. */
export function deriveProfile(
  base: SlnpProfile,
  { name, title = name, rules, evidence, note }: Derivation,
): SlnpProfile {
  const changed = Object.entries(rules)
    .filter(([, value]) => value !== undefined)
    .map(([rule, value]) => [rule, marked(value, evidence, note)]);
  return { name, title, rules: { ...base.rules, ...Object.fromEntries(changed) } };
}
