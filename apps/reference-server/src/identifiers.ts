import { randomBytes } from 'node:crypto';
import type { Clock, IdSource } from '@interlend/core';

const poolOctets = 4000;

/**
 * Identifiers of 16 letters and digits that sort by the time they were made: rows that belong together in time lie
 * together on disk, and 31 random bits keep servers apart.
 */
export function createIdSource(clock: Clock): IdSource {
  let last = 0;
  let pool = randomBytes(poolOctets);
  let used = 0;
  const random = (): number => {
    // One call for many identifiers: each call costs as much as a hundred octets.
    if (used + 5 > pool.length) {
      pool = randomBytes(poolOctets);
      used = 0;
    }
    used += 5;
    return pool.readUIntBE(used - 5, 5) % 36 ** 6;
  };
  return {
    next() {
      // One more than before within the same millisecond, so that the order holds.
      last = Math.max(last + 1, clock.now().getTime() * 16);
      return (last.toString(36).padStart(10, '0') + random().toString(36).padStart(6, '0')).toUpperCase();
    },
  };
}
