import { FunctionalityLegend, StatusLegend } from '@interlend/core';
import { z } from 'zod';

const word = z.string().min(1);
const caseName = z.string().regex(/^[a-z0-9-]+$/, 'small letters, digits and hyphens');
const caseNames = z.array(caseName).describe('Names of files in exchanges/<protocol>/<id>/');

const SystemRow = z.strictObject({
  id: caseName.describe('Its name on command lines and in paths'),
  system: word.describe('Its name in the matrix'),
  vendor: word.describe('Who makes it'),
  functionality: z.enum(FunctionalityLegend.map((row) => row.word)).describe('In the words of the legend'),
  protocol: z.enum(['iso-ill', 'artemail', 'slnp']).describe('The package that speaks it'),
  profile: word.describe('Name of the profile in the protocol’s package'),
  declared: z
    .strictObject({
      status: z.enum(StatusLegend.map((row) => row.word)).describe('In the words of the legend'),
      source: word.describe('Who says so'),
    })
    .describe('What is claimed; what is measured stands beside it and is computed'),
  roles: z
    .array(z.enum(['borrower', 'lender']))
    .min(1)
    .describe('What the system’s libraries do towards Alma'),
  requires: z
    .strictObject({ borrower: caseNames, lender: caseNames })
    .describe('Exchanges that must pass, by what the system is in them'),
});

/** The form of `systems.yaml`, version 1. */
export const SystemsSchema = z
  .strictObject({
    format: z.literal(1).describe('Version of the file format'),
    systems: z.array(SystemRow).min(1).describe('In the order of the matrix'),
  })
  .meta({
    $id: 'urn:interlend:systems:1',
    title: 'Interlend systems, format 1',
    description: 'Rows of the support matrix and what each must pass',
  });

/** A row of the support matrix. */
export type SystemRow = z.output<typeof SystemRow>;
