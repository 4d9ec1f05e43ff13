import type { Marked } from './evidence.js';

/**
 * What is known of one partner system, as data: every rule carries its evidence mark, so that a reader can see what
 * was documented and what is a guess.
 */
export interface Profile<Rules extends object> {
  /** Short name, as used in settings: `vdx`. */
  readonly name: string;
  readonly title: string;
  /** Everything that differs from the protocol's default. */
  readonly rules: { readonly [Rule in keyof Rules]: Marked<Rules[Rule]> };
}

/** The values of a profile's rules without their marks. */
export function ruleValues<Rules extends object>(profile: Profile<Rules>): Rules {
  return Object.fromEntries(
    Object.entries<Marked<unknown>>(profile.rules).map(([rule, { value }]) => [rule, value]),
  ) as Rules;
}
