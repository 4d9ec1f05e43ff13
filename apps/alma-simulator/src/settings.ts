import { z } from 'zod';

const port = z.int().min(0).max(65_535);
const text = z.string().trim().min(1);

/** How far to put the clock. */
export const Advance = z.strictObject({
  days: z.number().min(0).max(3650).optional(),
  ms: z.int().min(0).optional(),
});

const partner = z.strictObject({
  code: text,
  name: text.optional(),
  /** As messages name it. */
  symbol: text,
  host: text.default('127.0.0.1'),
  port,
});

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
  /** Ports of the protocols; each protocol's own when absent. */
  ports: z.record(z.string(), port).default({}),
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
