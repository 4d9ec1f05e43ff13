import { z } from 'zod';

const role = z.enum(['borrower', 'lender']);
const word = z.string().min(1);

/** How well the bytes of an exchange are founded, best first. Never promoted. */
export const Origins = ['recorded', 'executed', 'published', 'documented', 'synthetic'] as const;

/** Where an exchange comes from. */
export const Provenance = z.strictObject({
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
  /** Of a message of the peer: fields of the neutral event that it means to the side under test. */
  means: z.looseObject({ type: word }).optional(),
  /** Neutral state of the side under test afterwards. */
  state: word.optional(),
  /** Of a message of the peer: how the side under test judges it. */
  verdict: z.enum(['accepted', 'repeat', 'noted', 'refused']).default('accepted'),
  note: word.optional(),
});

const DeskTurn = z.strictObject({
  /** Whose staff acts. */
  desk: role,
  /** A neutral event without `from`. */
  event: z.looseObject({ type: word }),
  /** Neutral state of the side under test afterwards. */
  state: word.optional(),
  note: word.optional(),
});

const TimerTurn = z.strictObject({
  /** Whose timer rings: the one that an earlier message set. */
  timer: role,
  /** Neutral state of the side under test afterwards. */
  state: word.optional(),
  note: word.optional(),
});

const Codec = z.strictObject({
  /** `octets`: writing what was read gives the same octets. `value`: it gives octets that read as the same message. */
  roundTrip: z.enum(['octets', 'value']).default('octets'),
  /** How the peer's software writes, in the options of the protocol's encoder. */
  writing: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** Codes of the departures from the standard that reading the peer's messages lists, each once. */
  deviations: z.array(word).default([]),
});

const Mutation = z.strictObject({
  /** What was changed, in words. */
  title: word,
  /** The turn that is changed, counted from 1. */
  turn: z.int().min(1),
  change: z.union([
    /** Another value for a field of the message; without `to` the field is taken away. */
    z.strictObject({ path: word, to: z.json().optional() }),
    /** So many octets are missing at the end. */
    z.strictObject({ cut: z.int().min(1) }),
  ]),
  /** The check that must fail, and what its failure must name. */
  fails: z.strictObject({ check: word, names: word }),
});

/** A value that differs from run to run. */
export const MatchRule = z.strictObject({
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
    protocol: z.enum(['iso-ill', 'artemail', 'email', 'slnp', 'iso18626', 'ncip']),
    /** How the octets travel: for ISO ILL `1611` (one way) or `499` (both ways on one connection). */
    transport: word,
    /** The recorded side. The other side is what is under test. */
    peer: z.strictObject({
      software: word,
      version: word.optional(),
      profile: word,
      role,
      /** `strict`: the side under test answers what this peer may not say now with an error report. Lenient when absent. */
      mode: z.enum(['strict']).optional(),
    }),
    provenance: Provenance,
    /** Identifiers of the transaction, needed where the side under test begins it. */
    opening: z.strictObject({ group: word, qualifier: word }).optional(),
    codec: Codec.prefault({}),
    /** Ids of the requirements this exchange shows. */
    requirements: z.array(word).default([]),
    match: z.array(MatchRule).default([]),
    turns: z.array(z.union([MessageTurn, DeskTurn, TimerTurn])).min(1),
    /** Where the side under test ends. */
    expect: z.strictObject({
      /** Neutral states. */
      borrower: word.optional(),
      lender: word.optional(),
      /** Fields that its request must have. */
      request: z.record(z.string(), z.json()).optional(),
      /** Facts about the loan that it must know. */
      facts: z.record(z.string(), z.json()).optional(),
    }),
    /** Copies with one fault each; every one of them must fail. */
    mutations: z.array(Mutation).default([]),
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
/** A turn in which a timer rings. */
export type TimerTurn = z.output<typeof TimerTurn>;
/** A copy with one fault. */
export type Mutation = z.output<typeof Mutation>;

/** The messages among the turns. */
export function messageTurns(exchange: Pick<Exchange, 'turns'>): readonly MessageTurn[] {
  return exchange.turns.filter((turn): turn is MessageTurn => 'hex' in turn);
}

/** The form of an exchange file as JSON Schema, for editors. */
export function exchangeJsonSchema(): object {
  return z.toJSONSchema(ExchangeSchema, { io: 'input' });
}
