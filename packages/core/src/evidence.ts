/**
 * How well a statement about a protocol or a partner is founded, best first: *documented* in a public source,
 * *observed* in bytes or behaviour of real software, *reconstructed* from agreeing secondary sources, *inferred* here,
 * *chosen* by this project because nothing is public: a partner may differ, so it belongs into settings.
 */
export type Evidence = 'documented' | 'observed' | 'reconstructed' | 'inferred' | 'chosen';

/** A value together with how well it is founded. */
export interface Marked<Value> {
  readonly value: Value;
  readonly evidence: Evidence;
  /** Where the statement comes from, or what is not known. */
  readonly note?: string;
}

/** Shorthand for a {@link Marked} value. */
export function marked<Value>(value: Value, evidence: Evidence, note?: string): Marked<Value> {
  return note === undefined ? { value, evidence } : { value, evidence, note };
}
