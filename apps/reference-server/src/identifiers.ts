import { randomBytes } from 'node:crypto';
import type { Clock, IdSource } from '@interlend/core';

/**
 * Identifiers of 16 letters and digits that sort by the time they were made: rows that belong together in time lie
 * together on disk, and 35 random bits keep servers apart.
 */
export function createIdSource(clock: Clock): IdSource {
  let last = 0;
  return {
    next() {
      // One more than before within the same millisecond, so that the order holds.
      last = Math.max(last + 1, clock.now().getTime() * 16);
      const random = randomBytes(5).readUIntBE(0, 5) % 36 ** 6;
      return (
        last.toString(36).padStart(10, '0').toUpperCase() + random.toString(36).padStart(6, '0').toUpperCase()
      );
    },
  };
}
