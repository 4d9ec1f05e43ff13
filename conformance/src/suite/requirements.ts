import { z } from 'zod';

const word = z.string().min(1);
const base = {
  id: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'small letters, digits and hyphens')
    .describe('Words and hyphens, so that it can be searched for'),
  clause: word.describe('Where the standard or the partner’s documentation says so'),
  level: z.enum(['MUST', 'SHOULD', 'MAY']).describe('How binding it is'),
  text: word.describe('What is asked for, in our own words'),
};

/** The three ways in which an exchange is looked at; a mutated copy is looked at in the same ways. */
export const Ways = ['codec', 'guard', 'server'] as const;
export type Way = (typeof Ways)[number];

const Requirement = z.union([
  z.strictObject({
    ...base,
    checks: z
      .array(z.enum(Ways))
      .min(1)
      .describe('Ways in which the exchanges that name the requirement must pass'),
    notLive: word
      .describe('Why `interlend verify` cannot try it against a live system; absent where it can')
      .optional(),
  }),
  z.strictObject({ ...base, excluded: word.describe('Why there is no check') }),
]);

/** The form of `requirements/<protocol>.yaml`, version 1. */
export const RequirementsSchema = z
  .strictObject({
    format: z.literal(1).describe('Version of the file format'),
    protocol: word.describe('The package that speaks it'),
    requirements: z.array(Requirement).min(1).describe('A row has checks, or the reason why there are none'),
  })
  .meta({
    $id: 'urn:interlend:requirements:1',
    title: 'Interlend requirements, format 1',
    description: 'What a protocol asks for, and how it is checked',
  });

export type Requirement = z.output<typeof Requirement>;
export type Requirements = z.output<typeof RequirementsSchema>;
