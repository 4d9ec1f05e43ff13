import { z } from 'zod';

const port = z.int().min(0).max(65_535);
const text = z.string().trim().min(1);

/** How far to put the clock. */
export const Advance = z.strictObject({
  days: z.number().min(0).max(3650).optional(),
  ms: z.int().min(0).optional(),
});

const named = { code: text, name: text.optional() };
/** By which messages name a partner, and where it listens. */
const listening = { symbol: text, host: text.default('127.0.0.1'), port };

/** A partner record by its `profile_type`: what that type needs, and nothing else. */
const partner = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ISO').optional(), ...named, ...listening }),
  /** Host and port are those of the central server. */
  z.strictObject({ type: z.literal('SLNP'), ...named, ...listening }),
  z.strictObject({ type: z.literal('EMAIL'), ...named, email: text }),
  z.strictObject({
    type: z.literal('ART_EMAIL'),
    ...named,
    email: text,
    customers: z.array(z.strictObject({ code: text, password: text })).min(1),
    keywords: z
      .strictObject({
        service: z.array(text).default([]),
        delivery: z.array(text).default([]),
        queries: z.array(text).default([]),
      })
      .prefault({}),
  }),
]);

/** Everything a simulator can be told. */
export const SimulatorSettings = z.strictObject({
  /** Where REST, SRU and staff actions are: this machine only. */
  port: port.default(8090),
  /** The key that callers must show. */
  apiKey: text.default('simulator'),
  institution: z
    .strictObject({
      code: text.default('01SIM_INST'),
      name: text.default('Simulated Library'),
      symbol: text.default('SIM:LIB'),
      library: text.default('RS'),
    })
    .prefault({}),
  /** Ports of the protocols, and of `mail`. When absent, each protocol's own, or any free one where `port` is 0. */
  ports: z.record(z.string(), port).default({}),
  mail: z
    .strictObject({
      /** Letters come from here, and answers come back to it. */
      address: text.default('ill@simulator.example'),
      /** The mail server that takes letters; without it none leave. */
      server: z.strictObject({ host: text.default('127.0.0.1'), port }).optional(),
    })
    .prefault({}),
  partners: z.array(partner).default([]),
  /** A title with one item each. */
  titles: z
    .array(z.strictObject({ title: text, isbn: text.optional(), author: text.optional(), barcode: text }))
    .default([]),
  /** Patrons by their primary id. */
  patrons: z.array(text).default(['patron']),
  /** "Checked In Message" of the workflow profile. */
  sendsCheckedIn: z.boolean().default(true),
  /** Whether a request for which there is no holding fails at once. */
  isLocating: z.boolean().default(true),
  perSecond: z.int().min(1).default(25),
  perDay: z.int().min(0).default(100_000),
});

export type SimulatorSettings = z.output<typeof SimulatorSettings>;
/** Settings as written down: what has a default may be absent. */
export type SimulatorSettingsInput = z.input<typeof SimulatorSettings>;
