import type { RandomSource } from '@interlend/core';
import type { DeliverySettings } from '../settings.js';

/** The pause after a failed attempt in milliseconds, or `undefined` when there is to be no further one. */
export function pauseAfter(
  attempt: number,
  {
    attempts,
    firstDelayMs,
    factor,
    jitter,
  }: Pick<DeliverySettings, 'attempts' | 'firstDelayMs' | 'factor' | 'jitter'>,
  random: RandomSource,
): number | undefined {
  if (attempt >= attempts) return undefined;
  const pause = firstDelayMs * factor ** (attempt - 1);
  return Math.round(pause * (1 + jitter * (2 * random() - 1)));
}
