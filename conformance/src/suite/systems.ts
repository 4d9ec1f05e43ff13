import { FunctionalityLegend, StatusLegend } from '@interlend/core';
import { z } from 'zod';

const word = z.string().min(1);
const caseName = z.string().regex(/^[a-z0-9-]+$/);

const SystemRow = z.strictObject({
  id: caseName,
  system: word,
  vendor: word,
  functionality: z.enum(FunctionalityLegend.map((row) => row.word)),
  protocol: z.enum(['iso-ill', 'artemail', 'slnp']),
  /** Name of the profile in the protocol's package. */
  profile: word,
  declared: z.strictObject({
    status: z.enum(StatusLegend.map((row) => row.word)),
    /** Who says so. */
    source: word,
  }),
  /** What the system's libraries do towards Alma. */
  roles: z.array(z.enum(['borrower', 'lender'])).min(1),
  /** Names of exchanges by the partner's role: files in `exchanges/<protocol>/<id>/`. */
  requires: z.strictObject({ borrower: z.array(caseName), lender: z.array(caseName) }),
});

/** The form of `systems.yaml`, version 1. */
export const SystemsSchema = z
  .strictObject({ format: z.literal(1), systems: z.array(SystemRow).min(1) })
  .meta({ title: 'Interlend systems', description: 'Rows of the support matrix and what each must pass' });

/** A row of the support matrix. */
export type SystemRow = z.output<typeof SystemRow>;
