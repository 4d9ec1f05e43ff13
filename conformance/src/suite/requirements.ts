import { z } from 'zod';

const word = z.string().min(1);
const base = {
  /** Words and hyphens, so that it can be searched for. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  clause: word,
  level: z.enum(['MUST', 'SHOULD', 'MAY']),
  /** In our own words. */
  text: word,
};

/** The three ways in which an exchange is looked at; a mutated copy is looked at in the same ways. */
export const Ways = ['codec', 'guard', 'server'] as const;
export type Way = (typeof Ways)[number];

const Requirement = z.union([
  z.strictObject({
    ...base,
    /** Ways in which the exchanges that name the requirement must pass. */
    checks: z.array(z.enum(Ways)).min(1),
    /** Why `interlend verify` cannot try it against a live system; absent where it can. */
    notLive: word.optional(),
  }),
  z.strictObject({
    ...base,
    /** Why there is no check. */
    excluded: word,
  }),
]);

/** The form of `requirements/<protocol>.yaml`, version 1. */
export const RequirementsSchema = z
  .strictObject({ format: z.literal(1), protocol: word, requirements: z.array(Requirement).min(1) })
  .meta({ title: 'Interlend requirements', description: 'What a protocol asks for, and how it is checked' });

export type Requirement = z.output<typeof Requirement>;
export type Requirements = z.output<typeof RequirementsSchema>;
