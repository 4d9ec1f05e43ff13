import { z } from 'zod';

const role = z.enum(['borrower', 'lender']);
const word = z.string().min(1);

/** How well the bytes of an exchange are founded, best first. Never promoted. */
export const Origins = ['recorded', 'executed', 'published', 'documented', 'synthetic'] as const;

const Provenance = z.strictObject({
  /**
   * `recorded` on a wire, `executed` from the partner's published software, `published` as a sample, `documented` in
   * prose, or `synthetic`.
   */
  origin: z.enum(Origins),
  /** Where the bytes come from: software and how it was run, or `owner/repo@commit:path`. */
  source: word,
  captured: z.iso.date().optional(),
  licence: word,
  /** Paths of fields whose text was replaced by as many octets. */
  redactions: z.array(word).default([]),
  /** SHA-256 of the octets of all messages in their order, in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const MessageTurn = z.strictObject({
  from: role,
  /** Octets in hex; white space is free. */
  hex: z.string().regex(/^[0-9a-fA-F\s]+$/),
  /** Which connection carries them, counted from 1. A connection ends with its last turn. */
  connection: z.int().min(1).default(1),
  note: word.optional(),
});

const DeskTurn = z.strictObject({
  /** Whose staff acts. */
  desk: role,
  /** A neutral event without `from`. */
  event: z.looseObject({ type: word }),
  note: word.optional(),
});

const MatchRule = z.strictObject({
  /** Dotted path in the decoded message; `*` stands for any member of a list. */
  path: word,
  /** `any`: present or not, with any value. `present`: there, with any value. */
  rule: z.enum(['any', 'present']),
  why: word.optional(),
});

/** The form of an exchange file, version 1. */
export const ExchangeSchema = z
  .strictObject({
    format: z.literal(1),
    /** The path below `exchanges` without its ending. */
    id: z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+)+$/),
    title: word,
    protocol: z.enum(['iso-ill', 'artemail', 'slnp', 'iso18626', 'ncip']),
    /** How the octets travel: for ISO ILL `1611` (one way) or `499` (both ways on one connection). */
    transport: word,
    /** The recorded side. The other side is what is under test. */
    peer: z.strictObject({
      software: word,
      version: word.optional(),
      profile: word,
      role,
    }),
    provenance: Provenance,
    /** Ids of the requirements this exchange shows. */
    requirements: z.array(word).default([]),
    match: z.array(MatchRule).default([]),
    turns: z.array(z.union([MessageTurn, DeskTurn])).min(1),
    /** Neutral states in which the sides end. */
    expect: z.strictObject({ borrower: word.optional(), lender: word.optional() }),
  })
  .meta({ title: 'Interlend exchange', description: 'A recorded conversation between two library systems' });

/** A recorded conversation. */
export type Exchange = z.output<typeof ExchangeSchema>;
/** One turn: a message of either side, or an act of its staff. */
export type Turn = Exchange['turns'][number];
/** A turn that is a message. */
export type MessageTurn = z.output<typeof MessageTurn>;
/** A turn that is an act of the staff. */
export type DeskTurn = z.output<typeof DeskTurn>;

/** The messages among the turns. */
export function messageTurns(exchange: Exchange): readonly MessageTurn[] {
  return exchange.turns.filter((turn): turn is MessageTurn => 'hex' in turn);
}

/** The form of an exchange file as JSON Schema, for editors. */
export function exchangeJsonSchema(): object {
  return z.toJSONSchema(ExchangeSchema, { io: 'input' });
}
