import { type Evidence, marked } from '@interlend/core';
import { present } from '../messages/parameters.js';
import type { Info2FLServerNames, ReplyTexts, SlnpProfile, SlnpRules } from './rules.js';

type Changes<Of> = { readonly [Key in keyof Of]?: Of[Key] | undefined };

/** Rules that differ. Of texts and of names of parameters only those that differ need be given. */
export interface RuleChanges extends Changes<Omit<SlnpRules, 'texts' | 'info2flserver'>> {
  readonly texts?: Changes<ReplyTexts> | undefined;
  readonly info2flserver?: Changes<Info2FLServerNames> | undefined;
}

/** What a partner does otherwise than a profile says. */
export interface Derivation {
  readonly name: string;
  readonly title?: string;
  readonly rules: RuleChanges;
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
  const { texts, info2flserver } = rules;
  const changed = {
    ...rules,
    texts: texts && { ...base.rules.texts.value, ...present({ ...texts }) },
    info2flserver: info2flserver && { ...base.rules.info2flserver.value, ...present({ ...info2flserver }) },
  };
  const entries = Object.entries(changed)
    .filter(([, value]) => value !== undefined)
    .map(([rule, value]) => [rule, marked(value, evidence, note)]);
  return { name, title, rules: { ...base.rules, ...Object.fromEntries(entries) } };
}
