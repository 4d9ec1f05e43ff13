import type { RandomSource } from '@interlend/core';
import type { BerType } from './type.js';

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A random valid value of a type, made from its table.
 *
 * ```ts
 * import { integer, required, sequence } from '@interlend/wire/ber';
 * import { randomValue, seededRandom } from '@interlend/wire/ber/random';
 *
 * const Point = sequence('Point', { x: required(0, integer), y: required(1, integer) });
 * console.log(randomValue(Point, seededRandom(1)));
 * ```
 *
 * @packageDocumentation
 */
export function randomValue<Value>(type: BerType<Value>, random: RandomSource, budget = 8): Value {
  return type.sample(random, budget);
}
