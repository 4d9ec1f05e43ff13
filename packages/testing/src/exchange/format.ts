import { z } from 'zod';

const role = z.enum(['borrower', 'lender']);
const word = z.string().min(1);
const state = word.describe('Neutral state of the side under test afterwards').optional();
const note = word.describe('For people').optional();
const turnNumber = z.int().min(1);

/** How well the bytes of an exchange are founded, best first. Never promoted. */
export const Origins = ['recorded', 'executed', 'published', 'documented', 'synthetic'] as const;

/** Where an exchange comes from. */
export const Provenance = z.strictObject({
  origin: z
    .enum(Origins)
    .describe(
      'How well the octets are founded, best first: recorded on a wire, executed from the partner’s published software, published as a sample, documented in prose, or synthetic. Never promoted',
    ),
  source: word.describe('Where the octets come from: software and how it was run, or owner/repo@commit:path'),
  captured: z.iso.date().describe('The day on which they were recorded').optional(),
  licence: word.describe('Licence of the octets'),
  redactions: z.array(word).default([]).describe('Paths of fields whose text was replaced by as many octets'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits in lower case')
    .describe('SHA-256 of the octets of all messages in their order, in hex'),
});

const MessageTurn = z.strictObject({
  from: role.describe('Who says it'),
  hex: z
    .string()
    .regex(/^[0-9a-fA-F\s]+$/, 'octets as hexadecimal digits')
    .describe('Octets in hex; white space is free'),
  connection: z
    .int()
    .min(1)
    .default(1)
    .describe('Which connection carries it, counted from 1. A connection ends with its last turn'),
  means: z
    .looseObject({ type: word.describe('Of the event') })
    .describe('Of a message of the peer: fields of the neutral event that it means to the side under test')
    .optional(),
  state,
  verdict: z
    .enum(['accepted', 'repeat', 'noted', 'refused'])
    .default('accepted')
    .describe('Of a message of the peer: how the side under test judges it'),
  note,
});

const DeskTurn = z.strictObject({
  desk: role.describe('Whose staff acts'),
  event: z.looseObject({ type: word.describe('Of the event') }).describe('A neutral event without `from`'),
  state,
  note,
});

const TimerTurn = z.strictObject({
  timer: role.describe('Whose timer rings: the one that an earlier message set'),
  state,
  note,
});

const Codec = z.strictObject({
  roundTrip: z
    .enum(['octets', 'value'])
    .default('octets')
    .describe(
      'octets: writing what was read gives the same octets. value: it gives octets that read as the same message',
    ),
  writing: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe('How the peer’s software writes, in the options of the protocol’s encoder'),
  deviations: z
    .array(word)
    .default([])
    .describe('Codes of the departures from the standard that reading the peer’s messages lists, each once'),
});

const Mutation = z.strictObject({
  title: word.describe('What was changed, in words'),
  turn: turnNumber.describe('The turn that is changed, counted from 1; it must be a message'),
  change: z
    .union([
      z.strictObject({
        path: word.describe('Dotted path in the decoded message'),
        to: z.json().describe('The other value; without it the field is taken away').optional(),
      }),
      z.strictObject({ cut: z.int().min(1).describe('So many octets are missing at the end') }),
    ])
    .describe('The fault: another value for a field, or octets missing at the end'),
  fails: z
    .strictObject({
      check: word.describe('Id of the check that must fail, for instance guard/turn-3'),
      names: word.describe('A word that its failure must name: of its text, its clause or a field'),
    })
    .describe('What must notice it'),
});

/** A value that differs from run to run. */
export const MatchRule = z.strictObject({
  path: word.describe('Dotted path in the decoded message; * stands for any member of a list'),
  rule: z
    .enum(['any', 'present'])
    .describe('any: present or not, with any value. present: there, with any value'),
  turn: turnNumber
    .describe('The turn it is for, counted from 1; every message of the side under test when absent')
    .optional(),
  why: word.describe('Why the value may differ from run to run').optional(),
});

/** The form of an exchange file, version 1. */
export const ExchangeSchema = z
  .strictObject({
    format: z.literal(1).describe('Version of the file format'),
    id: z
      .string()
      .regex(
        /^[a-z0-9-]+(\/[a-z0-9-]+)+$/,
        'words of small letters, digits and hyphens, separated by slashes',
      )
      .describe('The path below `exchanges` without its ending'),
    title: word.describe('One sentence'),
    protocol: z
      .enum(['iso-ill', 'artemail', 'email', 'slnp', 'iso18626', 'ncip'])
      .describe('The package that speaks it'),
    transport: word.describe(
      'How the octets travel: for ISO ILL 1611 (one way) or 499 (both ways on one connection), for SLNP tcp, for mail smtp',
    ),
    peer: z
      .strictObject({
        software: word.describe('What it is'),
        version: word.describe('Of the software').optional(),
        profile: word.describe('Name of its profile in the protocol’s package'),
        role: role.describe('What it does in this conversation'),
        mode: z
          .enum(['strict'])
          .describe(
            'strict: the side under test answers what this peer may not say now with an error report. Lenient when absent',
          )
          .optional(),
      })
      .describe('The recorded side. The other side is what is under test'),
    provenance: Provenance.describe('Where the octets come from'),
    opening: z
      .strictObject({
        group: word.describe('Identifier of the request as the patron sees it'),
        qualifier: word.describe(
          'Identifier of the transaction; the server’s own, of as many octets, takes its place',
        ),
      })
      .describe('Identifiers of the transaction, needed where the side under test begins it')
      .optional(),
    codec: Codec.prefault({}).describe('How the octets are read and written again'),
    requirements: z
      .array(word)
      .default([])
      .describe('Ids of `requirements/<protocol>.yaml` that this exchange shows'),
    match: z
      .array(MatchRule)
      .default([])
      .describe('Rules for values of the side under test that differ from run to run'),
    turns: z
      .array(z.union([MessageTurn, DeskTurn, TimerTurn]))
      .min(1)
      .describe('In order: a message of either side, an act of staff, or a timer that rings'),
    expect: z
      .strictObject({
        borrower: word.describe('Neutral state in which a borrower under test ends').optional(),
        lender: word.describe('Neutral state in which a lender under test ends').optional(),
        request: z.record(z.string(), z.json()).describe('Fields that its request must have').optional(),
        facts: z.record(z.string(), z.json()).describe('Facts about the loan that it must know').optional(),
      })
      .describe('Where the side under test ends'),
    mutations: z
      .array(Mutation)
      .default([])
      .describe('Copies with one fault each; every one of them must fail'),
  })
  .meta({
    $id: 'urn:interlend:exchange:1',
    title: 'Interlend exchange, format 1',
    description: 'A recorded conversation between two library systems',
  });

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
