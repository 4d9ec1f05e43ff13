import { z } from 'zod';

const word = z.string().min(1);

const KnownFailure = z.strictObject({
  /** Id of an exchange. */
  case: word,
  /** One check of it, for instance `server/end`; all of them when absent. */
  check: word.optional(),
  reason: word,
});

/** The form of `known-failures.yaml`, version 1. */
export const KnownFailuresSchema = z
  .strictObject({ format: z.literal(1), failures: z.array(KnownFailure) })
  .meta({ title: 'Interlend known failures', description: 'Cases that fail today, each with its reason' });

export type KnownFailure = z.output<typeof KnownFailure>;
