/** Numbers that depend on nothing but a seed (mulberry32). */
export interface Dice {
  /** From 0 (included) to 1 (excluded). */
  next(): number;
  /** True so often. */
  chance(probability: number): boolean;
  /** A whole number below `count`. */
  below(count: number): number;
  pick<Value>(values: readonly Value[]): Value;
}

export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (values) => values[below(values.length)] as (typeof values)[number],
  };
}
