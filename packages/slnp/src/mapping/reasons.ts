import { Reasons, type UnfilledReason } from '@interlend/core';
import type { ReasonBucket } from '../profiles/rules.js';

/** The reason behind the words of a refusal: that of the first bucket with one of its words in them, else `other`. */
export function reasonOf(words: string, buckets: readonly ReasonBucket[]): UnfilledReason {
  const small = words.toLowerCase();
  return buckets.find((bucket) => bucket.words.some((word) => small.includes(word)))?.reason ?? 'other';
}

/** A reason in words, for a refusal that staff gave no words of their own. */
export function wordsOf(reason: UnfilledReason | undefined, fallback: string): string {
  if (reason === undefined || reason === 'other') return fallback;
  return GermanReasons[reason as keyof typeof GermanReasons] ?? titleOf(reason) ?? fallback;
}

function titleOf(reason: UnfilledReason): string | undefined {
  return Reasons.find((row) => row.reason === reason || row.number === reason)?.title;
}

/** Short texts of the reasons that lenders give most; each is read back as the same reason. */
const GermanReasons = {
  'in-use-on-loan': 'entliehen',
  'in-process': 'in Bearbeitung',
  lost: 'Verlust',
  'non-circulating': 'nicht ausleihbar',
  'not-owned': 'keine Exemplare vorhanden',
  'on-reserve': 'vorgemerkt',
  'not-on-shelf': 'nicht am Standort',
} as const;
