import { z } from 'zod';

const word = z.string().min(1);

const KnownFailure = z.strictObject({
  case: word.describe('Id of an exchange'),
  check: word.describe('One check of it, for instance server/end; all of them when absent').optional(),
  reason: word.describe('Why it fails today'),
});

/** The form of `known-failures.yaml`, version 1. */
export const KnownFailuresSchema = z
  .strictObject({
    format: z.literal(1).describe('Version of the file format'),
    failures: z.array(KnownFailure).describe('Each still runs; the day it passes, its line must go'),
  })
  .meta({
    $id: 'urn:interlend:known-failures:1',
    title: 'Interlend known failures, format 1',
    description: 'Cases that fail today, each with its reason',
  });

export type KnownFailure = z.output<typeof KnownFailure>;
